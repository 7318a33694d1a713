/** Fetch Test Event in the editor: an item at once, or what was looked at. */
import type { INodeParameters } from 'n8n-workflow';
import { Image3dTrigger, usePack, type Account } from '../../../harness/sandbox/pack';

const pack = usePack();

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
