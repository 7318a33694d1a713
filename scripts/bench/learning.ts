/** What is gained from the tasks before: a series of one tier whose true duration is not the documented one. */
import { TIERS } from '../../nodes/shared/core/api/endpoints';
import { type LearnedState, learn, learnedSpan } from '../../nodes/shared/core/polling/learnedDurations';
import { waitForTask } from '../../nodes/shared/core/polling/waitForTask';
import { seededRandom } from '../../harness/simulation/seededRandom';
import { PROGRESS_STYLES, type SimulatedJob } from '../../harness/simulation/simulatedJobs';
import { VirtualClock } from '../../harness/simulation/virtualClock';
import { quantile } from './polling';
import { SimulatedService } from './simulatedService';

export interface LearningRow {
	/** True duration as a multiple of the documented one; each job is up to 10 % faster or slower. */
	factor: number;
	progress: 'linear' | 'none';
	/** Of the jobs after the first ten. */
	callsPerJob: number;
	medianLag: number;
	p95Lag: number;
}

const JOBS = 50;
const UNCOUNTED = 10;
const SEEDS = [11, 12, 13, 14];

/** One row per factor and kind of progress. */
export async function measureLearning(): Promise<LearningRow[]> {
	const rows: LearningRow[] = [];
	for (const progress of ['linear', 'none'] as const)
		for (const factor of [0.5, 1, 2]) rows.push(await measure(factor, progress));
	return rows;
}

async function measure(factor: number, progress: 'linear' | 'none'): Promise<LearningRow> {
	const lags: number[] = [];
	let calls = 0;
	for (const seed of SEEDS) {
		const random = seededRandom(seed);
		const jobs = Array.from(
			{ length: JOBS },
			(): SimulatedJob => ({
				quality: 'pro',
				durationMs: TIERS.pro.nominalMs * factor * (0.9 + 0.2 * random()),
				report: PROGRESS_STYLES[progress],
			}),
		);
		const clock = new VirtualClock(0, random);
		const simulated = new SimulatedService(clock, jobs);
		let state: LearnedState = {};
		for (const [index, { quality }] of jobs.entries()) {
			const taskId = simulated.submit(index);
			const sinceMs = clock.now();
			const learned = learnedSpan(state, quality);
			const watched = await clock.run(
				waitForTask({ taskId, quality, sinceMs }, simulated.asService(), { timeoutMs: 600_000, learned }),
			);
			if (!watched.ok) throw new Error(watched.failure.message);
			const { endedMs, statusChecks, lesson } = watched.value;
			state = learn(state, quality, lesson!);
			if (index < UNCOUNTED) continue;
			calls += statusChecks;
			const endMs = simulated.endsMs.get(taskId)!;
			lags.push((endedMs - endMs) / (endMs - sinceMs));
		}
	}
	lags.sort((a, b) => a - b);
	return {
		factor,
		progress,
		callsPerJob: calls / lags.length,
		medianLag: quantile(lags, 0.5),
		p95Lag: quantile(lags, 0.95),
	};
}
