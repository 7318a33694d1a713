/** *Fetch Test Event*: a realistic item at once, or a sentence that says what was looked at. */
import type { INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import { timeSignal } from '../shared/core/concurrency/clock';
import { type Failure, type Outcome, fail, succeed } from '../shared/core/failure';
import { DEFAULT_POLL_BUDGET_MS, UNSCHEDULED_POLL_BUDGET_MS } from '../shared/core/limits';
import type { Task } from '../shared/core/api/task';
import { newWatch } from '../shared/core/polling/trackedTask';
import { watchRound } from '../shared/core/polling/pollTasks';
import { openService } from '../shared/n8n/http/openService';
import { HandOver } from './emit';
import { newMemory } from './processState';
import { qualityOf } from './rounds';
import { TaskSource } from './taskSource';

/** Tasks looked at for a test event. */
const TEST_LOOKS = 20;

/** Looks at the newest tasks, once at each. Changes nothing that an active trigger remembers. */
export async function fetchTestEvent(context: IPollFunctions): Promise<Outcome<INodeExecutionData[]>> {
	const service = await openService(context);
	const { clock } = service;
	const listed = await new TaskSource(context).read();
	if (!listed.ok) return listed;
	const memory = newMemory();
	const newest = listed.value.slice(-TEST_LOOKS).reverse();
	for (const { taskId, row } of newest) memory.watches.set(taskId, newWatch(taskId, qualityOf(row)));
	const watches = [...memory.watches.values()];
	const round = await watchRound(watches, service, {
		deadlineMs: clock.now() + DEFAULT_POLL_BUDGET_MS,
		maxCalls: watches.length,
		maxEnded: watches.length,
		lingerMs: 0,
	});
	const time = timeSignal(clock, UNSCHEDULED_POLL_BUDGET_MS);
	try {
		const fairUntilMs = clock.now() + UNSCHEDULED_POLL_BUDGET_MS;
		const hand = new HandOver(context, service, memory, newest, { signal: time.signal, fairUntilMs });
		for (const task of round.ended) {
			if (hand.items.length === 0) await hand.over(task);
		}
		if (hand.items.length > 0) return succeed(hand.items.slice(0, 1));
		const failure = hand.lastFailure ?? round.failure;
		if (failure !== undefined) return fail(failure);
		const refused = watches.filter(({ refusals }) => refusals > 0).length;
		return fail(nothingFinished(watches.length, round.running, refused));
	} finally {
		time.clear();
	}
}

function nothingFinished(looked: number, running: readonly Task[], refused: number): Failure {
	const seen = running
		.slice(0, 5)
		.map((task) => `${task.taskId} (${task.word ?? task.status}, ${Math.round(task.progress ?? 0)} %)`);
	const parts = [
		...(seen.length === 0 ? [] : [`Still running: ${seen.join(', ')}.`]),
		...(refused === 0 ? [] : [`Not known to Image3D: ${refused}.`]),
		...(looked === 0 ? ['The Data Table has no rows with a task ID.'] : []),
	];
	return {
		kind: 'badInput',
		message: `No task has finished with the chosen outcome yet (${looked} looked at)`,
		hint: `${parts.join(' ')} Fetch the test event again when one is ready, or choose another Outcome.`.trim(),
		retryable: false,
	};
}
