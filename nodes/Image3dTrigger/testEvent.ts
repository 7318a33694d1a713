/** *Fetch Test Event*: a poll in; a realistic item out at once, or as a failure what was asked about. */
import type { INodeExecutionData } from 'n8n-workflow';
import { timeSignal } from '../shared/core/concurrency/clock';
import { type Failure, type Outcome, fail, succeed } from '../shared/core/failure';
import { DEFAULT_POLL_BUDGET_MS, UNSCHEDULED_POLL_BUDGET_MS } from './pollTime';
import { pollTasks } from '../shared/core/polling/pollTasks';
import { type TrackedTask, hasEnded, trackTask } from '../shared/core/polling/trackedTask';
import { emitTask, itemsOf } from './emit';
import { readEmitOptions } from './emitOptions';
import { qualityOf, rowsByTask } from './listedTask';
import type { PollRun } from './pollRun';
import { TaskSource } from './taskSource';

/** Tasks asked about for a test event. */
const MAX_TEST_TASKS = 20;

/** Asks about the newest tasks, once about each. Changes nothing that an active trigger knows. */
export async function fetchTestEvent(poll: PollRun): Promise<Outcome<INodeExecutionData[]>> {
	const service = await poll.openService();
	const { clock } = service;
	const listed = await new TaskSource(poll).read();
	if (!listed.ok) return listed;
	const newest = listed.value.slice(-MAX_TEST_TASKS).reverse();
	const byId = new Map(newest.map(({ taskId, row }) => [taskId, trackTask(taskId, qualityOf(row))]));
	const { tracked, ended, failure } = await pollTasks([...byId.values()], service, {
		deadlineMs: clock.now() + DEFAULT_POLL_BUDGET_MS,
		maxCalls: byId.size,
		maxEnded: byId.size,
		lingerMs: 0,
	});
	const time = timeSignal(clock, UNSCHEDULED_POLL_BUDGET_MS);
	try {
		const fairUntilMs = clock.now() + UNSCHEDULED_POLL_BUDGET_MS;
		const options = readEmitOptions(poll, service, { signal: time.signal, fairUntilMs });
		const rows = rowsByTask(newest);
		let problem = failure;
		for (const task of ended) {
			const emission = await emitTask(task, rows.get(task.taskId)?.[0], options);
			if (emission.item !== undefined) return succeed(itemsOf([emission], newest, options).slice(0, 1));
			problem = emission.failure ?? problem;
		}
		return fail(problem ?? nothingFinished([...tracked.values()]));
	} finally {
		time.clear();
	}
}

function nothingFinished(tracked: readonly TrackedTask[]): Failure {
	const seen = tracked
		.flatMap((task) => (task.latest === undefined || hasEnded(task) ? [] : [task.latest]))
		.slice(0, 5)
		.map((task) => `${task.taskId} (${task.word ?? task.status}, ${Math.round(task.progress ?? 0)} %)`);
	const refused = tracked.filter(({ refusals }) => refusals > 0).length;
	const parts = [
		...(seen.length === 0 ? [] : [`Still running: ${seen.join(', ')}.`]),
		...(refused === 0 ? [] : [`Not known to Image3D: ${refused}.`]),
		...(tracked.length === 0 ? ['The Data Table has no rows with a task ID.'] : []),
	];
	return {
		kind: 'badInput',
		message: `No task has finished with the chosen outcome yet (${tracked.length} checked)`,
		hint: `${parts.join(' ')} Fetch the test event again when one is ready, or choose another Outcome.`.trim(),
		retryable: false,
	};
}
