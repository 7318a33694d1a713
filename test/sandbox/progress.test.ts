/** Jobs over time: durations, progress styles, failures and tasks made by the control API. */
import { progressOf, statusOf, type Task } from '../../sandbox/state/tasks';
import { type ProgressStyle } from '../../sandbox/state/settings';
import { sharedSandbox } from '../../harness/sandbox/sandbox';
import { finish, submit } from '../../harness/sandbox/jobs';

const sandbox = sharedSandbox();

const task = (progressStyle: ProgressStyle): Task => ({
	id: 'task',
	createdAt: 0,
	endsAt: 1000,
	input: { mode: 'text', prompt: 'a vase' },
	quality: 'fast',
	body: {},
	progressStyle,
	injected: false,
});

describe('progressOf', () => {
	const MOMENTS = [0, 100, 280, 500, 760, 999, 1000];
	it.each<[ProgressStyle, Array<number | undefined>]>([
		['linear', [0, 10, 28, 50, 76, 99, 100]],
		['stepwise', [0, 0, 25, 50, 75, 75, 100]],
		['none', [undefined, undefined, undefined, undefined, undefined, undefined, 100]],
		['zero', [0, 0, 0, 0, 0, 0, 100]],
		['stuck', [0, 10, 28, 40, 40, 40, 100]],
		['backward', [0, 10, 3, 25, 76, 99, 100]],
	])('reports %s progress', (style, expected) => {
		expect(MOMENTS.map((moment) => progressOf(task(style), moment))).toEqual(expected);
	});
});

describe('statusOf', () => {
	it('goes from queued over processing to success or failed', () => {
		const failing: Task = { ...task('linear'), failure: { field: 'error', reason: 'no' } };
		expect([0, 39, 40, 999, 1000].map((moment) => statusOf(failing, moment))).toEqual([
			'queued',
			'queued',
			'processing',
			'processing',
			'failed',
		]);
		expect(statusOf(task('linear'), 1000)).toBe('success');
	});
});

describe('jobs', () => {
	it.each([
		['fast', 10],
		['standard', 10],
		['pro', 30],
		['ultra', 60],
	])('take %s its nominal %i s, divided by the speed', async (quality, seconds) => {
		const user = await sandbox.createUser({ speed: 100 });
		const api = sandbox.api(user.idToken);
		const taskId = await submit(api, { mode: 'text', prompt: 'a vase', quality });
		const { createdAt, endsAt } = (await sandbox.ledger(user.uid)).tasks[0];
		expect(endsAt - createdAt).toBeCloseTo(seconds * 10, 0);
		expect(await finish(api, taskId)).toEqual({
			status: 'success',
			progress: 100,
			model_url: expect.stringContaining(`/models/${taskId}/`),
		});
		expect(Date.now()).toBeGreaterThanOrEqual(endsAt);
	});

	it('vary evenly with jitter, and alike for the same seed', async () => {
		const durations = async (seed: number) => {
			const user = await sandbox.createUser({ jitter: 0.4, seed, speed: 100_000, credits: 1000 });
			const api = sandbox.api(user.idToken);
			for (let round = 0; round < 60; round += 1)
				await submit(api, { mode: 'text', prompt: 'a', quality: 'fast' });
			const { tasks } = await sandbox.ledger(user.uid);
			// Times near 1.8e12 ms keep about a ten-thousandth of a millisecond.
			return tasks.map(({ createdAt, endsAt }) => Math.round((endsAt - createdAt) * 500));
		};
		const [first, again, other] = [await durations(7), await durations(7), await durations(8)];
		expect(again).toEqual(first);
		expect(other).not.toEqual(first);
		const shares = first.map((duration) => duration / 50);
		expect(Math.min(...shares)).toBeLessThan(0.75);
		expect(Math.max(...shares)).toBeGreaterThan(1.25);
		expect(shares.every((share) => share >= 0.58 && share <= 1.42)).toBe(true);
	});
});

describe('tasks made by the control API', () => {
	it('are free, in any state, and do not count as running', async () => {
		const user = await sandbox.createUser({ plan: 'pack', credits: 50 });
		const api = sandbox.api(user.idToken);
		for (let round = 0; round < 5; round += 1) await sandbox.addTask(user.uid, { state: 'running' });
		const done = await sandbox.addTask(user.uid, { state: 'success', prompt: 'a red ball' });
		const failed = await sandbox.addTask(user.uid, { state: 'failed', field: 'detail', reason: 'too dark' });
		expect((await api.get(`/status/${done}`)).data.status).toBe('success');
		expect((await api.get(`/status/${failed}`)).data).toMatchObject({ status: 'failed', detail: 'too dark' });
		expect((await api.post('/generate', { mode: 'text', prompt: 'a' })).status).toBe(200);
		expect((await sandbox.ledger(user.uid)).charges).toHaveLength(1);
	});

	it('end when they are told to, either way', async () => {
		const user = await sandbox.createUser();
		const api = sandbox.api(user.idToken);
		const good = await sandbox.addTask(user.uid, { state: 'running', endsInSeconds: 0.2 });
		const bad = await sandbox.addTask(user.uid, { state: 'running', endsInSeconds: 0.2, outcome: 'failed' });
		expect((await api.get(`/status/${good}`)).data.status).not.toBe('success');
		expect((await finish(api, good)).status).toBe('success');
		expect(await finish(api, bad)).toMatchObject({ status: 'failed', error: 'Generation failed' });
	});
});
