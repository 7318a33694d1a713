/** A row that is added for a task which was handed over already: it comes, once, and the rows before it do not. */
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { useDataTables } from '../../../harness/sandbox/dataTables';
import type { PollerOptions } from '../../../harness/engine';
import { Image3dTrigger, usePack, type Account } from '../../../harness/sandbox/pack';

const pack = usePack();
const tables = useDataTables();
let workflows = 0;

async function watchTable(account: Account, table: string, more: Partial<PollerOptions> = {}) {
	const key = { instanceUrl: tables.url, apiKey: tables.apiKey };
	const image3dN8nApi = await pack.engine.credentials.add('image3dN8nApi', key);
	const { parameters, ...options } = more;
	return pack.engine.poller(Image3dTrigger, {
		credentials: { ...account.credentials, image3dN8nApi },
		parameters: {
			taskSource: 'dataTable',
			dataTableId: { __rl: true, mode: 'id', value: table },
			downloadModel: false,
			...parameters,
		},
		pollBudgetMs: 5_000,
		workflowId: `later-row-${++workflows}`,
		...options,
	});
}

const ordersOf = (items: INodeExecutionData[][] | null) =>
	(items?.[0] ?? []).map(({ json }) => (json.row as IDataObject).order);

describe.each<Partial<PollerOptions>>([{}, { scheduler: true }, { scheduler: true, cursor: 'durable' }])(
	'with %j',
	(more) => {
		it('comes, once', async () => {
			const account = await pack.account();
			const [task_id, other] = [await account.addTask(), await account.addTask()];
			const table = await tables.addTable('Orders', { task_id: 'string', order: 'string' });
			await tables.addRows(table, [
				{ task_id, order: 'A-1' },
				{ task_id, order: 'A-2' },
			]);
			const trigger = await watchTable(account, table, more);
			expect(ordersOf((await trigger.poll()).items)).toEqual(['A-1', 'A-2']);
			expect((await trigger.poll()).items).toBeNull();
			await tables.addRows(table, [
				{ task_id, order: 'A-3' },
				{ task_id: other, order: 'B-1' },
			]);
			expect(ordersOf((await trigger.poll()).items)).toEqual(['A-3', 'B-1']);
			expect((await trigger.poll()).items).toBeNull();
			trigger.restart();
			expect((await trigger.activate()).items).toBeNull();
			await tables.addRows(table, [{ task_id, order: 'A-4' }]);
			expect(ordersOf((await trigger.poll()).items)).toEqual(['A-4']);
			expect((await trigger.poll()).items).toBeNull();
		}, 60_000);
	},
);

it('does not bring back what an earlier version has handed over', async () => {
	const account = await pack.account();
	const [task_id, other] = [await account.addTask(), await account.addTask()];
	const table = await tables.addTable('Earlier', { task_id: 'string', order: 'string' });
	await tables.addRows(table, [
		{ task_id, order: 'A-1' },
		{ task_id: other, order: 'B-1' },
	]);
	const trigger = await watchTable(account, table, { staticData: { done: [task_id] } });
	expect(ordersOf((await trigger.poll()).items)).toEqual(['B-1']);
	await tables.addRows(table, [{ task_id, order: 'A-2' }]);
	expect(ordersOf((await trigger.poll()).items)).toEqual(['A-2']);
	expect((await trigger.poll()).items).toBeNull();
});

it('of a task that failed is passed over where only models are wanted, without an end of asking', async () => {
	const account = await pack.account();
	const task_id = await account.addTask({ state: 'failed', reason: 'Too blurred' });
	const table = await tables.addTable('Failed', { task_id: 'string', order: 'string' });
	await tables.addRows(table, [{ task_id, order: 'A-1' }]);
	const trigger = await watchTable(account, table);
	expect((await trigger.poll()).items).toBeNull();
	await tables.addRows(table, [{ task_id, order: 'A-2' }]);
	expect((await trigger.poll()).items).toBeNull();
	const { checks } = await account.tally();
	expect((await trigger.poll()).items).toBeNull();
	expect((await account.tally()).checks).toBe(checks);
});
