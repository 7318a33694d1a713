/** Image3D Trigger on a list of task ids: each finished task once, whatever happens between two polls. */
import type { INodeParameters } from 'n8n-workflow';
import { MAX_DOWNLOAD_TRIES } from '../../../nodes/shared/core/delivery/downloadWithRetry';
import { POLL_MARGIN_MS } from '../../../nodes/Image3dTrigger/pollTime';
import { inAcceleratedTime, skipTime, useAcceleratedClock } from '../../../harness/sandbox/acceleratedClock';
import type { Poller, PollerOptions, PollResult } from '../../../harness/engine';
import { Image3dTrigger, usePack, type Account } from '../../../harness/sandbox/pack';

useAcceleratedClock();

const pack = usePack();
let workflows = 0;

const list = (...ids: string[]) => ids.join(', ');

const watch = ({ credentials }: Account, parameters: INodeParameters, options: PollerOptions = {}) =>
	pack.engine.poller(Image3dTrigger, {
		credentials,
		parameters: { downloadModel: false, ...parameters },
		// Two seconds after a poll begins it asks about nothing more.
		pollBudgetMs: POLL_MARGIN_MS + 2_000,
		workflowId: `list-${++workflows}`,
		...options,
	});

const idsOf = ({ items }: { items: Array<Array<{ json: { task_id?: unknown } }>> | null }) =>
	(items?.[0] ?? []).map(({ json }) => json.task_id);

/** Polls once a minute, with nothing in between. */
async function pollEveryMinute(trigger: Poller, count: number): Promise<PollResult[]> {
	const work = async () => {
		const results: PollResult[] = [];
		for (let poll = 1; poll <= count; poll++) {
			results.push(await trigger.poll());
			skipTime(60_000);
		}
		return results;
	};
	return await inAcceleratedTime(5, () => 0.5, work);
}

const statusCalls = async (account: Account) =>
	(await account.ledger()).requests.filter(({ route }) => route === 'status');

describe('a finished task', () => {
	it('comes out with the GLB and what is in it', async () => {
		const account = await pack.account();
		const taskId = await account.addTask({ quality: 'pro' });
		const { items, error } = await watch(account, { taskIds: taskId, downloadModel: true }).poll();
		expect(error).toBeUndefined();
		expect(items).toMatchObject([
			[
				{
					json: {
						task_id: taskId,
						status: 'success',
						progress: 100,
						model_url: expect.stringContaining(pack.sandbox.addresses.cdnUrl),
						status_checks: 1,
						model: { file_size: expect.any(Number), faces: expect.any(Number), meshes: 1 },
					},
					binary: { data: { mimeType: 'model/gltf-binary', fileName: expect.stringMatching(/\.glb$/) } },
					pairedItem: { item: 0 },
				},
			],
		]);
		const bytes = await pack.engine.readBinary(items![0][0].binary!.data);
		expect(bytes.subarray(0, 4).toString()).toBe('glTF');
		expect(bytes.readUInt32LE(8)).toBe(bytes.length);
		expect((await account.ledger()).downloads).toMatchObject([{ complete: true, hadAuthorization: false }]);
	});

	it('comes out under the usual binary field where an expression left its name empty', async () => {
		const account = await pack.account();
		const parameters = {
			taskIds: await account.addTask(),
			downloadModel: true,
			outputBinaryField: '={{ "" }}',
		};
		const { items } = await watch(account, parameters).poll();
		expect(items?.[0][0].binary).toHaveProperty('data');
	});

	it('comes out under the binary field of choice', async () => {
		const account = await pack.account();
		const parameters = { taskIds: await account.addTask(), downloadModel: true, outputBinaryField: 'glb' };
		const { items } = await watch(account, parameters).poll();
		expect(items?.[0][0].binary).toHaveProperty('glb');
		expect(items?.[0][0].binary).not.toHaveProperty('data');
	});

	it('comes out without its model where that is not wanted', async () => {
		const account = await pack.account();
		const { items } = await watch(account, { taskIds: await account.addTask() }).poll();
		expect(items?.[0][0]).toMatchObject({ json: { model_url: expect.stringMatching(/^http/) } });
		expect(items?.[0][0].binary).toBeUndefined();
		expect((await account.ledger()).downloads).toEqual([]);
	});

	it('comes out once: not in the next poll, and not after a restart', async () => {
		const account = await pack.account();
		const ids = [await account.addTask(), await account.addTask()];
		const trigger = watch(account, { taskIds: list(...ids, ids[0]) });
		expect(idsOf(await trigger.poll())).toEqual(ids);
		expect((await trigger.poll()).items).toBeNull();
		trigger.restart();
		expect((await trigger.activate()).items).toBeNull();
		expect((await trigger.poll()).items).toBeNull();
		expect(await statusCalls(account)).toHaveLength(2);
	});

	it('comes out once under the durable cursor as well', async () => {
		const account = await pack.account();
		const taskId = await account.addTask();
		const trigger = watch(account, { taskIds: taskId }, { cursor: 'durable' });
		expect(idsOf(await trigger.poll())).toEqual([taskId]);
		trigger.restart();
		expect((await trigger.poll()).items).toBeNull();
	});

	it('that was handed over is forgotten when its id is taken off the list', async () => {
		const account = await pack.account();
		const [first, second] = [await account.addTask(), await account.addTask()];
		const workflowId = `list-${++workflows}`;
		await watch(account, { taskIds: first }, { workflowId }).poll();
		const { items, stored } = await watch(account, { taskIds: second }, { workflowId }).poll();
		expect(idsOf({ items })).toEqual([second]);
		expect(stored).toEqual({ done: [second] });
	});
});

