/** A row that is written right after its task was submitted, while the service does not know the task everywhere yet. */
import { POLL_MARGIN_MS } from '../../../nodes/Image3dTrigger/pollTime';
import { inAcceleratedTime, useAcceleratedClock } from '../../../harness/sandbox/acceleratedClock';
import { useDataTables } from '../../../harness/sandbox/dataTables';
import { Image3dTrigger, usePack } from '../../../harness/sandbox/pack';

useAcceleratedClock();

const pack = usePack();
const tables = useDataTables();

/** One poll of twenty seconds over a row of this moment, whose task is not known for the first so many checks. */
async function pollNewRow(notKnown: number) {
	const account = await pack.account();
	const tableId = await tables.addTable('New', { task_id: 'string' });
	const task_id = await account.addTask();
	await tables.addRows(tableId, [{ task_id }]);
	await account.faults({ on: 'status', kind: 'status', status: 404, times: notKnown });
	const n8nKey = { instanceUrl: tables.url, apiKey: tables.apiKey };
	const image3dN8nApi = await pack.engine.credentials.add('image3dN8nApi', n8nKey);
	const trigger = pack.engine.poller(Image3dTrigger, {
		workflowId: `young-task-${tableId}`,
		credentials: { ...account.credentials, image3dN8nApi },
		parameters: {
			taskSource: 'dataTable',
			dataTableId: { __rl: true, mode: 'id', value: tableId },
			downloadModel: false,
			outcome: 'any',
		},
		pollBudgetMs: POLL_MARGIN_MS + 20_000,
	});
	const work = async () => await trigger.poll();
	const { items, error } = await inAcceleratedTime(10, () => 0.5, work);
	expect(error).toBeUndefined();
	const { checks } = await account.tally();
	return { task_id, items: items?.[0] ?? [], checks };
}

it('comes with the poll that does not know it at first', async () => {
	const { task_id, items, checks } = await pollNewRow(1);
	expect(items).toMatchObject([{ json: { task_id, status: 'success', status_checks: 2 } }]);
	expect(checks).toBe(2);
});

it('that is not known the second time either is left alone for a while', async () => {
	const { items, checks } = await pollNewRow(2);
	expect(items).toEqual([]);
	expect(checks).toBe(2);
});
