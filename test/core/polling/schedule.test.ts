import * as fc from '../../../harness/fuzz';
import { TIERS } from '../../../nodes/shared/core/api/endpoints';
import type { Report } from '../../../nodes/shared/core/polling/progressReports';
import { expectationOf, nextPollMs } from '../../../nodes/shared/core/polling/schedule';
import { waitForTask } from '../../../nodes/shared/core/polling/waitForTask';
import { valueOf } from '../../../harness/simulation/outcomes';
import { ScriptedService } from '../../../harness/simulation/scriptedService';
import { seededRandom } from '../../../harness/simulation/seededRandom';
import {
	PROGRESS_STYLES,
	type SimulatedJob,
	makeJobs,
	statusOf,
} from '../../../harness/simulation/simulatedJobs';
import { VirtualClock } from '../../../harness/simulation/virtualClock';

const LATENCY_MS = 50;

interface Measured {
	calls: number;
	/** From the job's end until the node knew of it, as a share of the job's duration. */
	lag: number;
}

/** Waits for one job as the node does, with 50 ms per request. */
async function measure(job: SimulatedJob, pollIntervalMs?: number, quality?: string): Promise<Measured> {
	const clock = new VirtualClock();
	const sinceMs = clock.now();
	const service = new ScriptedService(clock, () => statusOf(job, clock.now() - sinceMs), LATENCY_MS);
	const watched = { taskId: 't-1', quality: quality ?? job.quality, sinceMs };
	const outcome = await clock.run(waitForTask(watched, service, { timeoutMs: 3_600_000, pollIntervalMs }));
	const { endedMs, statusChecks } = valueOf(outcome);
	return { calls: statusChecks, lag: (endedMs - sinceMs - job.durationMs) / job.durationMs };
}

async function measureAll(jobs: SimulatedJob[], pollIntervalMs?: number) {
	const measured: Measured[] = [];
	for (const job of jobs) measured.push(await measure(job, pollIntervalMs));
	const lags = measured.map(({ lag }) => lag).sort((a, b) => a - b);
	return {
		calls: measured.reduce((sum, { calls }) => sum + calls, 0) / measured.length,
		mostCalls: Math.max(...measured.map(({ calls }) => calls)),
		median: lags[Math.floor(lags.length / 2)],
		p95: lags[Math.ceil(lags.length * 0.95) - 1],
		worst: lags.at(-1)!,
	};
}

describe('200 simulated jobs of all tiers, ± 40 % around the usual time, 50 ms per request', () => {
	it.each([
		['linear', 6, 0.02, 0.05],
		['stepwise', 10, 0.05, 0.1],
		['none', 10, 0.05, 0.1],
		['stuck', 12, 0.05, 0.1],
		['backward', 12, 0.05, 0.1],
		['early', 12, 0.05, 0.1],
	] as const)(
		'with %s progress: at most %d calls on average, a median lag of %d, %d at the 95th percentile',
		async (style, calls, median, p95) => {
			for (const seed of [1, 2, 3]) {
				const jobs = makeJobs(200, seededRandom(seed), PROGRESS_STYLES[style]);
				const measured = await measureAll(jobs);
				expect(measured.calls).toBeLessThanOrEqual(calls);
				expect(measured.median).toBeLessThanOrEqual(median);
				expect(measured.p95).toBeLessThanOrEqual(p95);
				expect(measured.worst).toBeLessThanOrEqual(0.2);
			}
		},
	);

	it('a fixed gap of two seconds needs more calls and lags more: the measure can tell them apart', async () => {
		const jobs = makeJobs(200, seededRandom(1), PROGRESS_STYLES.linear);
		const adaptive = await measureAll(jobs);
		const fixed = await measureAll(jobs, 2_000);
		expect(fixed.calls).toBeGreaterThan(2 * adaptive.calls);
		expect(fixed.median).toBeGreaterThan(2 * adaptive.median);
	});

	it('measures the same every time', async () => {
		const run = async () => await measureAll(makeJobs(40, seededRandom(5), PROGRESS_STYLES.linear));
		expect(await run()).toEqual(await run());
	});
});