describe('a task that is running', () => {
	it('is waited for within the poll when it ends soon', async () => {
		const account = await pack.account();
		const taskId = await account.addTask({ state: 'running', endsInSeconds: 2 });
		const { items } = await watch(account, { taskIds: taskId }, { pollBudgetMs: 30_000 }).poll();
		expect(idsOf({ items })).toEqual([taskId]);
		expect((await statusCalls(account)).length).toBeLessThanOrEqual(8);
	});

	it('comes out once in a later poll when it ends later, after a restart too', async () => {
		const account = await pack.account();
		const [done, running] = [
			await account.addTask(),
			await account.addTask({ state: 'running', endsInSeconds: 4 }),
		];
		const trigger = watch(account, { taskIds: list(running, done) });
		expect(idsOf(await trigger.poll())).toEqual([done]);
		trigger.restart();
		const later: unknown[] = [];
		for (let poll = 0; poll < 20 && later.length === 0; poll++) {
			await new Promise((resolve) => setTimeout(resolve, 500));
			later.push(...idsOf(await trigger.poll()));
		}
		expect(later).toEqual([running]);
		expect((await trigger.poll()).items).toBeNull();
	});

	it('does not hold up one that is finished', async () => {
		const account = await pack.account();
		const [running, done] = [
			await account.addTask({ state: 'running', endsInSeconds: 60 }),
			await account.addTask(),
		];
		const startedAt = Date.now();
		const trigger = watch(account, { taskIds: list(running, done) }, { pollBudgetMs: 300_000 });
		expect(idsOf(await trigger.poll())).toEqual([done]);
		expect(Date.now() - startedAt).toBeLessThan(20_000);
	});
});

