/**
 * Watching many tasks for a bounded time: every task is looked at once, then those that the schedule expects to end
 * soon are looked at again, until time or calls run out or there is something to hand over and nothing is about to end.
 */
import { tierOf } from './api';
import type { Failure } from './failure';
import { type Report, UNKNOWN_NOMINAL_MS, nextLookMs } from './schedule';
import { type Task, isFinished } from './task';
import { type Service, askStatus } from './watch';

export interface Watch {
	taskId: string;
	quality?: string;
	/** When it was submitted as far as known, in the clock's milliseconds. */
	sinceMs: number;
	/** What was learned in earlier rounds; added to. */
	reports: Report[];
}

export interface WatchLimits {
	/** When the round must be over. */
	deadlineMs: number;
	maxCalls: number;
	/** With something to hand over, only what is expected within this time is waited for. */
	lingerMs: number;
}

export interface Round {
	ended: Task[];
	/** Tasks that the service does not know. */
	unknown: Array<{ taskId: string; failure: Failure }>;
	/** Tasks that go on, as last seen. */
	running: Task[];
	/** What stopped the round early: the service or the sign-in has a problem. */
	failure?: Failure;
	calls: number;
}

/** One round over the list, oldest first. Never rejects. */
export async function watchRound(
	list: readonly Watch[],
	service: Service,
	limits: WatchLimits,
): Promise<Round> {
	const { clock } = service;
	const round: Round = { ended: [], unknown: [], running: [], calls: 0 };
	const seen = new Map<string, Task>();
	const open = list.map((watch) => ({ watch, atMs: 0 }));
	while (open.length > 0 && round.calls < limits.maxCalls) {
		const next = open.reduce((first, entry) => (entry.atMs < first.atMs ? entry : first));
		const waitMs = next.atMs - clock.now();
		const hasSomething = round.ended.length + round.unknown.length > 0;
		if (Math.max(next.atMs, clock.now()) > limits.deadlineMs || (hasSomething && waitMs > limits.lingerMs))
			break;
		if (waitMs > 0) await clock.sleep(waitMs);
		const { taskId, sinceMs, quality, reports } = next.watch;
		const { outcome, checks } = await askStatus(taskId, service, undefined, limits.deadlineMs);
		round.calls += checks;
		if (!outcome.ok && outcome.failure.kind !== 'notFound') {
			round.failure = outcome.failure;
			break;
		}
		if (outcome.ok && !isFinished(outcome.value)) {
			seen.set(taskId, outcome.value);
			reports.push({ atMs: clock.now() - sinceMs, progress: outcome.value.progress });
			const nominalMs = tierOf(quality)?.nominalMs ?? UNKNOWN_NOMINAL_MS;
			next.atMs = sinceMs + nextLookMs(nominalMs, reports, clock.now() - sinceMs);
			continue;
		}
		open.splice(open.indexOf(next), 1);
		seen.delete(taskId);
		if (outcome.ok) round.ended.push(outcome.value);
		else round.unknown.push({ taskId, failure: outcome.failure });
	}
	round.running = [...seen.values()];
	return round;
}
