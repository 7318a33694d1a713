/** Fetch Test Event in the editor: an item at once, or what was looked at. */
import type { INodeParameters } from 'n8n-workflow';
import { useDataTables } from '../../../harness/sandbox/dataTables';
import { Image3dTrigger, usePack, type Account } from '../../../harness/sandbox/pack';

const pack = usePack();
const tables = useDataTables();

const fetchTestEvent = async ({ credentials }: Account, parameters: INodeParameters) =>
	await pack.engine.pollManually(Image3dTrigger, { credentials, parameters });

it('brings the newest finished task with its model, and may be repeated', async () => {
	const account = await pack.account();
	const ids = [await account.addTask(), await account.addTask(), await account.addTask({ state: 'running' })];
	for (let time = 0; time < 2; time++) {
		const { items, error } = await fetchTestEvent(account, { taskIds: ids.join('\n') });
		expect(error).toBeUndefined();
		expect(items).toMatchObject([
			[{ json: { task_id: ids[1], model: { faces: expect.any(Number) } }, binary: { data: {} } }],
		]);
	}
});

it('does not count as handed over', async () => {
	const account = await pack.account();
	const taskIds = await account.addTask();
	await fetchTestEvent(account, { taskIds });
	const { credentials } = account;
	const parameters = { taskIds, downloadModel: false };
	const trigger = pack.engine.poller(Image3dTrigger, { credentials, parameters, workflowId: 'manual-poll' });
	expect((await trigger.poll()).items?.[0]).toHaveLength(1);
});

it('does not wait for a running task, but says how far it is', async () => {
	const account = await pack.account();
	const taskIds = await account.addTask({ state: 'running', endsInSeconds: 60 });
	const startedAt = Date.now();
	const { items, error } = await fetchTestEvent(account, { taskIds });
	expect(Date.now() - startedAt).toBeLessThan(20_000);
	expect(items).toBeNull();
	expect(error?.message).toBe('No task has finished with the chosen outcome yet (1 checked)');
	expect(error?.description).toMatch(
		new RegExp(`Still running: ${taskIds} \\((queued|processing), \\d+ %\\)\\.`),
	);
});

it('says that an id is not known, and that a task ended otherwise', async () => {
	const account = await pack.account();
	const failed = await account.addTask({ state: 'failed' });
	const unknown = await fetchTestEvent(account, { taskIds: `no-such-task ${failed}` });
	expect(unknown.error).toMatchObject({
		message: 'No task has finished with the chosen outcome yet (2 checked)',
		description: expect.stringContaining('Not known to Image3D: 1.'),
	});
	expect(unknown.error?.description).toContain('choose another Outcome');
	const { items } = await fetchTestEvent(account, { taskIds: failed, outcome: 'any' });
	expect(items).toMatchObject([[{ json: { task_id: failed, status: 'failed' } }]]);
});

it('looks at twenty tasks of a long list at most', async () => {
	const account = await pack.account();
	const ids = await Promise.all(
		Array.from({ length: 30 }, async () => await account.addTask({ state: 'running', endsInSeconds: 600 })),
	);
	const { error } = await fetchTestEvent(account, { taskIds: ids.join(' ') });
	expect(error?.message).toContain('(20 checked)');
	expect((await account.ledger()).requests).toHaveLength(20);
});

it('says why the model of a finished task could not be downloaded', async () => {
	const account = await pack.account();
	const taskIds = await account.addTask();
	await account.faults({ on: 'model', kind: 'status', status: 503, times: -1 });
	const { error } = await fetchTestEvent(account, { taskIds });
	expect(error?.message).toContain('HTTP 503');
	expect(error).toMatchObject({ context: { task_id: taskIds } });
});

it('brings an older task when the newest cannot be read', async () => {
	const account = await pack.account();
	const older = await account.addTask();
	await account.faults({ on: 'status', kind: 'status', status: 500 });
	const { items, error } = await fetchTestEvent(account, { taskIds: `${older} newest-task` });
	expect(error).toBeUndefined();
	expect(items).toMatchObject([[{ json: { task_id: older } }]]);
});

it('says what is wrong with the service', async () => {
	const account = await pack.account();
	await account.faults({ on: 'status', kind: 'status', status: 402 });
	const { error } = await fetchTestEvent(account, { taskIds: 'any-task' });
	expect(error).toMatchObject({ httpCode: '402' });
});

it('brings the balance, low or not', async () => {
	const account = await pack.account({ credits: 580 });
	const { items } = await fetchTestEvent(account, { event: 'balanceLow', threshold: 50 });
	expect(items).toMatchObject([[{ json: { balance: 580, unit: 'credits', threshold: 50 } }]]);
});

describe('of a Data Table', () => {
	async function fetchFromTable(account: Account, parameters: INodeParameters) {
		const key = { instanceUrl: tables.url, apiKey: tables.apiKey };
		const image3dN8nApi = await pack.engine.credentials.add('image3dN8nApi', key);
		const credentials = { ...account.credentials, image3dN8nApi };
		const of = { taskSource: 'dataTable', downloadModel: false, ...parameters };
		return await pack.engine.pollManually(Image3dTrigger, { credentials, parameters: of });
	}
	const choose = (value: string) => ({ __rl: true, mode: 'id', value });

	it('says that there is no row with a task yet', async () => {
		const table = await tables.addTable('No tasks', { task_id: 'string', order: 'string' });
		await tables.addRows(table, [{ task_id: null, order: 'A-1' }]);
		const { error } = await fetchFromTable(await pack.account(), { dataTableId: choose(table) });
		expect(error?.description).toContain('The Data Table has no rows with a task ID.');
	});

	it.each([
		['Data Table', { dataTableId: choose('={{ "" }}') }],
		['Task ID Column', { dataTableId: choose('any'), taskIdColumn: '={{ " " }}' }],
	])('asks for "%s" where an expression left it empty', async (field, parameters) => {
		const { error } = await fetchFromTable(await pack.account(), parameters);
		expect(error?.message).toBe(`"${field}" is empty`);
	});

	it('takes a Status Column without a value for rows in which it is empty', async () => {
		const account = await pack.account();
		const [open, done] = [await account.addTask(), await account.addTask()];
		const table = await tables.addTable('Open', { task_id: 'string', order_state: 'string' });
		await tables.addRows(table, [
			{ task_id: open, order_state: null },
			{ task_id: done, order_state: 'done' },
		]);
		const parameters = { dataTableId: choose(table), options: { statusColumn: 'order_state' } };
		const { items } = await fetchFromTable(account, parameters);
		expect(items).toMatchObject([[{ json: { task_id: open } }]]);
	});
});

it('asks for task IDs where an expression gives none', async () => {
	const { error } = await fetchTestEvent(await pack.account(), { taskIds: '={{ null }}' });
	expect(error?.message).toMatch(/Task IDs/);
});

it('says of a running task without progress that it is at its beginning', async () => {
	const account = await pack.account();
	const taskIds = await account.addTask({ state: 'running', endsInSeconds: 60 });
	const body = { task_id: taskIds, status: 'processing' };
	await account.faults({ on: 'status', kind: 'status', status: 200, body });
	const { error } = await fetchTestEvent(account, { taskIds });
	expect(error?.description).toContain(`Still running: ${taskIds} (processing, 0 %).`);
});