describe('the outcome', () => {
	it.each([
		['success', ['success']],
		['failed', ['failed']],
		['any', ['success', 'failed']],
	])('%s lets through %j', async (outcome, expected) => {
		const account = await pack.account();
		const ids = [await account.addTask(), await account.addTask({ state: 'failed', reason: 'Too blurred' })];
		const trigger = watch(account, { taskIds: list(...ids), outcome });
		const { items } = await trigger.poll();
		expect(items?.[0].map(({ json }) => json.status)).toEqual(expected);
		expect((await trigger.poll()).items).toBeNull();
	});

	it('failed says why, and what to do', async () => {
		const account = await pack.account();
		const taskId = await account.addTask({ state: 'failed', field: 'detail', reason: 'Too blurred' });
		const { items } = await watch(account, { taskIds: taskId, outcome: 'failed' }).poll();
		expect(items?.[0]).toMatchObject([
			{
				json: {
					task_id: taskId,
					status: 'failed',
					error: 'Image3D could not make this model: Too blurred',
					hint: expect.stringContaining('Image3D Balance'),
				},
				pairedItem: { item: 0 },
			},
		]);
	});

	it.each(['any', 'failed'])('%s puts out an unknown id once, as an error', async (outcome) => {
		const account = await pack.account();
		const trigger = watch(account, { taskIds: 'no-such-task', outcome });
		const polls = await pollEveryMinute(trigger, 8);
		// Not before it was asked about several times: it may only just have been submitted.
		expect(polls.map(({ items }) => items?.[0].length ?? 0)).toEqual([0, 0, 0, 1, 0, 0, 0, 0]);
		expect(polls[3].items).toMatchObject([
			[
				{
					json: { task_id: 'no-such-task', error: 'Image3D does not know task no-such-task' },
					pairedItem: { item: 0 },
				},
			],
		]);
	});

	it.each(['any', 'failed'])(
		'%s waits for a task in an unknown state, and hands over the others',
		async (outcome) => {
			const account = await pack.account();
			const ids = [await account.addTask({ state: 'failed' }), await account.addTask({ state: 'failed' })];
			await account.faults({ on: 'status', kind: 'status', status: 200, body: { status: 'archived' } });
			const polls = await pollEveryMinute(watch(account, { taskIds: list(...ids), outcome }), 3);
			expect(polls.flatMap(({ error }) => error ?? [])).toEqual([]);
			expect(polls.map((poll) => idsOf(poll).length)).toEqual([1, 1, 0]);
			expect(polls.flatMap(idsOf).sort()).toEqual([...ids].sort());
		},
	);

	it('success passes over an unknown id, and asks about it less and less', async () => {
		const account = await pack.account();
		const done = await account.addTask();
		const trigger = watch(account, { taskIds: list('no-such-task', done) });
		const polls = await pollEveryMinute(trigger, 12);
		expect(polls.flatMap(idsOf)).toEqual([done]);
		expect(polls.flatMap(({ error }) => error ?? [])).toEqual([]);
		expect(await statusCalls(account)).toHaveLength(1 + 4);
	});

	it('success hands a task over that was not known for a while', async () => {
		const account = await pack.account();
		const taskId = await account.addTask();
		await account.faults({ on: 'status', kind: 'status', status: 404, times: 4 });
		const polls = await pollEveryMinute(watch(account, { taskIds: taskId }), 20);
		expect(polls.flatMap(idsOf)).toEqual([taskId]);
	});

	it.each(['any', 'success'])(
		'%s never gives up a task that the service cannot speak of',
		async (outcome) => {
			const account = await pack.account();
			const taskId = await account.addTask();
			const body = { error: 'database is locked' };
			await account.faults({ on: 'status', kind: 'status', status: 200, body, times: 5 });
			const polls = await pollEveryMinute(watch(account, { taskIds: taskId, outcome }), 30);
			expect(polls.flatMap(({ items }) => items?.[0] ?? [])).toMatchObject([
				{ json: { task_id: taskId, status: 'success' } },
			]);
		},
	);
});

describe('the list', () => {
	it('takes ids behind commas, semicolons, spaces and line breaks', async () => {
		const account = await pack.account();
		const ids = await Promise.all(Array.from({ length: 5 }, async () => await account.addTask()));
		const taskIds = `${ids[0]},${ids[1]} ; ${ids[2]}\n\n${ids[3]}\t${ids[4]},`;
		expect(idsOf(await watch(account, { taskIds }).poll())).toEqual(ids);
	});

	it.each([
		['{{ $json.task_id }}', '"Task IDs" holds something that is not a task ID: {{'],
		[
			'good-1, https://image3d.io/models/1',
			'"Task IDs" holds something that is not a task ID: https://image3d.io/models/1',
		],
		[' , ', '"Task IDs" is empty'],
	])('that is %j is refused before anything is asked', async (taskIds, message) => {
		const account = await pack.account();
		const { items, error } = await watch(account, { taskIds }).poll();
		expect(items).toBeNull();
		expect(error).toMatchObject({
			name: 'NodeOperationError',
			message,
			failure: { cause: 'configuration-invalid' },
		});
		expect(await statusCalls(account)).toEqual([]);
	});
});

