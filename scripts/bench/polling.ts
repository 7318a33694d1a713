/** How soon and with how many questions each way of polling knows that a job is done: the same jobs for all, in one run. */
import type { Report } from '../../nodes/shared/core/polling/progressReports';
import { expectationOf, nextPollMs } from '../../nodes/shared/core/polling/schedule';
import { waitForTask } from '../../nodes/shared/core/polling/waitForTask';
import { PROGRESS_STYLES, type SimulatedJob, makeJobs } from '../../harness/simulation/simulatedJobs';
import { SimulatedService } from './simulatedService';
import { VirtualClock } from '../../harness/simulation/virtualClock';
import { seededRandom } from '../../harness/simulation/seededRandom';

export interface PollingRow {
	poller: string;
	progress: keyof typeof PROGRESS_STYLES;
	callsPerJob: number;
	/** Share of the job's duration. */
	medianLag: number;
	p95Lag: number;
	/** Lag of every job, sorted, as a share of its duration. */
	lags: number[];
}

const SEED = 20_261_123;
const JOBS = 200;

/** When to ask next, in milliseconds after the submit. */
type Poller = (job: SimulatedJob, asked: number, elapsedMs: number, reports: readonly Report[]) => number;

const POLLERS: Record<string, Poller> = {
	adaptive: (job, _asked, elapsedMs, reports) => nextPollMs(expectationOf(job.quality), reports, elapsedMs),
	'fixed 2 s': (_job, _asked, elapsedMs) => elapsedMs + 2_000,
	'fixed 5 s': (_job, _asked, elapsedMs) => elapsedMs + 5_000,
	'fixed 30 s': (_job, _asked, elapsedMs) => elapsedMs + 30_000,
	'exponential 1–30 s': (_job, asked, elapsedMs) => elapsedMs + Math.min(30_000, 1_000 * 2 ** asked),
};

/** One row per poller and kind of progress. */
export async function measurePolling(): Promise<PollingRow[]> {
	const rows: PollingRow[] = [];
	for (const progress of ['linear', 'stepwise', 'none'] as const) {
		const jobs = makeJobs(JOBS, seededRandom(SEED), PROGRESS_STYLES[progress]);
		for (const [name, poller] of Object.entries(POLLERS))
			rows.push(await measure(name, poller, progress, jobs));
	}
	return rows;
}

async function measure(
	name: string,
	poller: Poller,
	progress: keyof typeof PROGRESS_STYLES,
	jobs: SimulatedJob[],
): Promise<PollingRow> {
	const clock = new VirtualClock(0, seededRandom(SEED));
	const simulated = new SimulatedService(clock, jobs);
	const lags: number[] = [];
	for (const [index, job] of jobs.entries()) {
		const taskId = simulated.submit(index);
		const sinceMs = clock.now();
		const knownMs = await clock.run(
			name === 'adaptive'
				? watchAdaptively(simulated, job, taskId, clock)
				: pollUntilDone(simulated, job, taskId, clock, poller),
		);
		lags.push((knownMs - simulated.endsMs.get(taskId)!) / (simulated.endsMs.get(taskId)! - sinceMs));
	}
	lags.sort((a, b) => a - b);
	return {
		poller: name,
		progress,
		callsPerJob: simulated.statusCalls / jobs.length,
		medianLag: quantile(lags, 0.5),
		p95Lag: quantile(lags, 0.95),
		lags,
	};
}

/** The pack's own way: the very function that the nodes use. */
async function watchAdaptively(
	simulated: SimulatedService,
	job: SimulatedJob,
	taskId: string,
	clock: VirtualClock,
): Promise<number> {
	const watched = await waitForTask(
		{ taskId, quality: job.quality, sinceMs: clock.now() },
		simulated.asService(),
		{
			timeoutMs: 600_000,
		},
	);
	if (!watched.ok) throw new Error(watched.failure.message);
	return watched.value.endedMs;
}

async function pollUntilDone(
	simulated: SimulatedService,
	job: SimulatedJob,
	taskId: string,
	clock: VirtualClock,
	poller: Poller,
): Promise<number> {
	const service = simulated.asService();
	const sinceMs = clock.now();
	for (let asked = 0; ; asked++) {
		const elapsedMs = clock.now() - sinceMs;
		await clock.sleep(poller(job, asked, elapsedMs, []) - elapsedMs);
		const reply = await service.send({ method: 'GET', path: `/api/status/${taskId}`, timeoutMs: 30_000 });
		if (reply.kind === 'answer' && reply.body.includes('success')) return clock.now();
	}
}

/** The value below which a share of the sorted numbers lies. */
export function quantile(sorted: readonly number[], share: number): number {
	return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}
