/**
 * A task that was polled in, the item that starts the workflow out, as the user's choices say. A model that does not come is
 * no failure of the poll: it is kept for the next one, or emitted with the reason.
 */
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import type { Clock } from '../shared/core/concurrency/clock';
import type { Failure, Outcome } from '../shared/core/failure';
import { type Decision, type OutcomeChoice, decide } from '../shared/core/polling/decide';
import { observeDownloadFailure } from '../shared/core/polling/observe';
import type { TrackedTask } from '../shared/core/polling/trackedTask';
import { simplify } from '../shared/core/report/simplify';
import { type Task, failureOfTask } from '../shared/core/api/task';
import { type ListedTask, qualityOf, rowsByTask } from './listedTask';

/** What emitting a task takes. */
export interface EmitOptions {
	wanted: OutcomeChoice;
	/** Whether an item has only the fields that most workflows use. */
	simplifies: boolean;
	clock: Clock;
	/** Puts the model into the item; undefined where the item goes out without it. */
	download?: (
		task: Task,
		json: IDataObject,
		row: IDataObject | undefined,
	) => Promise<Outcome<INodeExecutionData>>;
	/** Ends downloads. */
	signal: AbortSignal;
	/** A download begun later than this (in the clock's milliseconds) had too little time to count as failed. */
	fairUntilMs: number;
}

/** What became of one task in a poll. */
export interface Emission {
	tracked: TrackedTask;
	decision: Decision;
	/** Where the decision is to emit. */
	item?: INodeExecutionData;
	/** Why its model could not be downloaded. */
	failure?: Failure;
}

/** Decides about the task and makes its item; `row` is the first of its rows. */
export async function emitTask(
	tracked: TrackedTask,
	row: IDataObject | undefined,
	options: EmitOptions,
): Promise<Emission> {
	const decision = decide(tracked, options.wanted);
	if (decision.action !== 'emit') return { tracked, decision };
	if (decision.reason === 'taskRefused')
		return { tracked, decision, item: { json: { task_id: tracked.taskId, ...errorJson(tracked.refusal!) } } };
	const task = tracked.latest!;
	const json = describe(tracked, task, row, options.clock.now());
	if (decision.reason === 'taskFailed')
		return { tracked, decision, item: { json: { ...json, ...errorJson(failureOfTask(task)) } } };
	if (options.download === undefined) return { tracked, decision, item: { json } };
	const startedMs = options.clock.now();
	const downloaded = await options.download(task, json, row);
	if (downloaded.ok) return { tracked, decision, item: downloaded.value };
	const failure =
		downloaded.failure.kind === 'cancelled' ? outOfTime(downloaded.failure) : downloaded.failure;
	if (options.signal.aborted && startedMs > options.fairUntilMs)
		return { tracked, decision: { action: 'keep', reason: 'downloadMayPass' }, failure };
	const after = observeDownloadFailure(tracked, failure);
	const next = decide(after, options.wanted);
	if (next.action !== 'emit') return { tracked: after, decision: next, failure };
	const withReason = { ...json, model_url: task.modelUrl, ...errorJson(failure) };
	return { tracked: after, decision: next, failure, item: { json: withReason } };
}

/** The items in the order of the list, however long each took: one for each row of a task. */
export function itemsOf(
	emissions: readonly Emission[],
	listed: readonly ListedTask[],
	{ simplifies }: Pick<EmitOptions, 'simplifies'>,
): INodeExecutionData[] {
	const rows = rowsByTask(listed);
	const places = new Map([...rows.keys()].map((taskId, place) => [taskId, place]));
	const placeOf = ({ tracked }: Emission) => places.get(tracked.taskId) ?? places.size;
	return emissions
		.toSorted((a, b) => placeOf(a) - placeOf(b))
		.flatMap(({ tracked, item }) => {
			if (item === undefined) return [];
			return (rows.get(tracked.taskId) ?? [undefined]).map((row) => {
				const whole = row === undefined ? item.json : { ...item.json, row };
				const json = simplifies ? (simplify(whole) as IDataObject) : whole;
				return { ...item, json, pairedItem: { item: 0 } };
			});
		});
}

/** What the service said, and what was seen of the task from here. */
function describe(
	{ submittedMs, statusChecks }: TrackedTask,
	task: Task,
	row: IDataObject | undefined,
	nowMs: number,
): IDataObject {
	const quality = qualityOf(row);
	return {
		...(task.fields as IDataObject),
		...(typeof row?.mode === 'string' && row.mode !== '' ? { mode: row.mode } : {}),
		...(quality === undefined ? {} : { quality }),
		...(submittedMs === undefined ? {} : { duration_ms: nowMs - submittedMs }),
		status_checks: statusChecks,
	};
}

function outOfTime(failure: Failure): Failure {
	return {
		...failure,
		kind: 'download',
		message: 'The model could not be downloaded in the time that n8n gives a trigger',
		hint: `Image3D Status can fetch it with this task ID${failure.taskId === undefined ? '' : `: ${failure.taskId}`}.`,
	};
}

function errorJson(failure: Failure): IDataObject {
	return {
		error: failure.message,
		hint: failure.hint,
		...(failure.modelUrl === undefined ? {} : { model_url: failure.modelUrl }),
	};
}
