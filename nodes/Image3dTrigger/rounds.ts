/** Watching the listed tasks until something has happened or the poll's time is over. */
import type { IDataObject, IPollFunctions } from 'n8n-workflow';
import { type CursorState, pendingIds } from '../shared/core/cursor';
import { type Outcome, succeed } from '../shared/core/failure';
import { LINGER_MS, MAX_STATUS_CALLS_PER_POLL, MAX_TASK_AGE_MS, RELIST_MS } from '../shared/core/limits';
import { type Round, type Watch, watchRound } from '../shared/core/watchList';
import type { NodeService } from '../shared/n8n/service';
import { type TriggerMemory, forgetOthers } from './memory';
import { noteTurn, takeSlice } from './slices';
import { type ListedTask, canGrow, listTasks } from './sources';

export interface Watched {
	round: Round;
	/** The list as it was read last. */
	listed: ListedTask[];
	/** What of it was still to be handed over. */
	pending: string[];
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
	for (let callsLeft = MAX_STATUS_CALLS_PER_POLL; ; ) {
		const listed = await listTasks(context);
		if (!listed.ok) return listed;
		const grows = canGrow(context);
		const byId = new Map(listed.value.map((task) => [task.taskId, task]));
		const pending = pendingIds(state, [...byId.keys()]);
		forgetOthers(memory, pending);
		const untilMs = grows ? Math.min(deadlineMs, clock.now() + RELIST_MS) : deadlineMs;
		const watches = takeSlice(pending, memory.looked).map((id) =>
			toWatch(byId.get(id)!, memory, clock.now()),
		);
		const limits = { deadlineMs: untilMs, maxCalls: callsLeft, lingerMs: LINGER_MS };
		const round = await watchRound(watches, service, limits);
		callsLeft -= round.calls;
		noteTurn(
			memory.looked,
			pending,
			round.running.map((task) => task.taskId),
		);
		const isOver = !grows || callsLeft <= 0 || clock.now() >= deadlineMs || untilMs >= deadlineMs;
		if (isOver || hasHappened(round)) return succeed({ round, listed: listed.value, pending });
		await clock.sleep(untilMs - clock.now());
	}
}

function hasHappened(round: Round): boolean {
	return round.ended.length > 0 || round.unknown.length > 0 || round.failure !== undefined;
}

/** What is known of a task, kept from poll to poll. */
export function toWatch({ taskId, row }: ListedTask, memory: TriggerMemory, nowMs: number): Watch {
	let watch = memory.watches.get(taskId);
	if (watch === undefined) {
		const quality = typeof row?.quality === 'string' ? row.quality : undefined;
		watch = { taskId, quality, sinceMs: submittedMs(row, nowMs), reports: [] };
		memory.watches.set(taskId, watch);
	}
	return watch;
}

/** A row is written right after its task was submitted. */
function submittedMs(row: IDataObject | undefined, nowMs: number): number | undefined {
	const createdMs = Date.parse(String(row?.createdAt ?? ''));
	const isPlausible = createdMs <= nowMs && createdMs > nowMs - MAX_TASK_AGE_MS;
	return isPlausible ? createdMs : undefined;
}
