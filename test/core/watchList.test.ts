import { MAX_READ_TRIES } from '../../nodes/shared/core/limits';
import { Pace } from '../../nodes/shared/core/pace';
import type { Reply, Send } from '../../nodes/shared/core/reply';
import { type Round, type Watch, type WatchLimits, watchRound } from '../../nodes/shared/core/watchList';
import { answer } from './support/replies';
import { PROGRESS_STYLES, statusOf } from './support/simulatedJobs';
import { VirtualClock } from './support/virtualClock';

/** Answers of a service about several tasks, by their id; `ageMs`: time since the round began. */
type Answers = Record<string, (ageMs: number) => Reply>;

const done = () => answer(200, { status: 'success', model_url: 'https://cdn.test/m.glb' });
const failed = () => answer(200, { status: 'failed', error: 'no object found' });
const unknown = () => answer(404);
const never = () => answer(200, { status: 'processing' });
/** A task that ends that long after the round began. */
const endsAt = (durationMs: number) => (ageMs: number) =>
	statusOf({ quality: 'pro', durationMs, report: PROGRESS_STYLES.linear }, ageMs);

async function watch(answers: Answers, change: Partial<WatchLimits> = {}, list?: Watch[]) {
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
	list ??= Object.keys(answers).map((taskId) => ({ taskId, quality: 'pro', sinceMs, reports: [] }));
	const limits = { deadlineMs: startMs + 45_000, maxCalls: 100, lingerMs: 3_000, ...change };
	const round = await clock.run(watchRound(list, { send, clock, pace: new Pace(clock, 100) }, limits));
	return { round, asked, list, spentMs: clock.now() - startMs };
}

const idsOf = (tasks: Round['ended']) => tasks.map(({ taskId }) => taskId);

describe('watchRound', () => {
	it('asks nothing about an empty list', async () => {
		const { round, asked } = await watch({});
		expect(round).toEqual({ ended: [], unknown: [], running: [], calls: 0 });
		expect(asked).toEqual([]);
	});

	it('looks at every task once, oldest first, at the pace of the service', async () => {
		const { round, asked, spentMs } = await watch({ a: done, b: failed, c: unknown, d: done });
		expect(asked).toEqual(['a', 'b', 'c', 'd']);
		expect(round.calls).toBe(4);
		expect(idsOf(round.ended)).toEqual(['a', 'b', 'd']);
		expect(round.unknown).toMatchObject([{ taskId: 'c', failure: { kind: 'notFound', taskId: 'c' } }]);
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
			{ taskId: 'a', quality: 'pro', sinceMs, reports: [] },
			{ taskId: 'b', quality: 'pro', sinceMs, reports },
		]);
		expect(idsOf(soon.round.ended)).toEqual(['a', 'b']);
		expect(soon.spentMs).toBeGreaterThanOrEqual(2_000);
		expect(soon.spentMs).toBeLessThan(6_000);
	});

	it('also ends early with nothing but an unknown task to report', async () => {
		const { round, spentMs } = await watch({ a: unknown, b: never });
		expect(round.unknown).toHaveLength(1);
		expect(round.running).toHaveLength(1);
		expect(spentMs).toBeLessThan(3_000);
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

	it('is still bounded when every question has to be asked again', async () => {
		let count = 0;
		const moody = () => (++count % 2 === 0 ? never() : answer(500));
		const { round } = await watch({ a: moody, b: moody }, { maxCalls: 10, deadlineMs: Infinity });
		expect(round.calls).toBeGreaterThanOrEqual(10);
		expect(round.calls).toBeLessThan(10 + MAX_READ_TRIES);
	});

	it.each([
		['the sign-in fails', () => answer(401), 'unauthorized', 1],
		['the service stays down', () => answer(500), 'serverError', MAX_READ_TRIES],
	])('stops when %s, and keeps what has ended so far', async (_what, problem, kind, tries) => {
		const { round, asked } = await watch({ a: done, b: problem, c: done });
		expect(idsOf(round.ended)).toEqual(['a']);
		expect(round.failure).toMatchObject({ kind, taskId: 'b' });
		expect(round.calls).toBe(1 + tries);
		expect(asked).not.toContain('c');
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
		const { round } = await watch({ a: endsAt(9_000) }, {}, [{ taskId: 'a', sinceMs, reports: [] }]);
		expect(idsOf(round.ended)).toEqual(['a']);
	});
});
