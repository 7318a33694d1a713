/** What a suite of the memory of paid models stands on: one pack and one place of Data Tables, and for each test a table and an account. */
import type { IDataObject } from 'n8n-workflow';
import { type DataTablesServer, startDataTables } from './dataTables';
import { type Memory, openMemory } from './memory';
import { type Account, type Pack, openPack } from './pack';
import type { UserSettings } from './sandbox';

export interface MemoryStage {
	pack: Pack;
	/** Without faults at the start of each test, and with its calls forgotten. */
	server: DataTablesServer;
	/** New for each test. */
	memory: Memory;
	/** New for each test. */
	account: Account;
	/** The tasks that were charged to the account. */
	charges(): Promise<string[]>;
}

/** For a whole test file; `settings` are those of each account. */
export function useMemoryStage(settings?: UserSettings): MemoryStage {
	const stage = {
		charges: async () => (await stage.account.ledger()).charges.map(({ taskId }) => taskId),
	} as MemoryStage;
	beforeAll(async () => {
		stage.pack = await openPack();
		stage.server = await startDataTables();
	});
	beforeEach(async () => {
		const { pack, server } = stage;
		server.order();
		server.onStep = undefined;
		stage.memory = await openMemory(pack, server);
		stage.account = await pack.account(settings);
		server.kinds.length = 0;
		server.calls.length = 0;
	});
	afterAll(async () => {
		await stage.server.close();
		await stage.pack.close();
	});
	return stage;
}

/** The tasks that the items of a run speak of. */
export function idsIn({ items }: { items: ReadonlyArray<{ json: IDataObject }> }): unknown[] {
	return items.map(({ json }) => json.task_id);
}
