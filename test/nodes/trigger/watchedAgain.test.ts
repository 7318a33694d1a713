/** Image3D Trigger on a row that left its list and came back, as when somebody sets it to *waiting* again. */
import { POLL_MARGIN_MS } from '../../../nodes/shared/core/limits';
import { Image3dTrigger, openPack, type Pack } from '../../support/pack';
import { type DataTablesServer, startDataTables } from '../../support/dataTables';

let pack: Pack;
let tables: DataTablesServer;

beforeAll(async () => {
	[pack, tables] = await Promise.all([openPack(), startDataTables()]);
});

afterAll(async () => {
	await Promise.all([pack.close(), tables.close()]);
});

describe.each(['staticData', 'durable'] as const)('with its state in %s', (cursor) => {
	it('hands over the model again, and once, though nothing else came meanwhile', async () => {
		const account = await pack.account();
		const tableId = await tables.addTable('Queue', { task_id: 'string', state: 'string' });
		const task_id = await account.addTask();
		const wait = async () => await tables.addRows(tableId, [{ task_id, state: 'waiting' }]);
		const n8nKey = { instanceUrl: tables.url, apiKey: tables.apiKey };
		const image3dN8nApi = await pack.engine.credentials.add('image3dN8nApi', n8nKey);
		const trigger = pack.engine.poller(Image3dTrigger, {
			cursor,
			workflowId: `watched-again-${cursor}`,
			credentials: { ...account.credentials, image3dN8nApi },
			parameters: {
				taskSource: 'dataTable',
				dataTableId: { __rl: true, mode: 'list', value: tableId },
				downloadModel: false,
				options: { statusColumn: 'state', statusValue: 'waiting' },
			},
			pollBudgetMs: POLL_MARGIN_MS + 2_000,
		});
		const poll = async () => {
			const { items, error } = await trigger.poll();
			expect(error).toBeUndefined();
			return (items?.[0] ?? []).map(({ json }) => json.task_id);
		};

		await wait();
		expect(await poll()).toEqual([task_id]);
		// The workflow is still busy with it.
		expect(await poll()).toEqual([]);
		tables.removeRows(tableId, 'state', 'waiting');
		expect(await poll()).toEqual([]);
		await wait();
		expect(await poll()).toEqual([task_id]);
		expect(await poll()).toEqual([]);
	});
});
