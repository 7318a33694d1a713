import { LOOK_LANES, LOOK_TIMEOUT_MS, MAX_READ_TRIES } from '../../../nodes/shared/core/limits';
import { Throttle } from '../../../nodes/shared/core/concurrency/throttle';
import type { ApiResponse, Send } from '../../../nodes/shared/core/api/response';
import { type Round, type Watch, newWatch } from '../../../nodes/shared/core/polling/trackedTask';
import { type Relist, type WatchLimits, watchRound } from '../../../nodes/shared/core/polling/pollTasks';
import { answer } from '../support/replies';
import { PROGRESS_STYLES, statusOf } from '../support/simulatedJobs';
import { VirtualClock } from '../support/virtualClock';

/** Answers of a service about several tasks, by their id; `ageMs`: time since the round began. */
type Answers = Record<string, (ageMs: number) => ApiResponse>;

const done = () => answer(200, { status: 'success', model_url: 'https://cdn.test/m.glb' });
const failed = () => answer(200, { status: 'failed', error: 'no object found' });
const unknown = () => answer(404);
const never = () => answer(200, { status: 'processing' });
/** A task that ends that long after the round began. */
const endsAt = (durationMs: number) => (ageMs: number) =>
	statusOf({ quality: 'pro', durationMs, report: PROGRESS_STYLES.linear }, ageMs);

async function watch(
	answers: Answers,
	change: Partial<WatchLimits> = {},
	given?: Watch[],
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
	// Submitted just so long ago that the first look is due.
	const sinceMs = startMs - 4_500;
	const list = given ?? Object.keys(answers).map((taskId) => newWatch(taskId, 'pro', sinceMs));
	const limits = {
		deadlineMs: startMs + 45_000,
		maxCalls: 100,
		maxEnded: 100,
		lingerMs: 3_000,
		...change,
	};
	const service = { send, clock, pace: new Throttle(clock, 100) };
	const round = await clock.run(watchRound(list, service, limits, relist?.(clock)));
	return { round, asked, list, spentMs: clock.now() - startMs };
}

const idsOf = (tasks: Round['ended']) => tasks.map(({ taskId }) => taskId);

