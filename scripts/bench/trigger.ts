/** How soon the trigger emits a task that is alone on its list, polled every minute; in virtual time. */
import { LINGER_MS, LONGEST_POLL_MS, POLL_MARGIN_MS } from '../../nodes/Image3dTrigger/pollTime';
import { MAX_STATUS_CALLS_PER_POLL, RELIST_MS } from '../../nodes/Image3dTrigger/pollListedTasks';
import { type TrackedTask, trackTask } from '../../nodes/shared/core/polling/trackedTask';
import { pollTasks } from '../../nodes/shared/core/polling/pollTasks';
import { VirtualClock } from '../../harness/simulation/virtualClock';
import { quantile } from './polling';
import { seededRandom } from '../../harness/simulation/seededRandom';
import { PROGRESS_STYLES, type SimulatedJob, makeJobs } from '../../harness/simulation/simulatedJobs';
import { SimulatedService } from './simulatedService';

export interface TriggerRow {
	poller: string;
	progress: keyof typeof PROGRESS_STYLES;
	medianSeconds: number;
	p95Seconds: number;
	callsPerJob: number;
	mostCalls: number;
}

const JOBS = 200;
const INTERVAL_MS = 60_000;
/** What n8n's pollers give a poll: five minutes by default, under forty seconds with the durable scheduler. */
const POLLERS = { default: 300_000, 'durable scheduler': 39_000 };

/** One row per poller and kind of progress. */
export async function measureTrigger(): Promise<TriggerRow[]> {
	const rows: TriggerRow[] = [];
	for (const [poller, budgetMs] of Object.entries(POLLERS)) {
		for (const progress of ['linear', 'stepwise', 'none'] as const)
			rows.push(await measure(poller, budgetMs, progress));
	}
	return rows;
}

async function measure(
	poller: string,
	budgetMs: number,
	progress: keyof typeof PROGRESS_STYLES,
): Promise<TriggerRow> {
	const random = seededRandom(11);
	const jobs = makeJobs(JOBS, random, PROGRESS_STYLES[progress]);
	const lags: number[] = [];
	const calls: number[] = [];
	for (const index of jobs.keys()) {
		const clock = new VirtualClock(0, seededRandom(index));
		const simulated = new SimulatedService(clock, jobs);
		// The row is written at any moment between two polls.
		const submittedMs = random() * INTERVAL_MS;
		const pollMs = Math.min(LONGEST_POLL_MS, budgetMs - POLL_MARGIN_MS);
		const knownMs = await clock.run(pollUntilDone(clock, simulated, jobs[index], index, submittedMs, pollMs));
		lags.push((knownMs - simulated.endsMs.get(`job-${index}`)!) / 1000);
		calls.push(simulated.statusCalls);
	}
	lags.sort((a, b) => a - b);
	return {
		poller,
		progress,
		medianSeconds: quantile(lags, 0.5),
		p95Seconds: quantile(lags, 0.95),
		callsPerJob: calls.reduce((sum, count) => sum + count, 0) / JOBS,
		mostCalls: Math.max(...calls),
	};
}

/** A poll every minute that reads its Data Table every few seconds, as the trigger does. */
async function pollUntilDone(
	clock: VirtualClock,
	simulated: SimulatedService,
	job: SimulatedJob,
	index: number,
	submittedMs: number,
	pollMs: number,
): Promise<number> {
	const rows: TrackedTask[] = [];
	const submitted = clock.sleep(submittedMs).then(() => {
		rows.push(trackTask(simulated.submit(index), job.quality, clock.now()));
	});
	const relist = { everyMs: RELIST_MS, read: async () => rows };
	for (let poll = 0; ; poll++) {
		await clock.sleep(poll * INTERVAL_MS - clock.now());
		const limits = {
			deadlineMs: clock.now() + pollMs,
			maxCalls: MAX_STATUS_CALLS_PER_POLL,
			maxEnded: 1,
			lingerMs: LINGER_MS,
		};
		const { ended, tracked } = await pollTasks(rows, simulated.asService(), limits, relist);
		if (ended.length > 0) {
			await submitted;
			return clock.now();
		}
		for (const [index, row] of rows.entries()) rows[index] = tracked.get(row.taskId) ?? row;
	}
}
