/** One poll for finished tasks: the list in, the items to hand over and the new state out. */
import type { INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import { runBatch } from '../shared/core/batch';
import { type CursorState, markDone } from '../shared/core/cursor';
import { type Failure, type Outcome, fail, succeed } from '../shared/core/failure';
import { DEFAULT_POLL_BUDGET_MS, MAX_ITEMS_PER_POLL } from '../shared/core/limits';
import type { Task } from '../shared/core/task';
import { watchRound } from '../shared/core/watchList';
import { openService } from '../shared/n8n/service';
import { takePollBudgetMs } from './budget';
import { HandOver } from './handOver';
import { type TriggerMemory, newMemory } from './memory';
import { toWatch, watchListed } from './rounds';
import { noteTurn } from './slices';
import { listTasks } from './sources';

export interface PollResult {
	items: INodeExecutionData[];
	state: CursorState;
}

/** Looks at every pending task within n8n's time budget. Fails only when there is nothing to hand over either. */
export async function pollTasks(
	context: IPollFunctions,
	state: CursorState,
	memory: TriggerMemory,
): Promise<Outcome<PollResult>> {
	const service = await openService(context);
	const deadlineMs = service.clock.now() + takePollBudgetMs(context);
	const watched = await watchListed(context, service, state, memory, deadlineMs);
	if (!watched.ok) return watched;
	const { round, listed, pending } = watched.value;
	const byId = new Map(listed.map((task) => [task.taskId, task]));
	const hand = new HandOver(context, service, memory, byId);
	const ended = round.ended.slice(0, MAX_ITEMS_PER_POLL);
	// What does not fit into the budget any more is left to the next poll.
	const isTooLate = () => hand.done.length > 0 && service.clock.now() > deadlineMs;
	await runBatch(ended.length, DOWNLOAD_LANES, async (index) => await hand.over(ended[index]), isTooLate);
	for (const { taskId, failure } of round.unknown) hand.overUnknown(taskId, failure);
	noteTurn(memory.looked, pending, hand.seen);
	if (round.failure !== undefined && hand.items.length === 0) return fail(round.failure);
	return succeed({
		items: hand.itemsInOrder([...byId.keys()]),
		state: hand.done.length > 0 ? markDone(state, hand.done, [...byId.keys()]) : state,
	});
}

/** A realistic item at once for *Fetch Test Event*, or a Failure that says what was looked at. */
export async function fetchTestEvent(context: IPollFunctions): Promise<Outcome<INodeExecutionData[]>> {
	const service = await openService(context);
	const listed = await listTasks(context);
	if (!listed.ok) return listed;
	const memory = newMemory();
	const nowMs = service.clock.now();
	const newest = listed.value.slice(-TEST_LOOKS).reverse();
	const round = await watchRound(
		newest.map((task) => ({ ...toWatch(task, memory, nowMs), sinceMs: undefined })),
		service,
		{ deadlineMs: nowMs + DEFAULT_POLL_BUDGET_MS, maxCalls: newest.length, lingerMs: 0 },
	);
	if (round.failure !== undefined) return fail(round.failure);
	const hand = new HandOver(context, service, memory, new Map(newest.map((task) => [task.taskId, task])));
	for (const task of round.ended) {
		if (hand.items.length === 0) await hand.over(task);
	}
	if (hand.items.length > 0) return succeed(hand.items);
	return fail(nothingFinished(newest.length, round.running, round.unknown.length));
}

/** Models downloaded at the same time: the poll's budget is short, and n8n's memory is shared. */
const DOWNLOAD_LANES = 4;

/** Tasks looked at for a test event. */
const TEST_LOOKS = 20;

function nothingFinished(looked: number, running: readonly Task[], unknown: number): Failure {
	const seen = running.slice(0, 5).map((task) => `${task.taskId} (${task.status}, ${task.progress ?? 0} %)`);
	const parts = [
		...(seen.length === 0 ? [] : [`Still running: ${seen.join(', ')}.`]),
		...(unknown === 0 ? [] : [`Not known to Image3D: ${unknown}.`]),
		...(looked === 0 ? ['The Data Table has no rows with a task ID.'] : []),
	];
	return {
		kind: 'badInput',
		message: `No task has finished with the chosen outcome yet (${looked} looked at)`,
		hint: `${parts.join(' ')} Fetch the test event again when one is ready, or choose another Outcome.`.trim(),
		retryable: false,
	};
}