describe('watchRound', () => {
	it('asks nothing about an empty list', async () => {
		const { round, asked } = await watch({});
		expect(round).toEqual({ ended: [], running: [], calls: 0 });
		expect(asked).toEqual([]);
	});

	it('looks at every task once, oldest first, at the pace of the service', async () => {
		const { round, asked, spentMs, list } = await watch({ a: done, b: failed, c: unknown, d: done });
		expect(asked).toEqual(['a', 'b', 'c', 'd']);
		expect(round.calls).toBe(4);
		expect(idsOf(round.ended)).toEqual(['a', 'b', 'd']);
		expect(list[2]).toMatchObject({ refusals: 1, refusal: { kind: 'notFound', taskId: 'c' } });
		expect(round.running).toEqual([]);
		expect(round.failure).toBeUndefined();
		expect(spentMs).toBe(300);
	});

	it('waits for a task that the schedule expects to end in time', async () => {
		const { round, spentMs } = await watch({ a: endsAt(20_000) });
		expect(idsOf(round.ended)).toEqual(['a']);
		expect(round.running).toEqual([]);
		expect(spentMs).toBeGreaterThanOrEqual(20_000);
		expect(spentMs).toBeLessThan(22_000);
		expect(round.calls).toBeLessThanOrEqual(8);
	});

	it('ends early with something to hand over, and waits only for what is about to end', async () => {
		const late = await watch({ a: done, b: never });
		expect(idsOf(late.round.ended)).toEqual(['a']);
		expect(late.round.running).toMatchObject([{ taskId: 'b', status: 'processing' }]);
		expect(late.spentMs).toBeLessThan(3_000);

		const sinceMs = new VirtualClock().now() - 29_000;
		const reports = [
			{ atMs: 4_500, progress: 14 },
			{ atMs: 20_000, progress: 64 },
		];
		const nearlyDone = (ageMs: number) =>
			ageMs >= 2_000 ? done() : answer(200, { status: 'processing', progress: 93 });
		const soon = await watch({ a: done, b: nearlyDone }, {}, [
			newWatch('a', 'pro', sinceMs),
			{ ...newWatch('b', 'pro', sinceMs), reports },
		]);
		expect(idsOf(soon.round.ended)).toEqual(['a', 'b']);
		expect(soon.spentMs).toBeGreaterThanOrEqual(2_000);
		expect(soon.spentMs).toBeLessThan(6_000);
	});

	it('is over at the deadline, with what goes on as last seen', async () => {
		const { round, spentMs } = await watch({ a: endsAt(600_000), b: never });
		expect(round.ended).toEqual([]);
		expect(round.running.map(({ taskId, progress }) => [taskId, progress])).toEqual([
			['a', expect.any(Number)],
			['b', undefined],
		]);
		expect(round.failure).toBeUndefined();
		expect(spentMs).toBeLessThanOrEqual(45_000);
	});

	it('asks nothing when the deadline has passed already', async () => {
		const { round } = await watch({ a: done }, { deadlineMs: new VirtualClock().now() - 1 });
		expect(round).toMatchObject({ ended: [], calls: 0 });
	});

	it('never makes more calls than it may', async () => {
		const answers = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`t-${index}`, never]));
		const first = await watch(answers, { maxCalls: 20 });
		expect(first.round.calls).toBe(20);
		expect(first.asked).toEqual(Object.keys(answers).slice(0, 20));
		const all = await watch(answers, { maxCalls: 200, deadlineMs: Infinity });
		expect(all.round.calls).toBe(200);
		expect(all.round.running).toHaveLength(30);
	});

	it('is still bounded when every other question fails', async () => {
		let count = 0;
		const moody = () => (++count % 2 === 0 ? never() : answer(500));
		const { round } = await watch({ a: moody, b: moody }, { maxCalls: 10, deadlineMs: Infinity });
		expect(round.calls).toBe(10);
	});

	it('stops when it has enough to hand over', async () => {
		const answers = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`t-${index}`, done]));
		const { round } = await watch(answers, { maxEnded: 8 });
		expect(idsOf(round.ended)).toEqual(Object.keys(answers).slice(0, 8));
	});

	it('stops at once when the sign-in fails, and keeps what has ended', async () => {
		const answers = { a: done, b: () => answer(401), c: done, d: done, e: done };
		const { round, asked } = await watch(answers);
		expect(round.failure).toMatchObject({ kind: 'unauthorized', taskId: 'b' });
		expect(idsOf(round.ended)).toContain('a');
		expect(asked).toHaveLength(LOOK_LANES);
	});

	it('stops when the service stays down', async () => {
		const { round } = await watch({ a: () => answer(500) });
		expect(round.failure).toMatchObject({ kind: 'serverError', taskId: 'a' });
		expect(round.calls).toBe(MAX_READ_TRIES);
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
		const { round } = await watch({ a: () => problem, b: endsAt(20_000), c: done });
		expect(idsOf(round.ended)).toEqual(['c']);
		expect(round.running).toMatchObject([{ taskId: 'b' }]);
		expect(round.failure).toBeUndefined();
	});

	it.each<[string, ApiResponse, number]>([
		['refused', answer(410), 3],
		['not known', answer(404), 3],
		['answered about with a problem', answer(200, { success: false, message: 'No' }), 3],
	])('asks less and less about a task that is %s', async (_what, reply, looks) => {
		const { list, round } = await watch({ a: () => reply }, { deadlineMs: Infinity, maxCalls: 3 });
		expect(list[0].refusals).toBe(looks);
		expect(round.failure).toBeUndefined();
		expect(list[0].restsUntilMs - list[0].sinceMs!).toBeGreaterThan(50_000 + 100_000 + 200_000);
	});

	it('forgets troubles that have passed', async () => {
		let count = 0;
		const moody = () => (++count < 3 ? answer(404) : never());
		const { list } = await watch({ a: moody }, { deadlineMs: Infinity, maxCalls: 3 });
		expect(list[0]).toMatchObject({ refusals: 0, refusal: undefined, troubles: 0, checks: 3 });
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
		const { round, spentMs } = await watch({ b: busy });
		expect(idsOf(round.ended)).toEqual(ended);
		expect(round.failure?.kind).toBe(kind);
		expect(spentMs).toBeLessThan(15_000);
	});

	it.each([429, 500])('does not keep back what has ended for a task that brings a %i', async (status) => {
		const busy = () => answer(status, '', { 'retry-after': '20' });
		const { round, spentMs } = await watch({ a: done, b: busy });
		expect(idsOf(round.ended)).toEqual(['a']);
		expect(spentMs).toBeLessThan(3_000);
	});

	it('reads a list again that grows, and watches what is new', async () => {
		const list = [newWatch('a', 'pro', 0)];
		const later: Watch[] = [];
		const answers = { a: never, b: endsAt(20_000) };
		const { round, spentMs } = await watch(answers, {}, list, (clock) => ({
			everyMs: 5_000,
			read: async () => {
				if (later.length === 0) later.push(newWatch('b', 'pro', clock.now()));
				return [...list, ...later];
			},
		}));
		expect(idsOf(round.ended)).toEqual(['b']);
		expect(spentMs).toBeLessThan(22_000);
	});

	it('takes all that is overdue in one sweep, the longest overdue first, several at a time', async () => {
		const slow = Array.from(
			{ length: 60 },
			(_, index) => [`t-${index}`, index === 0 ? done : never] as const,
		);
		const { round, asked, spentMs } = await watch(Object.fromEntries(slow));
		expect(asked.slice(0, 60)).toEqual(slow.map(([taskId]) => taskId));
		expect(idsOf(round.ended)).toEqual(['t-0']);
		expect(spentMs).toBeLessThan(10_000);
	});

	it('gives a call that hangs a limit of its own', async () => {
		const limits: number[] = [];
		const clock = new VirtualClock();
		const send: Send = async ({ timeoutMs }) => (limits.push(timeoutMs), done());
		const service = { send, clock, pace: new Throttle(clock, 100) };
		for (const leftMs of [60_000, 1_000]) {
			const limit = { deadlineMs: clock.now() + leftMs, maxCalls: 1, maxEnded: 1, lingerMs: 0 };
			await clock.run(watchRound([newWatch('a')], service, limit));
		}
		expect(limits).toEqual([LOOK_TIMEOUT_MS, 5_000]);
	});

	it('learns for the next round: the reports are added to what was known', async () => {
		const { list } = await watch({ a: endsAt(600_000) });
		expect(list[0].reports.length).toBeGreaterThan(1);
		const [first, second] = list[0].reports;
		expect(second.atMs).toBeGreaterThan(first.atMs);
		expect(second.progress).toBeGreaterThan(first.progress!);
	});

	it('does without a known quality', async () => {
		const sinceMs = new VirtualClock().now();
		const { round } = await watch({ a: endsAt(9_000) }, {}, [newWatch('a', undefined, sinceMs)]);
		expect(idsOf(round.ended)).toEqual(['a']);
	});
});
