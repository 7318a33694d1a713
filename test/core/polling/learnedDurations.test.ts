import * as fc from '../../../harness/fuzz';
import { type LearnedState, learn, learnedSpan } from '../../../nodes/shared/core/polling/learnedDurations';
import { expectationOf, nextPollMs } from '../../../nodes/shared/core/polling/schedule';
import { waitForTask } from '../../../nodes/shared/core/polling/waitForTask';
import { valueOf } from '../../../harness/simulation/outcomes';
import { ScriptedService } from '../../../harness/simulation/scriptedService';
import { seededRandom } from '../../../harness/simulation/seededRandom';
import { PROGRESS_STYLES, statusOf } from '../../../harness/simulation/simulatedJobs';
import { VirtualClock } from '../../../harness/simulation/virtualClock';

const learnAll = (durationsMs: number[], state: LearnedState = {}, wasSteady = true) =>
	durationsMs.reduce((now, ms) => learn(now, 'pro', { durationMs: ms, wasSteady }), state);

const around = (ms: number, count: number, seed = 1) => {
	const random = seededRandom(seed);
	return Array.from({ length: count }, () => ms * (0.9 + 0.2 * random()));
};

describe('learnedSpan', () => {
	it('foretells nothing before ten tasks were seen', () => {
		expect(learnedSpan(learnAll(around(15_000, 9)), 'pro')).toBeUndefined();
		expect(learnedSpan(learnAll(around(15_000, 10)), 'pro')).toBeDefined();
	});

	it('spans what was seen, with a margin', () => {
		const { earliestMs, latestMs, isSteady } = learnedSpan(learnAll(around(15_000, 20)), 'pro')!;
		expect(earliestMs).toBeGreaterThan(12_500);
		expect(latestMs).toBeLessThan(17_500);
		expect(latestMs - earliestMs).toBeGreaterThan(2_000);
		expect(isSteady).toBe(true);
	});

	it('knows one quality from another, whatever its name', () => {
		const state = learnAll(around(15_000, 20));
		for (const quality of ['fast', undefined, 'constructor', '__proto__'])
			expect(learnedSpan(state, quality)).toBeUndefined();
	});

	it('says whether progress foretells the end', () => {
		expect(learnedSpan(learnAll(around(15_000, 20), {}, false), 'pro')?.isSteady).toBe(false);
	});

	it('foretells nothing where durations differ wildly', () => {
		expect(
			learnedSpan(learnAll([5, 6, 7, 20, 21, 22, 40, 41, 60, 61].map((s) => s * 1000)), 'pro'),
		).toBeUndefined();
	});
});

describe('learn', () => {
	it('forgets what no longer fits once three tasks in a row lie elsewhere', () => {
		const learned = learnAll(around(15_000, 20));
		expect(learnedSpan(learnAll([60_000, 61_000], learned), 'pro')).toBeDefined();
		const changed = learnAll([60_000, 61_000, 62_000], learned);
		expect(learnedSpan(changed, 'pro')).toBeUndefined();
		expect(learnedSpan(learnAll(around(60_000, 7), changed), 'pro')?.earliestMs).toBeGreaterThan(50_000);
	});

	it('keeps a few of one quality and a few qualities, and changes nothing in place', () => {
		fc.assert(
			fc.property(fc.array(fc.tuple(fc.string(), fc.double({ min: 1, max: 1e6, noNaN: true }))), (tasks) => {
				let state: LearnedState = {};
				for (const [quality, ms] of tasks) {
					const before = JSON.stringify(state);
					const after = learn(state, quality, { durationMs: ms, wasSteady: true });
					expect(JSON.stringify(state)).toBe(before);
					state = after;
				}
				expect(Object.keys(state).length).toBeLessThanOrEqual(8);
				for (const { durationsMs } of Object.values(state))
					expect(durationsMs.length).toBeLessThanOrEqual(30);
			}),
		);
	});

	it('takes no notice of a quality whose name is no name', () => {
		const lesson = { durationMs: 1_000, wasSteady: true };
		expect(learn({}, 'x'.repeat(61), lesson)).toEqual({});
		expect(Object.keys(learn({}, 'constructor', lesson))).toEqual(['constructor']);
	});

	it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('takes no notice of a duration of %d', (ms) => {
		expect(learn({}, 'pro', { durationMs: ms, wasSteady: true })).toEqual({});
	});
});

describe('waiting with what was learned', () => {
	it.each(Object.entries(PROGRESS_STYLES))(
		'sees the end soon of a task that is nothing like those before it (%s progress)',
		async (_style, report) => {
			const learned = learnedSpan(learnAll(around(15_000, 20)), 'pro')!;
			for (const durationMs of [1_000, 9_000, 14_000, 18_000, 45_000, 200_000]) {
				const clock = new VirtualClock();
				const job = { quality: 'pro' as const, durationMs, report };
				const sinceMs = clock.now();
				const service = new ScriptedService(clock, () => statusOf(job, clock.now() - sinceMs), 50);
				const watched = waitForTask({ taskId: 't-1', quality: 'pro', sinceMs }, service, {
					timeoutMs: 3_600_000,
					learned,
				});
				const { endedMs, statusChecks } = valueOf(await clock.run(watched));
				const seenMs = endedMs - sinceMs;
				expect(seenMs).toBeLessThan(
					durationMs < learned.earliestMs ? learned.earliestMs + 1_000 : durationMs * 1.15 + 1_000,
				);
				expect(statusChecks).toBeLessThan(50);
			}
		},
	);

	it.each([true, false])(
		'lets no task wait for long that a service makes as fast as ever, after it was slow (steady: %s)',
		async (wasSteady) => {
			const tenMinutes = learnAll(around(600_000, 20), {}, wasSteady);
			const learned = learnedSpan(tenMinutes, 'pro')!;
			const clock = new VirtualClock();
			const sinceMs = clock.now();
			const job = { quality: 'pro' as const, durationMs: 30_000, report: PROGRESS_STYLES.linear };
			const service = new ScriptedService(clock, () => statusOf(job, clock.now() - sinceMs), 50);
			const options = { timeoutMs: 3_600_000, learned };
			const watched = waitForTask({ taskId: 't-1', quality: 'pro', sinceMs }, service, options);
			// Three times the documented duration, and not ten minutes.
			expect(valueOf(await clock.run(watched)).endedMs - sinceMs).toBeLessThan(91_000);
			for (const atMs of [100_000, 300_000])
				expect(
					nextPollMs({ ...expectationOf('pro'), learned }, [{ atMs, progress: 1 }], atMs),
				).toBeLessThanOrEqual(atMs * 1.5);
		},
	);

	it('falls back to the usual schedule beyond the latest end', () => {
		const learned = { earliestMs: 13_000, latestMs: 17_000, isSteady: false };
		const expected = { ...expectationOf('pro'), learned };
		const reports = [{ atMs: 39_000, progress: undefined }];
		expect(nextPollMs(expected, reports, 40_000)).toBe(nextPollMs(expectationOf('pro'), reports, 40_000));
	});
});
