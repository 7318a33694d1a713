/**
 * Watching many tasks for a bounded time: each is looked at when the schedule says so, until time or calls run out or
 * there is something to hand over and nothing is about to end.
 */
import type { Failure } from './failure';
import { type Report, assumeSubmittedMs, expectationOf, nextLookMs } from './schedule';
import { type Task, isFinished } from './task';
import { type Service, askStatus } from './watch';

export interface Watch {
	taskId: string;
	quality?: string;
	/** When it was submitted, in the clock's milliseconds; where nobody knows, the first look sets it. */
	sinceMs?: number;
	/** What was learned in earlier rounds; added to. */
	reports: Report[];
}

/** Ratio between blind looks: seconds matter to whoever waits for a trigger, the exact second does not. */
const WATCH_GROWTH = 1.15;

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
	/** What stopped the round early, or kept a task from being read: the service or the sign-in has a problem. */
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
	const open = list.map((watch) => ({ watch, atMs: nextAtMs(watch) }));
	while (open.length > 0 && round.calls < limits.maxCalls) {
		const next = open.reduce((first, entry) => (entry.atMs < first.atMs ? entry : first));
		const waitMs = next.atMs - clock.now();
		const hasSomething = round.ended.length + round.unknown.length > 0;
		if (Math.max(next.atMs, clock.now()) > limits.deadlineMs || (hasSomething && waitMs > limits.lingerMs))
			break;
		if (waitMs > 0) await clock.sleep(waitMs);
		const { taskId } = next.watch;
		const { outcome, checks } = await askStatus(taskId, service, undefined, limits.deadlineMs);
		round.calls += checks;
		if (!outcome.ok && outcome.failure.kind !== 'notFound') {
			round.failure = outcome.failure;
			// An answer that cannot be read may be this task's alone; anything else stops all of them.
			if (outcome.failure.kind !== 'unreadable') break;
			open.splice(open.indexOf(next), 1);
			continue;
		}
		if (outcome.ok && !isFinished(outcome.value)) {
			seen.set(taskId, outcome.value);
			note(next.watch, outcome.value.progress, clock.now());
			next.atMs = nextAtMs(next.watch);
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

/** When to look at it next; at once where nothing is known of it. */
function nextAtMs({ sinceMs, quality, reports }: Watch): number {
	if (sinceMs === undefined) return 0;
	return sinceMs + nextLookMs(expectationOf(quality, WATCH_GROWTH), reports, reports.at(-1)?.atMs ?? 0);
}

function note(watch: Watch, progress: number | undefined, nowMs: number): void {
	watch.sinceMs ??= assumeSubmittedMs(watch.quality, progress, nowMs);
	watch.reports.push({ atMs: nowMs - watch.sinceMs, progress });
}
