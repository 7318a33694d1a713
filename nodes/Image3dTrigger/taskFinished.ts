/** One poll for finished tasks: the list in, the items to hand over and the new state out. */
import type { IDataObject, INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import { type CursorState, markDone, pendingIds } from '../shared/core/cursor';
import { type Failure, type Outcome, fail, succeed } from '../shared/core/failure';
import {
	DEFAULT_POLL_BUDGET_MS,
	LINGER_MS,
	LONGEST_POLL_MS,
	MAX_DOWNLOAD_POLLS,
	MAX_ITEMS_PER_POLL,
	MAX_STATUS_CALLS_PER_POLL,
	MAX_TASK_AGE_MS,
	POLL_MARGIN_MS,
} from '../shared/core/limits';
import { type Task, failureOfTask } from '../shared/core/task';
import { type Watch, watchRound } from '../shared/core/watchList';
import { collectModel } from '../shared/n8n/model';
import { type NodeService, openService } from '../shared/n8n/service';
import { type TriggerMemory, forgetOthers, newMemory } from './memory';
import { noteTurn, takeSlice } from './slices';
import { type ListedTask, listTasks } from './sources';

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
	const startedMs = service.clock.now();
	const listed = await listTasks(context);
	if (!listed.ok) return listed;
	const ids = listed.value.map((task) => task.taskId);
	const pending = pendingIds(state, ids);
	forgetOthers(memory, pending);
	const byId = new Map(listed.value.map((task) => [task.taskId, task]));
	const deadlineMs = startedMs + budgetOf(context);
	const slice = takeSlice(pending, memory.looked);
	const round = await watchRound(
		slice.map((id) => toWatch(byId.get(id)!, memory, startedMs)),
		service,
		{ deadlineMs, maxCalls: MAX_STATUS_CALLS_PER_POLL, lingerMs: LINGER_MS },
	);
	const hand = new HandOver(context, service, memory, byId);
	for (const task of round.ended.slice(0, MAX_ITEMS_PER_POLL)) {
		// What does not fit into the budget any more is left to the next poll.
		if (hand.done.length > 0 && service.clock.now() > deadlineMs) break;
		await hand.over(task);
	}
	for (const { taskId, failure } of round.unknown) hand.overUnknown(taskId, failure);
	noteTurn(memory.looked, pending, [...round.running.map((task) => task.taskId), ...hand.seen]);
	if (round.failure !== undefined && hand.items.length === 0) return fail(round.failure);
	return succeed({
		items: hand.items,
		state: hand.done.length > 0 ? markDone(state, hand.done, ids) : state,
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
		newest.map((task) => toWatch(task, memory, nowMs)),
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

/** Tasks looked at for a test event. */
const TEST_LOOKS = 20;

/** Turns ended tasks into items as the person's choices say, and notes which need not be looked at again. */
class HandOver {
	readonly items: INodeExecutionData[] = [];
	readonly done: string[] = [];
	/** Everything that was taken up, done or to be tried again. */
	readonly seen: string[] = [];
	private readonly outcome: string;

	constructor(
		private readonly context: IPollFunctions,
		private readonly service: NodeService,
		private readonly memory: TriggerMemory,
		private readonly byId: Map<string, ListedTask>,
	) {
		this.outcome = context.getNodeParameter('outcome', 'success') as string;
	}

	async over(task: Task): Promise<void> {
		this.seen.push(task.taskId);
		if (task.status === 'failed') return this.overFailed(task);
		if (this.outcome === 'failed') return this.passOver(task.taskId);
		const json = {
			...(task.fields as IDataObject),
			...this.describeRequest(task.taskId),
			...this.rowOf(task.taskId),
		};
		if (!(this.context.getNodeParameter('downloadModel', true) as boolean))
			return this.put(task.taskId, { json });
		const outputBinaryField =
			(this.context.getNodeParameter('outputBinaryField', 'data') as string) || 'data';
		const collected = await collectModel(this.context, this.service, task, json, {
			outputBinaryField,
		});
		if (collected.ok) return this.put(task.taskId, collected.value);
		const tries = (this.memory.failedDownloads.get(task.taskId) ?? 0) + 1;
		this.memory.failedDownloads.set(task.taskId, tries);
		if (tries >= MAX_DOWNLOAD_POLLS)
			this.put(task.taskId, { json: { ...json, ...errorJson(collected.failure) } });
	}

	overUnknown(taskId: string, failure: Failure): void {
		this.seen.push(taskId);
		if (this.outcome === 'success') return this.passOver(taskId);
		this.put(taskId, { json: { task_id: taskId, ...errorJson(failure), ...this.rowOf(taskId) } });
	}

	private overFailed(task: Task): void {
		if (this.outcome === 'success') return this.passOver(task.taskId);
		const json = {
			...(task.fields as IDataObject),
			...errorJson(failureOfTask(task)),
			...this.rowOf(task.taskId),
		};
		this.put(task.taskId, { json });
	}

	private put(taskId: string, item: INodeExecutionData): void {
		this.items.push({ ...item, pairedItem: { item: 0 } });
		this.done.push(taskId);
	}

	private passOver(taskId: string): void {
		this.done.push(taskId);
	}

	private describeRequest(taskId: string): IDataObject {
		const { mode, quality } = this.byId.get(taskId)?.row ?? {};
		return {
			...(typeof mode === 'string' && mode !== '' ? { mode } : {}),
			...(typeof quality === 'string' && quality !== '' ? { quality } : {}),
		};
	}

	private rowOf(taskId: string): IDataObject {
		const row = this.byId.get(taskId)?.row;
		return row === undefined ? {} : { row };
	}
}

function toWatch({ taskId, row }: ListedTask, memory: TriggerMemory, nowMs: number): Watch {
	let known = memory.reports.get(taskId);
	if (known === undefined) {
		known = { sinceMs: submittedMs(row, nowMs), reports: [] };
		memory.reports.set(taskId, known);
	}
	return { taskId, ...known, ...(typeof row?.quality === 'string' ? { quality: row.quality } : {}) };
}

/** A row is written right after its task was submitted. */
function submittedMs(row: IDataObject | undefined, nowMs: number): number {
	const createdMs = Date.parse(String(row?.createdAt ?? ''));
	const isPlausible = createdMs <= nowMs && createdMs > nowMs - MAX_TASK_AGE_MS;
	return isPlausible ? createdMs : nowMs;
}

function budgetOf(context: IPollFunctions): number {
	const budgetMs = context.getPollBudgetMs?.() ?? DEFAULT_POLL_BUDGET_MS;
	return Math.max(0, Math.min(LONGEST_POLL_MS, budgetMs - POLL_MARGIN_MS));
}

function errorJson(failure: Failure): IDataObject {
	return {
		error: failure.message,
		hint: failure.hint,
		...(failure.modelUrl === undefined ? {} : { model_url: failure.modelUrl }),
	};
}

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