describe('what the service says in its own words', () => {
	it.each(['completed', 'Done', 'ready'])('%s: the model is handed over', async (value) => {
		const account = await pack.account();
		const taskId = await account.addTask();
		await account.faults({ on: 'status', kind: 'statusWord', value, times: -1 });
		const { items } = await watch(account, { taskIds: taskId, downloadModel: true }).poll();
		expect(items?.[0]).toMatchObject([
			{ json: { task_id: taskId, status: 'success', service_status: value }, binary: { data: {} } },
		]);
	});

	it.each(['expired', 'Cancelled', 'error'])('%s: a failed task', async (value) => {
		const account = await pack.account();
		const taskId = await account.addTask();
		await account.faults({ on: 'status', kind: 'statusWord', value, times: -1 });
		const { items } = await watch(account, { taskIds: taskId, outcome: 'failed' }).poll();
		expect(items?.[0]).toMatchObject([
			{ json: { task_id: taskId, status: 'failed', error: expect.stringContaining(`"${value}"`) } },
		]);
	});

	it.each(['any', 'success'])(
		'any other word: watched on, however often it is said (%s)',
		async (outcome) => {
			const account = await pack.account();
			const taskId = await account.addTask();
			await account.faults({ on: 'status', kind: 'unknownStatus', value: 'rendering', times: 8 });
			const polls = await pollEveryMinute(watch(account, { taskIds: taskId, outcome }), 12);
			expect(polls.flatMap(idsOf)).toEqual([taskId]);
			expect(polls.flatMap(({ error }) => error ?? [])).toEqual([]);
		},
	);

	it('a number for an id, and a link under another name', async () => {
		const account = await pack.account({ numericIds: true });
		const ids = [await account.addTask(), await account.addTask()].map(String);
		await account.faults({ on: 'status', kind: 'renamed', linkAs: 'model.url', inside: 'data', times: -1 });
		const { items } = await watch(account, { taskIds: list(...ids), downloadModel: true }).poll();
		expect(items?.[0].map(({ json, binary }) => [json.task_id, binary !== undefined])).toEqual(
			ids.map((id) => [id, true]),
		);
	});
});

describe('a model that cannot be downloaded', () => {
	it('because it is another format comes at once, with its address, and is fetched once', async () => {
		const account = await pack.account();
		const taskId = await account.addTask();
		const trigger = watch(account, { taskIds: taskId, downloadModel: true });
		await account.faults({ on: 'model', kind: 'otherFormat', format: 'usdz', times: -1 });
		const { items } = await trigger.poll();
		expect(items?.[0]).toMatchObject([
			{
				json: {
					task_id: taskId,
					error: expect.stringContaining('a USDZ file'),
					model_url: expect.stringMatching(/^http/),
				},
			},
		]);
		expect((await trigger.poll()).items).toBeNull();
		expect((await account.ledger()).downloads).toHaveLength(1);
	});

	it('is tried again by the next poll', async () => {
		const account = await pack.account();
		const [broken, sound] = [await account.addTask(), await account.addTask()];
		const trigger = watch(account, { taskIds: list(broken, sound), downloadModel: true });
		await account.faults({ on: 'model', kind: 'status', status: 400 });
		expect(idsOf(await trigger.poll())).toEqual([sound]);
		const { items } = await trigger.poll();
		expect(idsOf({ items })).toEqual([broken]);
		expect(items?.[0][0].binary).toHaveProperty('data');
	});

	it('is given up loudly after five polls, with its address', async () => {
		const account = await pack.account();
		const taskId = await account.addTask();
		const trigger = watch(account, { taskIds: taskId, downloadModel: true });
		await account.faults({ on: 'model', kind: 'status', status: 400, times: -1 });
		for (let poll = 1; poll <= 4; poll++) expect((await trigger.poll()).items).toBeNull();
		expect((await trigger.poll()).items).toMatchObject([
			[
				{
					json: {
						task_id: taskId,
						status: 'success',
						error: 'The model could not be downloaded: its server answered HTTP 400',
						hint: expect.stringContaining('Image3D Status can fetch its model later'),
						model_url: expect.stringMatching(/^http/),
					},
				},
			],
		]);
		expect((await trigger.poll()).items).toBeNull();
		expect((await account.ledger()).downloads).toHaveLength(5);
	});

	it('does not keep n8n waiting while it activates the trigger, nor counts as tried', async () => {
		const account = await pack.account();
		const ids = await Promise.all(Array.from({ length: 24 }, async () => await account.addTask()));
		await account.faults({ on: 'model', kind: 'status', status: 503, times: -1 });
		const options = { pollBudgetMs: 300_000 };
		const trigger = watch(account, { taskIds: list(...ids), downloadModel: true }, options);
		expect(
			(
				await inAcceleratedTime(
					5,
					() => 0.9,
					async () => await trigger.poll(),
				)
			).items,
		).toBeNull();
		const tries = (await account.ledger()).downloads.length;
		expect(tries).toBeGreaterThan(0);
		expect(tries).toBeLessThan(ids.length * MAX_DOWNLOAD_TRIES);
	});

	it('does not keep back the others while its server asks to wait', async () => {
		const account = await pack.account();
		const [broken, sound] = [await account.addTask(), await account.addTask()];
		const headers = { 'Retry-After': '60' };
		await account.faults({ on: 'model', kind: 'status', status: 429, headers });
		const trigger = watch(account, { taskIds: list(broken, sound), downloadModel: true });
		expect(idsOf(await trigger.poll())).toEqual([sound]);
		expect(idsOf(await trigger.poll())).toEqual([broken]);
	});

	it('is fetched by a fresh address when the old one has run out', async () => {
		const account = await pack.account();
		const taskId = await account.addTask();
		await account.faults({ on: 'model', kind: 'status', status: 403 });
		const { items } = await watch(account, { taskIds: taskId, downloadModel: true }).poll();
		expect(items?.[0][0].binary).toHaveProperty('data');
		expect(await statusCalls(account)).toHaveLength(2);
	});
});

