/** Image3D Generate with a memory of paid models: a pack and a place of Data Tables in, runs and their rows out. */
import type { IDataObject } from 'n8n-workflow';
import { fingerprintOf } from '../../nodes/shared/core/purchase/fingerprint';
import { shortened } from '../../nodes/shared/core/purchase/memory/memoryRow';
import type { NodeResult, RunNodeOptions } from '../engine';
import type { ColumnType, DataTablesServer } from './dataTables';
import { generate } from './generation';
import type { Account, Pack } from './pack';

/** The fingerprint, as a row has it, of what `generate` asks for with this prompt. */
export function fingerprintOfPrompt(prompt: string, quality = 'fast'): string {
	return shortened(fingerprintOf({ mode: 'text', prompt, quality, extraFields: {} }));
}

/** The columns as the node makes them. */
export const MEMORY_COLUMNS: Record<string, ColumnType> = Object.fromEntries(
	['fingerprint', 'task_id', 'state', 'mode', 'quality', 'label', 'execution_id', 'submitted_at'].map(
		(name) => [name, 'string'],
	),
);

export interface Memory {
	tableId: string;
	/** What Generate needs to use this table. */
	parameters: IDataObject;
	credentials: { image3dN8nApi: string };
	/** Runs the node with it. */
	run(
		account: Pick<Account, 'credentials'>,
		parameters?: IDataObject,
		more?: Omit<RunNodeOptions, 'parameters' | 'credentials'>,
	): Promise<NodeResult>;
	/** The rows as they stand. */
	rows(): IDataObject[];
	/** Adds rows as another execution has left them. */
	addRows(...rows: IDataObject[]): Promise<void>;
	/** All rows were written an hour ago. */
	age(): void;
}

/** A table of its own for a test; `columns` as the node makes them unless told. */
export async function openMemory(
	pack: Pack,
	server: DataTablesServer,
	{
		columns = MEMORY_COLUMNS,
		apiKey = server.apiKey,
	}: { columns?: Record<string, ColumnType>; apiKey?: string } = {},
): Promise<Memory> {
	const tableId = await server.addTable('Paid models', columns);
	const image3dN8nApi = await pack.engine.credentials.add('image3dN8nApi', {
		instanceUrl: server.url,
		apiKey,
	});
	const parameters = { rememberModels: true, memoryTableId: { __rl: true, mode: 'id', value: tableId } };
	return {
		tableId,
		parameters,
		credentials: { image3dN8nApi },
		run: async (account, own = {}, more = {}) =>
			await generate(
				pack,
				{ credentials: { ...account.credentials, image3dN8nApi } },
				{ ...parameters, ...own },
				more,
			),
		rows: () => server.rows(tableId),
		addRows: async (...rows) => await server.addRows(tableId, rows),
		age: () => {
			const before = new Date(Date.now() - 3_600_000).toISOString();
			for (const row of server.rows(tableId)) {
				server.changeRows(tableId, 'createdAt', row.createdAt, before);
				server.changeRows(tableId, 'updatedAt', row.updatedAt, before);
			}
		},
	};
}
