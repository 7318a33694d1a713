/**
 * One poll as everything behind it sees it: n8n's context and what this process knows in, bound capabilities out. Here
 * n8n's context ends. What a broken expression throws comes from `get`.
 */
import type { IPollFunctions } from 'n8n-workflow';
import { ASK_ONCE, type TableApi, bindTables } from '../shared/n8n/http/dataTables/bindTables';
import { type NodeService, openService } from '../shared/n8n/http/openService';
import { type PollTime, takePollTime } from './pollTime';
import type { ProcessState } from './processState';

/** What a poll may ask n8n for. */
export interface PollRun {
	/** A parameter of the node, asked of n8n once; `fallback` where it is not set. */
	get(name: string, fallback?: unknown): unknown;
	/** The id of what the user chose in a list, or wrote in its place. */
	getChoice(name: string): string;
	/** Rejects where the credential cannot be read. */
	openService(): Promise<NodeService>;
	/** To be asked for once: n8n counts from the poll's beginning. */
	takeTime(): PollTime;
	/** n8n's Data Tables; the credential for them is asked for with the first call. */
	tables: TableApi;
	/** What this process knows from the polls before. */
	processState: ProcessState;
}

/** Binds a poll. */
export function bindPoll(context: IPollFunctions, processState: ProcessState): PollRun {
	const read = new Map<string, unknown>();
	const once = (name: string, ask: () => unknown) => {
		if (!read.has(name)) read.set(name, ask());
		return read.get(name);
	};
	return {
		get: (name, fallback) => once(name, () => context.getNodeParameter(name, fallback)),
		getChoice: (name) =>
			String(once(name, () => context.getNodeParameter(name, '', { extractValue: true })) ?? '').trim(),
		openService: async () => await openService(context),
		takeTime: () => takePollTime(context, processState),
		tables: bindTables(context, ASK_ONCE),
		processState,
	};
}
