import { Throttle } from '../../../nodes/shared/core/concurrency/throttle';
import { type WaitOptions, waitForTask } from '../../../nodes/shared/core/polling/waitForTask';
import { failureIn, valueOf } from '../../../harness/simulation/outcomes';
import { HTML_PAGE, RESET, answer } from '../../../harness/simulation/replies';
import { type ScriptedReply, ScriptedService } from '../../../harness/simulation/scriptedService';
import { VirtualClock } from '../../../harness/simulation/virtualClock';

const status = (fields: Record<string, unknown>) => answer(200, { task_id: 't-1', ...fields });
const RUNNING = status({ status: 'processing' });
const DONE = status({ status: 'success', progress: 100, model_url: 'https://cdn.test/m.glb' });

async function watch(script: ScriptedReply[] | ScriptedReply, change: Partial<WaitOptions> = {}) {
	const clock = new VirtualClock();
	const service = new ScriptedService(clock, script);
	const startMs = clock.now();
	const watched = { taskId: 't-1', quality: 'pro', sinceMs: startMs };
	const outcome = await clock.run(waitForTask(watched, service, { timeoutMs: 600_000, ...change }));
	return { outcome, service, clock, spentMs: clock.now() - startMs };
}

describe('waitForTask', () => {
	it('waits until the task has succeeded and tells of every status', async () => {
		const onStatus = jest.fn();
		const script = [status({ status: 'queued' }), RUNNING, DONE];
		const { outcome, service, clock } = await watch(script, { onStatus });
		expect(valueOf(outcome)).toMatchObject({ statusChecks: 3, endedMs: clock.now() });
		expect(valueOf(outcome).task.modelUrl).toBe('https://cdn.test/m.glb');
		expect(onStatus.mock.calls.map(([task]) => task.status)).toEqual(['queued', 'processing', 'success']);
		expect(service.asked).toHaveLength(3);
	});

	it.each(['rendering', 'uploading to CDN'])('waits for a task that is "%s"', async (word) => {
		const script = [...Array(9).fill(status({ status: word })), DONE];
		const { outcome } = await watch(script);
		expect(valueOf(outcome)).toMatchObject({ statusChecks: 10, task: { status: 'success' } });
	});

	it('shows the word of a task that is not ready in time', async () => {
		const { outcome } = await watch(status({ status: 'rendering', progress: '45%' }), { timeoutMs: 5_000 });
		expect(failureIn(outcome)).toMatchObject({
			kind: 'timedOut',
			hint: expect.stringContaining('keeps running at Image3D (status "rendering", 45 % done)'),
		});
	});

	it('hands on a task that failed: what that means is for the caller to say', async () => {
		const { outcome } = await watch([status({ status: 'failed', error: 'no object found' })]);
		expect(valueOf(outcome).task).toMatchObject({ status: 'failed', reason: 'no object found' });
	});

	it('asks at a fixed gap where one is given', async () => {
		const { outcome, service } = await watch([RUNNING, RUNNING, RUNNING, DONE], { pollIntervalMs: 2_000 });
		expect(valueOf(outcome).statusChecks).toBe(4);
		expect(service.gapsMs).toEqual([2_000, 2_000, 2_000]);
	});

	it('asks no later for a task that a clock which is ahead has dated', async () => {
		const clock = new VirtualClock();
		const service = new ScriptedService(clock, [RUNNING, DONE]);
		const startMs = clock.now();
		const watched = { taskId: 't-1', quality: 'pro', sinceMs: startMs + 3_600_000, mayHaveEnded: true };
		const learned = { earliestMs: 28_000, latestMs: 32_000, isSteady: false };
		await clock.run(waitForTask(watched, service, { timeoutMs: 600_000, learned }));
		expect(clock.now() - startMs).toBeLessThan(60_000);
	});

	it('asks by the schedule of the quality otherwise', async () => {
		const firstLookMs = async (quality?: string) => {
			const clock = new VirtualClock();
			const service = new ScriptedService(clock, [DONE]);
			const sinceMs = clock.now();
			await clock.run(waitForTask({ taskId: 't-1', quality, sinceMs }, service, { timeoutMs: 600_000 }));
			return service.asked[0].atMs - sinceMs;
		};
		expect(await firstLookMs('fast')).toBe(1_500);
		expect(await firstLookMs('pro')).toBe(4_500);
		expect(await firstLookMs('ultra')).toBe(9_000);
		expect(await firstLookMs('proplus')).toBe(1_500);
		expect(await firstLookMs(undefined)).toBe(1_500);
	});

	it('teaches how long the task took, unless a failed check or a chosen gap hides when it ended', async () => {
		const running = status({ status: 'processing', progress: 13 });
		const lessonOf = async (script: ScriptedReply[], change?: Partial<WaitOptions>) =>
			valueOf((await watch(script, change)).outcome).lesson;
		const { durationMs, wasSteady } = (await lessonOf([running, DONE]))!;
		// Between the look that saw it running, after 4.5 seconds, and the one that saw its end.
		expect(durationMs).toBeGreaterThan(4_500);
		expect(wasSteady).toBe(true);
		expect(await lessonOf([RUNNING, DONE])).toMatchObject({ wasSteady: false });
		expect(await lessonOf([running, answer(200, HTML_PAGE), DONE])).toBeUndefined();
		expect(await lessonOf([running, DONE], { pollIntervalMs: 2_000 })).toBeUndefined();
	});

	it('asks at once about a task that was submitted long ago', async () => {
		const clock = new VirtualClock();
		const service = new ScriptedService(clock, [DONE]);
		const startMs = clock.now();
		const sinceMs = startMs - 3_600_000;
		await clock.run(waitForTask({ taskId: 't-1', quality: 'pro', sinceMs }, service, { timeoutMs: 1_000 }));
		expect(clock.now()).toBe(startMs);
	});

	it.each([
		['adaptive', undefined],
		['fixed', 7_000],
	])('looks a last time exactly at the timeout and then gives up: %s', async (_how, pollIntervalMs) => {
		const script = status({ status: 'processing', progress: 40 });
		const { outcome, service, spentMs } = await watch(script, { timeoutMs: 60_000, pollIntervalMs });
		const failure = failureIn(outcome);
		expect(spentMs).toBe(60_000);
		expect(service.asked.at(-1)!.atMs - service.asked[0].atMs).toBeLessThanOrEqual(60_000);
		expect(failure).toMatchObject({
			kind: 'timedOut',
			taskId: 't-1',
			message: 'The model was not ready after 60 seconds',
			retryable: true,
		});
		expect(failure.hint).toMatch(/keeps running at Image3D \(40 % done\)/);
		expect(failure.hint).toMatch(/Task t-1 is paid for/);
	});

	it('does not invent a progress that the service did not tell', async () => {
		const { outcome } = await watch(RUNNING, { timeoutMs: 5_000 });
		expect(failureIn(outcome).hint).toMatch(/^The task keeps running at Image3D\. /);
	});

	it('delivers a task that ends exactly at the timeout', async () => {
		const { outcome } = await watch(
			({ atMs }) => (atMs - new VirtualClock().now() >= 60_000 ? DONE : RUNNING),
			{ timeoutMs: 60_000 },
		);
		expect(valueOf(outcome).task.status).toBe('success');
	});

	it('looks once when there is no time to wait', async () => {
		const { outcome, service, spentMs } = await watch([RUNNING], { timeoutMs: 0 });
		expect(failureIn(outcome).kind).toBe('timedOut');
		expect(service.asked).toHaveLength(1);
		expect(spentMs).toBe(0);
	});

	it('survives what can be survived, and counts every question', async () => {
		const bad = [answer(500), answer(429, '', { 'retry-after': '3' }), answer(200, HTML_PAGE), RESET];
		const { outcome } = await watch([RUNNING, ...bad, RUNNING, ...bad, DONE]);
		expect(valueOf(outcome)).toMatchObject({ statusChecks: 11, task: { status: 'success' } });
	});

	it.each([
		[401, 'unauthorized'],
		[404, 'notFound'],
	])('gives up at a %i, with the task id', async (code, kind) => {
		const { outcome, service } = await watch([RUNNING, answer(code)]);
		expect(failureIn(outcome)).toMatchObject({ kind, taskId: 't-1' });
		expect(service.asked).toHaveLength(2);
	});

	it('shares the pace of the run: fifty tasks do not ask as one burst', async () => {
		const clock = new VirtualClock();
		const { send, asked } = new ScriptedService(clock, DONE);
		const service = { clock, send, pace: new Throttle(clock, 100) };
		const sinceMs = clock.now();
		const watchOne = async (_: unknown, index: number) =>
			await waitForTask({ taskId: `t-${index}`, sinceMs }, service, { timeoutMs: 60_000 });
		await clock.run(Promise.all(Array.from({ length: 50 }, watchOne)));
		expect(asked.slice(1).map(({ atMs }, index) => atMs - asked[index].atMs)).toEqual(Array(49).fill(100));
	});

	it('ends within a tick of being cancelled, wherever it waits', async () => {
		for (const script of [RUNNING, answer(429, '', { 'retry-after': '50' })]) {
			const clock = new VirtualClock();
			const service = new ScriptedService(clock, script);
			const cancel = new AbortController();
			const startMs = clock.now();
			let askedBefore = 0;
			clock.after(10_001, () => {
				askedBefore = service.asked.length;
				cancel.abort();
			});
			const watched = { taskId: 't-1', quality: 'ultra', sinceMs: startMs };
			const outcome = await clock.run(
				waitForTask(watched, service, { timeoutMs: 600_000, signal: cancel.signal }),
			);
			expect(failureIn(outcome)).toMatchObject({ kind: 'cancelled', taskId: 't-1' });
			expect(failureIn(outcome).hint).toContain('t-1');
			expect(clock.now() - startMs).toBe(10_001);
			expect(service.asked).toHaveLength(askedBefore);
			expect(clock.pending).toBe(0);
		}
	});
});
