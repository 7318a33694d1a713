/**
 * One poll over many tasks, for a bounded time. In: what is known of the tasks, and the service with its clock; out: what is
 * known of them after it, which have ended, and the failure that every task would have met. Each is asked about when it is
 * due, until time or calls run out or there is something to emit and nothing is about to end. One task that cannot be read
 * does not hold up the others. Rejects only when `relist` does.
 */
import { type StatusCheck, fetchStatus } from '../api/fetchStatus';
import type { Failure } from '../failure';
import { SHORTEST_READ_MS } from '../limits';
import type { Service } from '../api/service';
import { observe } from './observe';
import { plan } from './plan';
import { UNKNOWN_HEALTH, failureOfPoll, heed } from './serviceHealth';
import { type TrackedTask, hasEnded, startPoll } from './trackedTask';

/** What ends a poll, whichever comes first. */
export interface PollLimits {
	/** When the poll must be over, in the clock's milliseconds. */
	deadlineMs: number;
	maxCalls: number;
	/** With so many to emit it is enough for one poll. */
	maxEnded: number;
	/** With something to emit, only what is due within this time is waited for. */
	lingerMs: number;
}

/** Reads the list again, every so often: for a list that may grow meanwhile. */
export interface Relist {
	everyMs: number;
	read(): Promise<readonly TrackedTask[]>;
}

/** What a poll leaves behind; nothing of it was emitted yet. */
export interface PollResult {
	/** What is now known of every task that was listed, by its id. */
	tracked: ReadonlyMap<string, TrackedTask>;
	/** Those that have ended, as they were seen. */
	ended: readonly TrackedTask[];
	calls: number;
	/** The service or the sign-in has a problem that is not a single task's. */
	failure?: Failure;
}

/** Status checks of one poll that may be open at the same time: the service takes its time over each. */
export const CHECK_LANES = 4;
/** A check that hangs is given up after this long: the next one comes anyway, and others wait. Milliseconds. */
export const CHECK_TIMEOUT_MS = 10_000;

/** Polls the listed tasks, oldest first. */
export async function pollTasks(
	list: readonly TrackedTask[],
	service: Service,
	limits: PollLimits,
	relist?: Relist,
): Promise<PollResult> {
	const { clock } = service;
	const tracked = new Map(list.map((task) => [task.taskId, startPoll(task)]));
	let listed = [...tracked.keys()];
	let relistAtMs = relist === undefined ? Number.POSITIVE_INFINITY : clock.now() + relist.everyMs;
	let health = UNKNOWN_HEALTH;
	let calls = 0;
	const ended: TrackedTask[] = [];
	const isFull = () => calls >= limits.maxCalls || ended.length >= limits.maxEnded;
	while (!health.isHopeless && !isFull() && clock.now() <= limits.deadlineMs) {
		const nowMs = clock.now();
		const lanes = Math.min(CHECK_LANES, limits.maxCalls - calls);
		const planned = plan(
			listed.map((taskId) => tracked.get(taskId)!),
			nowMs,
			lanes,
		);
		const nextMs = Math.max(health.pausedUntilMs, planned.nextMs);
		if (nextMs <= nowMs) {
			calls += planned.due.length;
			const checks = await Promise.all(
				planned.due.map(async ({ taskId }) => await check(taskId, service, limits.deadlineMs)),
			);
			for (const [index, seen] of checks.entries()) {
				const after = observe(planned.due[index], seen, clock.now(), clock.random());
				tracked.set(after.taskId, after);
				if (hasEnded(after)) ended.push(after);
				health = heed(health, seen, after, limits.deadlineMs);
			}
		}
		if (relist !== undefined && clock.now() >= relistAtMs) {
			const again = await relist.read();
			for (const task of again) if (!tracked.has(task.taskId)) tracked.set(task.taskId, startPoll(task));
			listed = again.map(({ taskId }) => taskId);
			relistAtMs = clock.now() + relist.everyMs;
		} else if (nextMs > nowMs) {
			const isWorthWaiting = ended.length === 0 || nextMs - nowMs <= limits.lingerMs;
			const untilMs = Math.min(nextMs, relistAtMs);
			if (!isWorthWaiting || untilMs > limits.deadlineMs) break;
			await clock.sleep(untilMs - nowMs);
		}
	}
	return { tracked, ended, calls, failure: failureOfPoll(health) };
}

/** A status check in its turn, given some time though the poll is nearly over. */
async function check(taskId: string, service: Service, deadlineMs: number): Promise<StatusCheck> {
	const { clock, pace } = service;
	await pace.turn();
	const leftMs = Math.max(SHORTEST_READ_MS, deadlineMs - clock.now());
	return await fetchStatus(taskId, service, Math.min(CHECK_TIMEOUT_MS, leftMs));
}
