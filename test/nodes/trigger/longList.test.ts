/** A list that is too long for one poll: taken in slices, oldest first, none left out and none twice. */
import type { IDataObject } from 'n8n-workflow';
import { MAX_STATUS_CALLS_PER_POLL } from '../../../nodes/Image3dTrigger/pollListedTasks';
import { inAcceleratedTime, useAcceleratedClock } from '../../../harness/sandbox/acceleratedClock';
import { useDataTables } from '../../../harness/sandbox/dataTables';
import { Image3dTrigger, usePack, type Account } from '../../../harness/sandbox/pack';

const ROWS = 1_000;
/** Every task of this place in the order has ended. */
const isEnded = (index: number) => index % 5 === 4;

useAcceleratedClock();

const pack = usePack();
const tables = useDataTables();

async function addTasks(account: Account, count: number): Promise<string[]> {
	const ids: string[] = [];
	for (let index = 0; index < count; index++) {
		const state = isEnded(index) ? {} : { state: 'running' as const, endsInSeconds: 36_000 };
		ids.push(await account.addTask(state));
	}
	return ids;
}

async function watchTable(account: Account, tableId: string, workflowId: string) {
	const key = { instanceUrl: tables.url, apiKey: tables.apiKey };
	const image3dN8nApi = await pack.engine.credentials.add('image3dN8nApi', key);
	return pack.engine.poller(Image3dTrigger, {
		credentials: { ...account.credentials, image3dN8nApi },
		parameters: {
			taskSource: 'dataTable',
			dataTableId: { __rl: true, mode: 'id', value: tableId },
			downloadModel: false,
		},
		pollBudgetMs: 60_000,
		workflowId,
	});
}

const idsOf = (items: Array<Array<{ json: IDataObject }>> | null) =>
	(items?.[0] ?? []).map(({ json }) => String(json.task_id));

it(`of ${ROWS} rows is asked about in bounded slices, and none is left out`, async () => {
	const account = await pack.account();
	const ids = await addTasks(account, ROWS);
	const table = await tables.addTable('Long', { task_id: 'string' });
	await tables.addRows(
		table,
		ids.map((task_id) => ({ task_id })),
	);
	const trigger = await watchTable(account, table, 'long-list');
	const emitted: string[] = [];
	let asked = 0;
	// The pace between two questions and the time between two polls pass quickly.
	await inAcceleratedTime(
		15,
		() => 0.5,
		async () => {
			for (let poll = 1; poll <= 8; poll++) {
				const { items, error } = await trigger.poll();
				expect(error).toBeUndefined();
				emitted.push(...idsOf(items));
				const total = (await account.tally()).checks;
				expect(total - asked).toBeLessThanOrEqual(MAX_STATUS_CALLS_PER_POLL);
				asked = total;
			}
		},
	);
	expect(emitted).toEqual(ids.filter((_, index) => isEnded(index)));
	const { requests } = await account.ledger();
	expect(new Set(requests.flatMap(({ taskId }) => taskId ?? [])).size).toBe(ROWS);
}, 120_000);

it('of several pages hides no task when a row goes between two of them', async () => {
	const account = await pack.account();
	const ids = await addTasks(account, 5);
	const table = await tables.addTable('Shrinking', { task_id: 'string' });
	const fillers = Array.from({ length: 250 }, (_, index) => ({ task_id: `not yet ${index}` }));
	await tables.addRows(table, [{ task_id: ids[4] }, ...fillers]);
	const trigger = await watchTable(account, table, 'shrinking');
	const poll = async () =>
		await inAcceleratedTime(
			15,
			() => 0.5,
			async () => await trigger.poll(),
		);
	expect(idsOf((await poll()).items)).toEqual([ids[4]]);
	tables.onNextCall(() => tables.removeRows(table, 'task_id', 'not yet 249'));
	const late = await account.addTask();
	await tables.addRows(table, [{ task_id: late }]);
	expect(idsOf((await poll()).items)).toEqual([late]);
	expect(idsOf((await poll()).items)).toEqual([]);
}, 60_000);
