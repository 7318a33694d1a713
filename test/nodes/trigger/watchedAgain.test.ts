/** Image3D Trigger on a row that left its list and came back, as when somebody sets it to *waiting* again. */
import { POLL_MARGIN_MS } from '../../../nodes/Image3dTrigger/pollTime';
import { inAcceleratedTime, useAcceleratedClock } from '../../../harness/sandbox/acceleratedClock';
import { type DataTablesServer, startDataTables } from '../../../harness/sandbox/dataTables';
import type { PollerOptions } from '../../../harness/engine';
import { Image3dTrigger, openPack, type Pack } from '../../../harness/sandbox/pack';

useAcceleratedClock();

/** The trigger's time, so much faster than real time. */
const ACCELERATION = 5;

let pack: Pack;
let tables: DataTablesServer;

beforeAll(async () => {
	[pack, tables] = await Promise.all([openPack(), startDataTables()]);
});

afterAll(async () => {
	await Promise.all([pack.close(), tables.close()]);
});

/** A trigger whose polls last so long, and a finished task whose row comes and goes. */
async function watchRow(cursor: PollerOptions['cursor'], pollMs: number) {
	const account = await pack.account();
	const tableId = await tables.addTable('Queue', { task_id: 'string', state: 'string' });
	const task_id = await account.addTask();
	await tables.addRows(tableId, [{ task_id, state: 'waiting' }]);
	const n8nKey = { instanceUrl: tables.url, apiKey: tables.apiKey };
	const image3dN8nApi = await pack.engine.credentials.add('image3dN8nApi', n8nKey);
	const trigger = pack.engine.poller(Image3dTrigger, {
		cursor,
		workflowId: `watched-again-${tableId}`,
		credentials: { ...account.credentials, image3dN8nApi },
		parameters: {
			taskSource: 'dataTable',
			dataTableId: { __rl: true, mode: 'list', value: tableId },
			downloadModel: false,
			options: { statusColumn: 'state', statusValue: 'waiting' },
		},
		pollBudgetMs: POLL_MARGIN_MS + pollMs,
	});
	const poll = async () => {
		const work = async () => await trigger.poll();
		const { items, error } = await inAcceleratedTime(ACCELERATION, () => 0.5, work);
		expect(error).toBeUndefined();
		return (items?.[0] ?? []).map(({ json }) => json.task_id);
	};
	return {
		task_id,
		poll,
		goes: () => tables.changeRows(tableId, 'state', 'waiting', 'failed'),
		comes: () => tables.changeRows(tableId, 'state', 'failed', 'waiting'),
	};
}

describe.each(['staticData', 'durable'] as const)('with its state in %s', (cursor) => {
	it('hands over the model again, and once, though nothing else came meanwhile', async () => {
		const { task_id, poll, comes, goes } = await watchRow(cursor, 10_000);
		expect(await poll()).toEqual([task_id]);
		// The workflow is still busy with it.
		expect(await poll()).toEqual([]);
		goes();
		expect(await poll()).toEqual([]);
		comes();
		expect(await poll()).toEqual([task_id]);
		expect(await poll()).toEqual([]);
	});

	it('hands it over again when it left and came back during one poll', async () => {
		const { task_id, poll, comes, goes } = await watchRow(cursor, 15_000);
		expect(await poll()).toEqual([task_id]);
		tables.onNextCall(() => {
			goes();
			tables.onNextCall(comes);
		});
		expect(await poll()).toEqual([task_id]);
		expect(await poll()).toEqual([]);
	});
});
