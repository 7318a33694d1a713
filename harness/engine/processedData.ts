/**
 * n8n's table of processed data behind n8n-core's deduplication service: one row for each node, read and rewritten as a
 * whole by each call, as n8n's server does it. Hands out the table, whose writes a test can have fail or hang.
 */
import { DataDeduplicationService } from 'n8n-core';
import type {
	DeduplicationItemTypes,
	ICheckProcessedContextData,
	ICheckProcessedOptions,
	IDataDeduplicator,
	IDeduplicationOutput,
} from 'n8n-workflow';
import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';

type Items = DeduplicationItemTypes[];

/** The table. */
export class ProcessedData implements IDataDeduplicator {
	/** What the next calls meet: an error, silence, or an error wherever something is to be taken away. */
	trouble?: 'fails' | 'hangs' | 'removeFails';
	/** The calls of each kind that were made. */
	readonly calls = { record: 0, remove: 0 };
	private readonly rows = new Map<string, string>();

	/** The hashes of all rows. */
	get hashes(): string[] {
		return [...this.rows.values()].flatMap((row) => JSON.parse(row) as string[]);
	}

	/** What restoring an old backup of the database does. */
	clear(): void {
		this.rows.clear();
	}

	async checkProcessedAndRecord(
		items: Items,
		_scope: string,
		context: ICheckProcessedContextData,
		{ maxEntries }: ICheckProcessedOptions,
	): Promise<IDeduplicationOutput> {
		this.calls.record++;
		const row = await this.read(context);
		const hashes = items.map(hashOf);
		const known = new Set(row);
		// n8n writes the first row of a node as it comes, and is refused where another call was faster.
		const isNew = (hash: string) => row === undefined || !known.has(hash);
		const all = [...(row ?? []), ...hashes.filter(isNew)];
		await this.write(context, all.slice(maxEntries === undefined ? 0 : -maxEntries), row === undefined);
		return {
			new: items.filter((_item, index) => isNew(hashes[index])),
			processed: items.filter((_item, index) => !isNew(hashes[index])),
		};
	}

	async removeProcessed(items: Items, _scope: string, context: ICheckProcessedContextData): Promise<void> {
		this.calls.remove++;
		if (this.trouble === 'removeFails') throw locked();
		const row = await this.read(context);
		if (row === undefined) return;
		for (const hash of items.map(hashOf)) {
			const index = row.indexOf(hash);
			if (index >= 0) row.splice(index, 1);
		}
		await this.write(context, row, false);
	}

	async clearAllProcessedItems(_scope: string, context: ICheckProcessedContextData): Promise<void> {
		this.rows.delete(keyOf(context));
	}

	async getProcessedDataCount(_scope: string, context: ICheckProcessedContextData): Promise<number> {
		return (await this.read(context))?.length ?? 0;
	}

	private async read(context: ICheckProcessedContextData): Promise<string[] | undefined> {
		await this.travel();
		const row = this.rows.get(keyOf(context));
		return row === undefined ? undefined : (JSON.parse(row) as string[]);
	}

	private async write(
		context: ICheckProcessedContextData,
		hashes: string[],
		isFirst: boolean,
	): Promise<void> {
		await this.travel();
		const key = keyOf(context);
		if (isFirst && this.rows.has(key)) {
			throw new Error('UNIQUE constraint failed: processed_data.workflowId, processed_data.context');
		}
		this.rows.set(key, JSON.stringify(hashes));
	}

	/** To the database and back. */
	private async travel(): Promise<void> {
		await nextTurn();
		if (this.trouble === 'hangs') await new Promise(() => undefined);
		if (this.trouble === 'fails') throw locked();
	}
}

/** Makes it the one that n8n-core asks. */
export async function provideProcessedData(): Promise<ProcessedData> {
	const processedData = new ProcessedData();
	await DataDeduplicationService.init(processedData);
	return processedData;
}

/** n8n-core lets it be provided once in a process. */
export function removeProcessedData(): void {
	Reflect.set(DataDeduplicationService, 'instance', undefined);
}

function locked(): Error {
	return new Error('SQLITE_BUSY: database is locked');
}

/** By the node's id, so that a new name changes nothing. */
function keyOf({ workflow, node }: ICheckProcessedContextData): string {
	return `${workflow.id} n:${node?.id}`;
}

function hashOf(item: DeduplicationItemTypes): string {
	return createHash('md5').update(item.toString()).digest('base64');
}
