import { MAX_READ_TRIES } from '../../../nodes/shared/core/limits';
import { Throttle } from '../../../nodes/shared/core/concurrency/throttle';
import type { ApiResponse, Send } from '../../../nodes/shared/core/api/response';
import {
	CHECK_LANES,
	CHECK_TIMEOUT_MS,
	type PollLimits,
	type PollResult,
	type Relist,
	pollTasks,
} from '../../../nodes/shared/core/polling/pollTasks';
import { type TrackedTask, hasEnded, trackTask } from '../../../nodes/shared/core/polling/trackedTask';
import { answer } from '../../../harness/simulation/replies';
import { PROGRESS_STYLES, statusOf } from '../../../harness/simulation/simulatedJobs';
import { VirtualClock } from '../../../harness/simulation/virtualClock';

/** Answers of a service about several tasks, by their id; `ageMs`: time since the poll began. */
type Answers = Record<string, (ageMs: number) => ApiResponse>;

const done = () => answer(200, { status: 'success', model_url: 'https://cdn.test/m.glb' });
const failed = () => answer(200, { status: 'failed', error: 'no object found' });
const unknown = () => answer(404);
const never = () => answer(200, { status: 'processing' });
/** A task that ends that long after the poll began. */
const endsAt = (durationMs: number) => (ageMs: number) =>
	statusOf({ quality: 'pro', durationMs, report: PROGRESS_STYLES.linear }, ageMs);

async function poll(
	answers: Answers,
	change: Partial<PollLimits> = {},
	given?: TrackedTask[],
	relist?: (clock: VirtualClock) => Relist,
) {
	const clock = new VirtualClock();
	const startMs = clock.now();
	const asked: string[] = [];
	const send: Send = async ({ path }) => {
		const taskId = path.replace('/api/status/', '');
		asked.push(taskId);
		return answers[taskId](clock.now() - startMs);
	};
	// Submitted just so long ago that the first check is due.
	const sinceMs = startMs - 4_500;
	const list = given ?? Object.keys(answers).map((taskId) => trackTask(taskId, 'pro', sinceMs));
	const limits = {
		deadlineMs: startMs + 45_000,
		maxCalls: 100,
		maxEnded: 100,
		lingerMs: 3_000,
		...change,
	};
	const service = { send, clock, pace: new Throttle(clock, 100) };
	const result = await clock.run(pollTasks(list, service, limits, relist?.(clock)));
	const tracked = [...result.tracked.values()];
	return { result, tracked, running: runningOf(tracked), asked, spentMs: clock.now() - startMs };
}

const idsOf = (tasks: PollResult['ended']) => tasks.map(({ taskId }) => taskId);

/** Tasks that go on, as last seen. */
const runningOf = (tracked: readonly TrackedTask[]) =>
	tracked.flatMap((task) => (task.latest === undefined || hasEnded(task) ? [] : [task.latest]));

