/** Watching the listed tasks until something has happened or the poll's time is over. */
import type { IDataObject, IPollFunctions } from 'n8n-workflow';
import { type CursorState, markDone, pendingIds } from '../shared/core/polling/cursor';
import { type Outcome, succeed } from '../shared/core/failure';
import {
	LINGER_MS,
	MAX_ITEMS_PER_POLL,
	MAX_STATUS_CALLS_PER_POLL,
	MAX_TASK_AGE_MS,
	RELIST_MS,
} from '../shared/core/limits';
import { type Round, type Watch, newWatch } from '../shared/core/polling/trackedTask';
import { watchRound } from '../shared/core/polling/pollTasks';
import type { NodeService } from '../shared/n8n/http/openService';
import { type TriggerMemory, forgetOthers } from './processState';
import { type ListedTask, TaskSource } from './taskSource';

export interface Watched {
	round: Round;
	/** The list as it was read last. */
	listed: ListedTask[];
	/** What of it was still to be handed over: of a task in several rows those that were not. */
	pending: ListedTask[];
	/** What was handed over before, without what has left the list since: that may come back. */
	state: CursorState;
}

/**
 * Watches what the cursor still lacks. A Data Table is read again every few seconds, so that a row that is written
 * after the poll began is watched too.
 */
export async function watchListed(
	context: IPollFunctions,
	service: NodeService,
	state: CursorState,
	memory: TriggerMemory,
	deadlineMs: number,
): Promise<Outcome<Watched>> {
	const { clock } = service;
	const source = new TaskSource(context);
	const first = await source.read();
	if (!first.ok) return first;
	let listed = first.value;
	let pending: ListedTask[] = [];
	let remembered = state;
	const toWatches = () => {
		const byKey = new Map(listed.map((task) => [task.key, task]));
		const keys = [...byKey.keys()];
		remembered = markDone(remembered, [], keys);
		pending = pendingIds(remembered, keys).map((key) => byKey.get(key)!);
		const byId = new Map(pending.map((task) => [task.taskId, task]));
		return [...byId.values()].map((task) => toWatch(task, memory, clock.now()));
	};
	const readAgain = async () => {
		const again = await source.read();
		// What was listed before is still worth watching.
		if (again.ok) listed = again.value;
		return toWatches();
	};
	const limits = {
		deadlineMs,
		maxCalls: MAX_STATUS_CALLS_PER_POLL,
		maxEnded: MAX_ITEMS_PER_POLL,
		lingerMs: LINGER_MS,
	};
	const relist = source.canGrow ? { everyMs: RELIST_MS, read: readAgain } : undefined;
	const round = await watchRound(toWatches(), service, limits, relist);
	forgetOthers(
		memory,
		pending.map(({ taskId }) => taskId),
	);
	return succeed({ round, listed, pending, state: remembered });
}

/** What is known of a task, kept from poll to poll. */
function toWatch({ taskId, row }: ListedTask, memory: TriggerMemory, nowMs: number): Watch {
	let watch = memory.watches.get(taskId);
	if (watch === undefined) {
		watch = newWatch(taskId, qualityOf(row), submittedMs(row, nowMs));
		memory.watches.set(taskId, watch);
	}
	return watch;
}

/** The column `quality`, where there is one. */
export function qualityOf(row: IDataObject | undefined): string | undefined {
	return typeof row?.quality === 'string' && row.quality !== '' ? row.quality : undefined;
}

/** A row is written right after its task was submitted, unless it was there before and got the task id later. */
function submittedMs(row: IDataObject | undefined, nowMs: number): number | undefined {
	const createdMs = Date.parse(String(row?.createdAt ?? ''));
	const wasChanged = Date.parse(String(row?.updatedAt ?? '')) - createdMs > UNTOUCHED_MS;
	const isPlausible = createdMs <= nowMs && createdMs > nowMs - MAX_TASK_AGE_MS && !wasChanged;
	return isPlausible ? createdMs : undefined;
}

/** The two times of a row that was only written once lie within this. */
const UNTOUCHED_MS = 1_000;
