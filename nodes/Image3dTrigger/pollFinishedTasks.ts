/**
 * One poll for finished tasks: the node's parameters, what n8n stored and what this process knows in; the items to emit and
 * the new state out. Fails only when there is nothing to emit either.
 */
import { mapConcurrently } from '../shared/core/concurrency/mapConcurrently';
import { timeSignal } from '../shared/core/concurrency/clock';
import { type Outcome, fail, succeed } from '../shared/core/failure';
import { type CursorState, markDone } from '../shared/core/polling/cursor';
import { type TrackedTask, hasEnded } from '../shared/core/polling/trackedTask';
import { type Emission, type EmitOptions, emitTask, itemsOf } from './emit';
import { readEmitOptions } from './emitOptions';
import { type ListedTask, rowsByTask } from './listedTask';
import { pollListedTasks } from './pollListedTasks';
import type { PollOutput } from './pollOutput';
import type { PollRun } from './pollRun';

/** Models downloaded at the same time: the poll's time is short, and n8n's memory is shared. */
const DOWNLOAD_LANES = 4;

/** Polls every task that was not emitted yet within the time that n8n gives. Replaces what the process knows of them. */
export async function pollFinishedTasks(poll: PollRun, cursor: CursorState): Promise<Outcome<PollOutput>> {
	const { processState } = poll;
	const service = await poll.openService();
	const { clock } = service;
	const { checkMs, deliverMs, isActivation } = poll.takeTime();
	const startMs = clock.now();
	const time = timeSignal(clock, deliverMs);
	try {
		const known = processState.tracked;
		const polled = await pollListedTasks(poll, service, cursor, known, startMs + checkMs);
		if (!polled.ok) return polled;
		const { result, listing } = polled.value;
		const { pending } = listing;
		const open = [...new Set(pending.map(({ taskId }) => taskId))].map((id) => result.tracked.get(id)!);
		processState.tracked = byId(open);
		const fairUntilMs = isActivation ? Number.NEGATIVE_INFINITY : startMs + deliverMs / 2;
		const options = readEmitOptions(poll, service, { signal: time.signal, fairUntilMs });
		const ofEnded = await emitEnded(result.ended, pending, options);
		const others = open.filter((task) => !hasEnded(task));
		const ofOthers = await Promise.all(others.map(async (task) => await emitTask(task, undefined, options)));
		const emissions = [...ofEnded, ...ofOthers];
		processState.tracked = byId([...open, ...emissions.map(({ tracked }) => tracked)]);
		const items = itemsOf(emissions, pending, options);
		if (result.failure !== undefined && items.length === 0) return fail(result.failure);
		const settled = new Set(
			emissions.flatMap(({ decision, tracked }) => (decision.action === 'keep' ? [] : [tracked.taskId])),
		);
		const done = pending.filter(({ taskId }) => settled.has(taskId)).map(({ key }) => key);
		// Also after a poll with nothing to emit: a row that left the list and comes back is polled again.
		return succeed({ items, state: markDone(listing.cursor, done, listing.keys) });
	} finally {
		time.clear();
	}
}

/** Those whose download never failed first: one that cannot be downloaded does not hold up the others. */
async function emitEnded(
	ended: readonly TrackedTask[],
	pending: readonly ListedTask[],
	options: EmitOptions,
): Promise<Emission[]> {
	const rows = rowsByTask(pending);
	const inOrder = ended.toSorted((a, b) => a.failedDownloads - b.failedDownloads);
	const emit = async (index: number) => {
		const task = inOrder[index];
		return await emitTask(task, rows.get(task.taskId)?.[0], options);
	};
	const isTooLate = () => options.signal.aborted;
	const emissions = await mapConcurrently(inOrder.length, DOWNLOAD_LANES, emit, isTooLate);
	return emissions.filter((emission) => emission !== undefined);
}

function byId(tracked: readonly TrackedTask[]): Map<string, TrackedTask> {
	return new Map(tracked.map((task) => [task.taskId, task]));
}