describe('pollTasks', () => {
	it('asks nothing about an empty list', async () => {
		const { result, asked } = await poll({});
		expect(result).toEqual({ tracked: new Map(), ended: [], calls: 0 });
		expect(asked).toEqual([]);
	});

	it('asks about every task once, oldest first, at the pace of the service', async () => {
		const { result, running, asked, spentMs, tracked } = await poll({
			a: done,
			b: failed,
			c: unknown,
			d: done,
		});
		expect(asked).toEqual(['a', 'b', 'c', 'd']);
		expect(result.calls).toBe(4);
		expect(idsOf(result.ended)).toEqual(['a', 'b', 'd']);
		// Submitted seconds ago: the first answer does not count yet.
		expect(tracked[2]).toMatchObject({ wasTooYoung: true, refusal: { kind: 'notFound', taskId: 'c' } });
		expect(running).toEqual([]);
		expect(result.failure).toBeUndefined();
		expect(spentMs).toBe(300);
	});

	it('waits for a task that the schedule expects to end in time', async () => {
		const { result, running, spentMs } = await poll({ a: endsAt(20_000) });
		expect(idsOf(result.ended)).toEqual(['a']);
		expect(running).toEqual([]);
		expect(spentMs).toBeGreaterThanOrEqual(20_000);
		expect(spentMs).toBeLessThan(22_000);
		expect(result.calls).toBeLessThanOrEqual(8);
	});

	it('ends early with something to emit, and waits only for what is about to end', async () => {
		const late = await poll({ a: done, b: never });
		expect(idsOf(late.result.ended)).toEqual(['a']);
		expect(late.running).toMatchObject([{ taskId: 'b', status: 'processing' }]);
		expect(late.spentMs).toBeLessThan(3_000);

		const sinceMs = new VirtualClock().now() - 29_000;
		const reports = [
			{ atMs: 4_500, progress: 14 },
			{ atMs: 20_000, progress: 64 },
		];
		const nearlyDone = (ageMs: number) =>
			ageMs >= 2_000 ? done() : answer(200, { status: 'processing', progress: 93 });
		const soon = await poll({ a: done, b: nearlyDone }, {}, [
			trackTask('a', 'pro', sinceMs),
			{ ...trackTask('b', 'pro', sinceMs), reports },
		]);
		expect(idsOf(soon.result.ended)).toEqual(['a', 'b']);
		expect(soon.spentMs).toBeGreaterThanOrEqual(2_000);
		expect(soon.spentMs).toBeLessThan(6_000);
	});

	it('is over at the deadline, with what goes on as last seen', async () => {
		const { result, running, spentMs } = await poll({ a: endsAt(600_000), b: never });
		expect(result.ended).toEqual([]);
		expect(running.map(({ taskId, progress }) => [taskId, progress])).toEqual([
			['a', expect.any(Number)],
			['b', undefined],
		]);
		expect(result.failure).toBeUndefined();
		expect(spentMs).toBeLessThanOrEqual(45_000);
	});

	it('asks nothing when the deadline has passed already', async () => {
		const { result } = await poll({ a: done }, { deadlineMs: new VirtualClock().now() - 1 });
		expect(result).toMatchObject({ ended: [], calls: 0 });
	});

	it('never makes more calls than it may', async () => {
		const answers = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`t-${index}`, never]));
		const first = await poll(answers, { maxCalls: 20 });
		expect(first.result.calls).toBe(20);
		expect(first.asked).toEqual(Object.keys(answers).slice(0, 20));
		const all = await poll(answers, { maxCalls: 200, deadlineMs: Infinity });
		expect(all.result.calls).toBe(200);
		expect(all.running).toHaveLength(30);
	});

	it('is still bounded when every other question fails', async () => {
		let count = 0;
		const moody = () => (++count % 2 === 0 ? never() : answer(500));
		const { result } = await poll({ a: moody, b: moody }, { maxCalls: 10, deadlineMs: Infinity });
		expect(result.calls).toBe(10);
	});

	it('stops when it has enough to emit', async () => {
		const answers = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`t-${index}`, done]));
		const { result } = await poll(answers, { maxEnded: 8 });
		expect(idsOf(result.ended)).toEqual(Object.keys(answers).slice(0, 8));
	});

	it('stops at once when the sign-in fails, and keeps what has ended', async () => {
		const answers = { a: done, b: () => answer(401), c: done, d: done, e: done };
		const { result, asked } = await poll(answers);
		expect(result.failure).toMatchObject({ kind: 'unauthorized', taskId: 'b' });
		expect(idsOf(result.ended)).toContain('a');
		expect(asked).toHaveLength(CHECK_LANES);
	});

	it('stops when the service stays down', async () => {
		const { result } = await poll({ a: () => answer(500) });
		expect(result.failure).toMatchObject({ kind: 'serverError', taskId: 'a' });
		expect(result.calls).toBe(MAX_READ_TRIES);
	});

	it.each<[string, ApiResponse]>([
		['an error of the service', answer(500)],
		['a refusal', answer(400)],
		['a refusal that speaks of the sign-in', answer(403)],
		['a problem with HTTP 200', answer(200, { error: 'try later' })],
		['a web page', answer(200, '<html></html>')],
		['a web page that says 404', answer(404, '<html></html>')],
		['no such task', answer(404)],
	])('reads the others when one task brings %s', async (_what, problem) => {
		const { result, running } = await poll({ a: () => problem, b: endsAt(20_000), c: done });
		expect(idsOf(result.ended)).toEqual(['c']);
		expect(running).toMatchObject([{ taskId: 'b' }]);
		expect(result.failure).toBeUndefined();
	});

	it.each<[string, ApiResponse, number]>([
		['refused', answer(410), 3],
		// The first of them, right after the submit, does not count.
		['not known', answer(404), 4],
		['answered about with a problem', answer(200, { success: false, message: 'No' }), 3],
	])('asks less and less about a task that is %s', async (_what, reply, checks) => {
		const { tracked, result } = await poll({ a: () => reply }, { deadlineMs: Infinity, maxCalls: checks });
		expect(tracked[0].refusals).toBe(3);
		expect(result.failure).toBeUndefined();
		expect(tracked[0].restsUntilMs - tracked[0].submittedMs!).toBeGreaterThan(50_000 + 100_000 + 200_000);
	});

	it('forgets troubles that have passed', async () => {
		let count = 0;
		const moody = () => (++count < 3 ? answer(404) : never());
		const { tracked } = await poll({ a: moody }, { deadlineMs: Infinity, maxCalls: 3 });
		expect(tracked[0]).toMatchObject({ refusals: 0, refusal: undefined, failedChecks: 0, statusChecks: 3 });
	});

	it.each([
		['waits as long as it is asked to', '10', ['b'], undefined],
		['gives up when it is asked to wait beyond its time', '100', [], 'rateLimited'],
	])('%s', async (_what, seconds, ended, kind) => {
		let limited = true;
		const busy = (ageMs: number) => {
			if (limited || ageMs < 10_000) return ((limited = false), answer(429, '', { 'retry-after': seconds }));
			return done();
		};
		const { result, spentMs } = await poll({ b: busy });
		expect(idsOf(result.ended)).toEqual(ended);
		expect(result.failure?.kind).toBe(kind);
		expect(spentMs).toBeLessThan(15_000);
	});

	it.each([429, 500])('does not keep back what has ended for a task that brings a %i', async (status) => {
		const busy = () => answer(status, '', { 'retry-after': '20' });
		const { result, spentMs } = await poll({ a: done, b: busy });
		expect(idsOf(result.ended)).toEqual(['a']);
		expect(spentMs).toBeLessThan(3_000);
	});

	it('reads a list again that grows, and polls what is new', async () => {
		const list = [trackTask('a', 'pro', 0)];
		const later: TrackedTask[] = [];
		const answers = { a: never, b: endsAt(20_000) };
		const { result, spentMs } = await poll(answers, {}, list, (clock) => ({
			everyMs: 5_000,
			read: async () => {
				if (later.length === 0) later.push(trackTask('b', 'pro', clock.now()));
				return [...list, ...later];
			},
		}));
		expect(idsOf(result.ended)).toEqual(['b']);
		expect(spentMs).toBeLessThan(22_000);
	});

	it('asks anew about a task of an earlier poll that comes back to the list', async () => {
		const { tracked } = await poll({ a: done });
		expect(hasEnded(tracked[0])).toBe(true);
		const { result, asked } = await poll({ a: done }, {}, [], () => ({
			everyMs: 5_000,
			read: async () => tracked,
		}));
		expect(asked).toEqual(['a']);
		expect(idsOf(result.ended)).toEqual(['a']);
	});

	it('takes all that is overdue in one sweep, the longest overdue first, several at a time', async () => {
		const slow = Array.from(
			{ length: 60 },
			(_, index) => [`t-${index}`, index === 0 ? done : never] as const,
		);
		const { result, asked, spentMs } = await poll(Object.fromEntries(slow));
		expect(asked.slice(0, 60)).toEqual(slow.map(([taskId]) => taskId));
		expect(idsOf(result.ended)).toEqual(['t-0']);
		expect(spentMs).toBeLessThan(10_000);
	});

	it('gives a call that hangs a limit of its own', async () => {
		const limits: number[] = [];
		const clock = new VirtualClock();
		const send: Send = async ({ timeoutMs }) => (limits.push(timeoutMs), done());
		const service = { send, clock, pace: new Throttle(clock, 100) };
		for (const leftMs of [60_000, 1_000]) {
			const limit = { deadlineMs: clock.now() + leftMs, maxCalls: 1, maxEnded: 1, lingerMs: 0 };
			await clock.run(pollTasks([trackTask('a')], service, limit));
		}
		expect(limits).toEqual([CHECK_TIMEOUT_MS, 5_000]);
	});

	it('learns for the next poll: the reports are added to what was known', async () => {
		const { tracked } = await poll({ a: endsAt(600_000) });
		expect(tracked[0].reports.length).toBeGreaterThan(1);
		const [first, second] = tracked[0].reports;
		expect(second.atMs).toBeGreaterThan(first.atMs);
		expect(second.progress).toBeGreaterThan(first.progress!);
	});

	it('does without a known quality', async () => {
		const sinceMs = new VirtualClock().now();
		const { result } = await poll({ a: endsAt(9_000) }, {}, [trackTask('a', undefined, sinceMs)]);
		expect(idsOf(result.ended)).toEqual(['a']);
	});
});