describe('the poll of an activation', () => {
	// Far below the minute that a poll may watch, far above what a busy machine takes for one look.
	const SOON_MS = 20_000;

	it('takes one look, for whoever publishes the workflow waits for it', async () => {
		const account = await pack.account();
		const running = await account.addTask({ state: 'running', endsInSeconds: 25 });
		const finished = await account.addTask();
		const trigger = watch(account, { taskIds: list(running, finished) }, { pollBudgetMs: 300_000 });
		expect(idsOf(await trigger.activate())).toEqual([finished]);
		trigger.restart();
		const startedAt = Date.now();
		expect(await trigger.activate()).toMatchObject({ items: null, stored: { done: [finished] } });
		expect(Date.now() - startedAt).toBeLessThan(SOON_MS);
		expect(idsOf(await trigger.poll())).toEqual([running]);
	}, 90_000);
});

describe('polls that overlap', () => {
	it('hand over each task once, restart or not', async () => {
		const account = await pack.account();
		const ids = await Promise.all(Array.from({ length: 6 }, async () => await account.addTask()));
		const workflowId = `list-${++workflows}`;
		const make = () => watch(account, { taskIds: list(...ids) }, { workflowId, pollBudgetMs: 30_000 });
		const trigger = make();
		const results = await Promise.all([trigger.poll(), make().poll(), make().poll()]);
		expect(results.flatMap(idsOf).sort()).toEqual([...ids].sort());
		expect(await statusCalls(account)).toHaveLength(6);
	});

	it('of two triggers on one list do not disturb each other', async () => {
		const account = await pack.account();
		const taskId = await account.addTask();
		const [one, other] = [watch(account, { taskIds: taskId }), watch(account, { taskIds: taskId })];
		const results = await Promise.all([one.poll(), other.poll()]);
		expect(results.map(idsOf)).toEqual([[taskId], [taskId]]);
	});
});

describe('the poll budget', () => {
	it('none, as of an older n8n, still waits for a task that ends soon', async () => {
		const account = await pack.account();
		const taskId = await account.addTask({ state: 'running', endsInSeconds: 6 });
		const trigger = watch(account, { taskIds: taskId }, { pollBudgetMs: null });
		expect((await trigger.activate()).items).toBeNull();
		expect(idsOf(await trigger.poll())).toEqual([taskId]);
	});

	it('that downloads use up leaves the other tasks to the next poll', async () => {
		const account = await pack.account();
		const ids: string[] = [];
		// Four models are downloaded at the same time.
		for (let task = 0; task < 5; task++) ids.push(await account.addTask());
		await account.faults({ on: 'model', kind: 'slow', ms: 3_000, times: -1 });
		const trigger = watch(account, { taskIds: list(...ids), downloadModel: true });
		expect(idsOf(await trigger.poll())).toEqual(ids.slice(0, 4));
		expect(idsOf(await trigger.poll())).toEqual(ids.slice(4));
		expect((await trigger.poll()).items).toBeNull();
	});

	it('is kept', async () => {
		const account = await pack.account();
		const taskId = await account.addTask({ state: 'running', endsInSeconds: 60 });
		const startedAt = Date.now();
		const { items, error } = await watch(account, { taskIds: taskId }, { pollBudgetMs: 10_000 }).poll();
		expect({ items, error }).toEqual({ items: null, error: undefined });
		expect(Date.now() - startedAt).toBeLessThan(10_000);
		expect((await statusCalls(account)).length).toBeGreaterThan(0);
	});
});
