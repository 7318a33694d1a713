/**
 * n8n's durable poll cursor (its scheduler's option): during a poll the node works on a copy of the stored cursor,
 * which is written back when the poll emits or ends with nothing, and dropped when it fails.
 */
import { deepCopy, type IDataObject } from 'n8n-workflow';
import { AsyncLocalStorage } from 'node:async_hooks';
import { isDeepStrictEqual } from 'node:util';

interface CursorTable {
	read(): IDataObject;
	write(cursor: IDataObject): void;
}

interface Staged {
	snapshot: IDataObject;
	seed: IDataObject;
}

export interface StagedCursor {
	run<T>(poll: () => Promise<T>): Promise<T>;
	resolve(): IDataObject;
	commit(): Promise<void>;
}

export function stageCursor(table: CursorTable): StagedCursor {
	const storage = new AsyncLocalStorage<Staged>();
	return {
		async run(poll) {
			const seed = table.read();
			return await storage.run({ snapshot: deepCopy(seed), seed }, poll);
		},
		resolve() {
			const staged = storage.getStore();
			if (!staged) throw new Error('Poll node read its static data outside of a poll');
			return staged.snapshot;
		},
		async commit() {
			const staged = storage.getStore();
			if (!staged || isDeepStrictEqual(staged.snapshot, staged.seed)) return;
			staged.seed = deepCopy(staged.snapshot);
			table.write(staged.seed);
		},
	};
}
