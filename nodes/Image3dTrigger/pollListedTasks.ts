/**
 * Polling what is on the list and was not emitted yet, until something has happened or the poll's time is over. Fails when
 * the list cannot be read at the beginning; a problem of the service is in the result.
 */
import { type Outcome, succeed } from '../shared/core/failure';
import { LINGER_MS } from './pollTime';
import { type CursorState, markDone, pendingIds } from '../shared/core/polling/cursor';
import { type PollResult, pollTasks } from '../shared/core/polling/pollTasks';
import type { TrackedTask } from '../shared/core/polling/trackedTask';
import type { NodeService } from '../shared/n8n/http/openService';
import { type ListedTask, trackListed } from './listedTask';
import type { PollRun } from './pollRun';
import { TaskSource } from './taskSource';

/** How often a Data Table is read again while nothing in it is about to end: a new row waits no longer. */
export const RELIST_MS = 5_000;

/** Status calls in one poll: a backlog larger than this is taken in slices, the longest overdue first. */
export const MAX_STATUS_CALLS_PER_POLL = 200;

/** Items emitted by one poll: n8n keeps them in one execution. */
const MAX_ITEMS_PER_POLL = 100;

/** The list as it was read last. */
export interface Listing {
	/** What the cursor knows its tasks by. */
	keys: string[];
	/** What of it is still to be emitted: of a task in several rows those that were not. */
	pending: ListedTask[];
	/** What was emitted before, without what has left the list since: that may come back. */
	cursor: CursorState;
}

/**
 * Polls what the cursor still lacks; `known` is what earlier polls learned. A Data Table is read again every few seconds, so
 * that a row that is written after the poll began is polled too.
 */
export async function pollListedTasks(
	poll: PollRun,
	service: NodeService,
	cursor: CursorState,
	known: ReadonlyMap<string, TrackedTask>,
	deadlineMs: number,
): Promise<Outcome<{ result: PollResult; listing: Listing }>> {
	const { clock } = service;
	const source = new TaskSource(poll);
	const first = await source.read();
	if (!first.ok) return first;
	let listed = first.value;
	let listing: Listing = { keys: [], pending: [], cursor };
	const track = () => {
		listing = toListing(listed, listing.cursor);
		const byId = new Map(listing.pending.map((task) => [task.taskId, task]));
		return [...byId.values()].map((task) => known.get(task.taskId) ?? trackListed(task, clock.now()));
	};
	const readAgain = async () => {
		const again = await source.read();
		// What was listed before is still worth asking about.
		if (again.ok) listed = again.value;
		return track();
	};
	const limits = {
		deadlineMs,
		maxCalls: MAX_STATUS_CALLS_PER_POLL,
		maxEnded: MAX_ITEMS_PER_POLL,
		lingerMs: LINGER_MS,
	};
	const relist = source.canGrow ? { everyMs: RELIST_MS, read: readAgain } : undefined;
	const result = await pollTasks(track(), service, limits, relist);
	return succeed({ result, listing });
}

function toListing(listed: readonly ListedTask[], cursor: CursorState): Listing {
	const byKey = new Map(listed.map((task) => [task.key, task]));
	const keys = [...byKey.keys()];
	const kept = markDone(cursor, [], keys);
	return { keys, cursor: kept, pending: pendingIds(kept, keys).map((key) => byKey.get(key)!) };
}
