/** Image3D Trigger while the service has a problem: n8n is told in its own terms, and no task is lost. */
import type { FaultOrder } from '../../../sandbox/faults';
import { useShortWaits } from '../../../harness/sandbox/dice';
import { Image3dTrigger, usePack, type Account } from '../../../harness/sandbox/pack';
import { expectNoSecrets } from '../../../harness/sandbox/expectNoSecrets';

useShortWaits();

const pack = usePack();
let workflows = 0;

const watch = ({ credentials }: Account, taskIds: string) =>
	pack.engine.poller(Image3dTrigger, {
		credentials,
		parameters: { taskIds, downloadModel: false },
		pollBudgetMs: 10_000,
		workflowId: `faults-${++workflows}`,
	});

const ids = ({ items }: { items: Array<Array<{ json: object }>> | null }) =>
	items?.[0].map(({ json }) => json) ?? [];

it.each<[string, Omit<FaultOrder, 'on'>, object]>([
	[
		'429',
		{ kind: 'status', status: 429, headers: { 'Retry-After': '120' } },
		{ httpCode: '429', failure: { cause: 'rate-limited', retryAfterMs: 120_000 } },
	],
	[
		'500',
		{ kind: 'status', status: 500 },
		{ httpCode: '500', failure: { cause: 'temporarily-unavailable' } },
	],
	[
		'503',
		{ kind: 'status', status: 503 },
		{ httpCode: '503', failure: { cause: 'temporarily-unavailable' } },
	],
	['401', { kind: 'status', status: 401 }, { httpCode: '401', failure: { cause: 'credential-invalid' } }],
	['a web page', { kind: 'html' }, { failure: { cause: 'temporarily-unavailable' } }],
	['a reset', { kind: 'resetBefore' }, { failure: { cause: 'temporarily-unavailable' } }],
])(
	'declares %s as n8n reads it, and hands the task over when it has passed',
	async (_name, fault, declared) => {
		const account = await pack.account();
		const taskId = await account.addTask();
		const trigger = watch(account, taskId);
		await account.faults({ on: 'status', ...fault, times: -1 });
		const result = await trigger.poll();
		expect(result.items).toBeNull();
		expect(result.error).toMatchObject({ name: 'NodeApiError', ...declared });
		expect(result.stored).toEqual({});
		expectNoSecrets(account, result, pack.engine.logs);
		await account.clearFaults();
		expect(ids(await trigger.poll())).toMatchObject([{ task_id: taskId, status: 'success' }]);
	},
);

it('declares a sign-in that was ended as a credential to mend', async () => {
	const account = await pack.account();
	await account.change({ revoke: true });
	const { error } = await watch(account, await account.addTask()).poll();
	expect(error).toMatchObject({
		message: expect.stringContaining('The Image3D sign-in has expired.'),
		failure: { cause: 'credential-invalid' },
	});
});

it('hands over what it has when the service fails in mid-list, and the rest in the next poll', async () => {
	const account = await pack.account();
	const [first, second] = [await account.addTask(), await account.addTask()];
	const trigger = watch(account, `${first} ${second}`);
	await account.faults({ on: 'status', kind: 'status', status: 503, after: 1, times: -1 });
	const partial = await trigger.poll();
	expect(partial.error).toBeUndefined();
	expect(ids(partial)).toMatchObject([{ task_id: first }]);
	await account.clearFaults();
	expect(ids(await trigger.poll())).toMatchObject([{ task_id: second }]);
});

it('gets over a fault that passes within the poll', async () => {
	const account = await pack.account();
	const taskId = await account.addTask();
	await account.faults({ on: 'status', kind: 'status', status: 500 });
	const result = await watch(account, taskId).poll();
	expect(result.error).toBeUndefined();
	expect(ids(result)).toMatchObject([{ task_id: taskId }]);
});

it('polls again after a poll that failed', async () => {
	const account = await pack.account();
	const trigger = watch(account, '{bad}');
	for (let poll = 0; poll < 2; poll++) {
		expect((await trigger.poll()).error?.message).toContain('"Task IDs" holds something');
	}
});
