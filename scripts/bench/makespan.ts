/** How long a batch takes under the service's cap on running jobs, against the best that is possible. */
import { mapConcurrently } from '../../nodes/shared/core/concurrency/mapConcurrently';
import { submitOnce } from '../../nodes/shared/core/purchase/submitOnce';
import { waitForTask } from '../../nodes/shared/core/polling/waitForTask';
import { AdaptiveLimiter } from '../../nodes/shared/core/concurrency/adaptiveLimiter';
import { PROGRESS_STYLES, type SimulatedJob, makeJobs } from '../../harness/simulation/simulatedJobs';
import { SimulatedService } from './simulatedService';
import { VirtualClock } from '../../harness/simulation/virtualClock';
import { seededRandom } from '../../harness/simulation/seededRandom';

export interface MakespanRow {
	way: string;
	seconds: number;
	/** Ratio to the ideal. */
	ratio: number;
	refusals: number;
}

const CAP = 5;
const JOBS = 20;

/** The pack at its default and at twice the service's cap, and the waves that templates build. */
export async function measureMakespan(): Promise<MakespanRow[]> {
	const jobs = makeJobs(JOBS, seededRandom(7), PROGRESS_STYLES.linear);
	const idealMs = scheduleIdeally(jobs);
	const rows = [
		await runPack(jobs, CAP, `window of ${CAP}`),
		await runPack(jobs, CAP * 2, `window of ${CAP * 2}, cap found out by 429s`),
		{ way: `waves of ${CAP}, fixed 5 s`, ms: runWaves(jobs, 5_000), refusals: 0 },
		{ way: `waves of ${CAP}, fixed 30 s`, ms: runWaves(jobs, 30_000), refusals: 0 },
	];
	return [
		{ way: 'ideal', seconds: idealMs / 1000, ratio: 1, refusals: 0 },
		...rows.map(({ way, ms, refusals }) => ({ way, seconds: ms / 1000, ratio: ms / idealMs, refusals })),
	];
}

async function runPack(
	jobs: SimulatedJob[],
	concurrency: number,
	way: string,
): Promise<{ way: string; ms: number; refusals: number }> {
	const clock = new VirtualClock(0, seededRandom(3));
	const simulated = new SimulatedService(clock, jobs, CAP);
	const service = simulated.asService();
	const window = new AdaptiveLimiter(concurrency);
	const work = async (index: number) =>
		await window.hold(async () => {
			const task = await submitOnce(service.send, clock, {
				body: { prompt: String(index) },
				idempotencyKey: String(index),
				budgetMs: 3_600_000,
				onRateLimited: async (waitMs) => await window.yieldSlot(clock.sleep(waitMs)),
			});
			if (!task.ok) throw new Error(task.failure.message);
			window.grow();
			const { taskId } = task.value;
			await waitForTask({ taskId, quality: jobs[index].quality, sinceMs: clock.now() }, service, {
				timeoutMs: 600_000,
			});
		});
	await clock.run(mapConcurrently(jobs.length, concurrency * 2, work, () => false));
	return { way, ms: clock.now(), refusals: simulated.refusals };
}

/** The jobs in their order, each started the moment a place is free and known to be done the moment it is. */
function scheduleIdeally(jobs: readonly SimulatedJob[]): number {
	const places = new Array<number>(CAP).fill(0);
	for (const job of jobs) {
		const first = places.indexOf(Math.min(...places));
		places[first] += job.durationMs;
	}
	return Math.max(...places);
}

/** Five at a time, the next five when all are seen to be done. */
function runWaves(jobs: readonly SimulatedJob[], intervalMs: number): number {
	let ms = 0;
	for (let from = 0; from < jobs.length; from += CAP) {
		const slowest = Math.max(...jobs.slice(from, from + CAP).map((job) => job.durationMs));
		ms += Math.ceil(slowest / intervalMs) * intervalMs;
	}
	return ms;
}
