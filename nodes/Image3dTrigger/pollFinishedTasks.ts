/** One poll for finished tasks: the list in, the items to hand over and the new state out. */
import type { INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import { mapConcurrently } from '../shared/core/concurrency/mapConcurrently';
import { timeSignal } from '../shared/core/concurrency/clock';
import { type CursorState, markDone } from '../shared/core/polling/cursor';
import { type Outcome, fail, succeed } from '../shared/core/failure';
import { openService } from '../shared/n8n/http/openService';
import { takePollBudget } from './pollTime';
import { HandOver } from './emit';
import type { TriggerMemory } from './processState';
import { watchListed } from './rounds';

export interface PollResult {
	items: INodeExecutionData[];
	state: CursorState;
}

/** Models downloaded at the same time: the poll's budget is short, and n8n's memory is shared. */
const DOWNLOAD_LANES = 4;

/** Looks at every pending task within n8n's time budget. Fails only when there is nothing to hand over either. */
export async function pollTasks(
	context: IPollFunctions,
	state: CursorState,
	memory: TriggerMemory,
): Promise<Outcome<PollResult>> {
	const service = await openService(context);
	const { clock } = service;
	const { watchMs, deliverMs, isActivation } = takePollBudget(context, memory);
	const startMs = clock.now();
	const time = timeSignal(clock, deliverMs);
	try {
		const watched = await watchListed(context, service, state, memory, startMs + watchMs);
		if (!watched.ok) return watched;
		const { round, listed, pending, state: remembered } = watched.value;
		const fairUntilMs = isActivation ? Number.NEGATIVE_INFINITY : startMs + deliverMs / 2;
		const hand = new HandOver(context, service, memory, pending, { signal: time.signal, fairUntilMs });
		const ended = hand.inOrder(round.ended);
		const isTooLate = () => time.signal.aborted;
		await mapConcurrently(
			ended.length,
			DOWNLOAD_LANES,
			async (index) => await hand.over(ended[index]),
			isTooLate,
		);
		for (const taskId of new Set(pending.map((task) => task.taskId))) {
			hand.overRefused(memory.watches.get(taskId)!);
		}
		if (round.failure !== undefined && hand.items.length === 0) return fail(round.failure);
		const done = new Set(hand.done);
		const doneKeys = pending.filter(({ taskId }) => done.has(taskId)).map(({ key }) => key);
		return succeed({
			items: hand.itemsInOrder(),
			// Also after a poll with nothing to hand over: a row that left the list and comes back is watched again.
			state: markDone(
				remembered,
				doneKeys,
				listed.map(({ key }) => key),
			),
		});
	} finally {
		time.clear();
	}
}