describe('watching by the schedule', () => {
	it.each(Object.keys(PROGRESS_STYLES) as Array<keyof typeof PROGRESS_STYLES>)(
		'a job that takes ten times as long, with %s progress, is asked about rarely and still found soon',
		async (style) => {
			const job = { quality: 'pro', durationMs: 300_000, report: PROGRESS_STYLES[style] } as const;
			const { calls, lag } = await measure(job);
			expect(calls).toBeLessThanOrEqual(40);
			expect(lag).toBeLessThanOrEqual(0.1);
		},
	);

	it('a job whose tier is not known is found soon all the same', async () => {
		for (const durationMs of [20_000, 30_000, 90_000]) {
			const job = { quality: 'pro', durationMs, report: PROGRESS_STYLES.none } as const;
			const { calls, lag } = await measure(job, undefined, 'proplus');
			expect(calls).toBeLessThanOrEqual(20);
			expect(lag).toBeLessThanOrEqual(0.2);
		}
	});

	it('a job that waits in a queue first is found soon', async () => {
		const jobs = makeJobs(40, seededRandom(7), (share) =>
			share < 0.4 ? 0 : Math.floor((100 * (share - 0.4)) / 0.6),
		);
		const measured = await measureAll(jobs);
		expect(measured.calls).toBeLessThanOrEqual(10);
		expect(measured.p95).toBeLessThanOrEqual(0.1);
	});
});

describe('nextPollMs', () => {
	it.each(Object.entries(TIERS))('looks first early, to learn the speed: %s', (_quality, { nominalMs }) => {
		expect(nextPollMs({ nominalMs, growth: 1.08, longestGapMs: 20_000 }, [], 0)).toBe(0.15 * nominalMs);
	});

	it('looks at once when the first look is overdue', () => {
		expect(nextPollMs(expectationOf('pro'), [], 100_000)).toBe(100_000);
	});

	it('looks at the end that steady progress foretells', () => {
		const reports: Report[] = [
			{ atMs: 4_500, progress: 16 },
			{ atMs: 15_000, progress: 51 },
		];
		const look = nextPollMs(expectationOf('pro'), reports, 15_000);
		expect(look).toBeGreaterThan(21_000);
		expect(look).toBeLessThanOrEqual(30_900);
	});

	it('does not believe in an end far beyond the usual time', () => {
		const reports: Report[] = [
			{ atMs: 4_500, progress: 1 },
			{ atMs: 5_000, progress: 1 },
		];
		expect(nextPollMs(expectationOf('pro'), reports, 5_000)).toBeLessThanOrEqual(42_000);
	});

	it('always gives a finite time, ahead of now, and never a gap of more than the usual time or 20 seconds', () => {
		const nominal = fc.constantFrom(10_000, 30_000, 60_000);
		const progress = fc.option(
			fc.oneof(fc.integer({ min: 0, max: 100 }), fc.double({ min: 0, max: 100, noNaN: true })),
			{
				nil: undefined,
			},
		);
		const step = fc.record({ gapMs: fc.integer({ min: 0, max: 60_000 }), progress });
		fc.assert(
			fc.property(nominal, fc.array(step, { maxLength: 12 }), fc.nat(100_000), (nominalMs, steps, later) => {
				let atMs = 0;
				const reports = steps.map(({ gapMs, progress: said }) => ({ atMs: (atMs += gapMs), progress: said }));
				const nowMs = atMs + later;
				const expected = { nominalMs, growth: 1.08, longestGapMs: 20_000 };
				const gapMs = nextPollMs(expected, reports, nowMs) - nowMs;
				const least = reports.length === 0 ? 0 : 250;
				return Number.isFinite(gapMs) && gapMs >= least && gapMs <= Math.max(20_000, 1.4 * nominalMs);
			}),
			{ numRuns: 2_000 },
		);
	});
});
