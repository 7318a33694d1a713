/**
 * Watching many tasks for a bounded time: each is looked at when the schedule says so, until time or calls run out or
 * there is something to hand over and nothing is about to end. One task that cannot be read does not hold up the others.
 */
import { LOOK_LANES } from '../limits';
import { type Round, type Watch, Looks, nextAtMs } from './trackedTask';
import type { Service } from './waitForTask';

export interface WatchLimits {
	/** When the round must be over. */
	deadlineMs: number;
	maxCalls: number;
	/** With so many to hand over it is enough for one round. */
	maxEnded: number;
	/** With something to hand over, only what is expected within this time is waited for. */
	lingerMs: number;
}

/** Reads the list again, every so often: for a list that may grow meanwhile. */
export interface Relist {
	everyMs: number;
	read(): Promise<readonly Watch[]>;
}

/** One round over the list, oldest first. Rejects only when `relist` does. */
export async function watchRound(
	list: readonly Watch[],
	service: Service,
	limits: WatchLimits,
	relist?: Relist,
): Promise<Round> {
	const { clock } = service;
	const looks = new Looks(service, limits.deadlineMs);
	const { round } = looks;
	// What failed in an earlier round is tried again, after everything else.
	for (const watch of list) if (watch.refusals === 0) watch.restsUntilMs = 0;
	let open = [...list];
	let relistAtMs = relist === undefined ? Number.POSITIVE_INFINITY : clock.now() + relist.everyMs;
	const isFull = () => round.calls >= limits.maxCalls || round.ended.length >= limits.maxEnded;
	while (!looks.areOver && !isFull() && clock.now() <= limits.deadlineMs) {
		open = open.filter(({ taskId }) => !looks.endedIds.has(taskId));
		const nowMs = clock.now();
		const planned = open.map((watch) => ({ watch, atMs: nextAtMs(watch) }));
		const firstMs = planned.reduce((least, { atMs }) => Math.min(least, atMs), Number.POSITIVE_INFINITY);
		const nextMs = Math.max(looks.pausedUntilMs, firstMs);
		if (nextMs <= nowMs) {
			const due = planned.filter(({ atMs }) => atMs <= nowMs).sort(byUrgency);
			const lanes = Math.min(LOOK_LANES, limits.maxCalls - round.calls);
			await looks.lookAt(due.slice(0, lanes).map(({ watch }) => watch));
		}
		if (relist !== undefined && clock.now() >= relistAtMs) {
			open = [...(await relist.read())];
			relistAtMs = clock.now() + relist.everyMs;
		} else if (nextMs > nowMs) {
			const isWorthWaiting = round.ended.length === 0 || nextMs - nowMs <= limits.lingerMs;
			const untilMs = Math.min(nextMs, relistAtMs);
			if (!isWorthWaiting || untilMs > limits.deadlineMs) break;
			await clock.sleep(untilMs - nowMs);
		}
	}
	return looks.finish();
}

interface Planned {
	watch: Watch;
	atMs: number;
}

/** Those that gave no trouble first, of those the longest overdue. */
function byUrgency(a: Planned, b: Planned): number {
	return a.watch.troubles - b.watch.troubles || a.atMs - b.atMs;
}
