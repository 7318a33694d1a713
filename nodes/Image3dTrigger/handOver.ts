/** Ended tasks in, the items that start the workflow out. */
import type { IDataObject, INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import type { Failure } from '../shared/core/failure';
import { MAX_DOWNLOAD_POLLS } from '../shared/core/limits';
import { type Task, failureOfTask } from '../shared/core/task';
import { collectModel } from '../shared/n8n/model';
import type { NodeService } from '../shared/n8n/service';
import type { TriggerMemory } from './memory';
import type { ListedTask } from './sources';

/** Turns ended tasks into items as the person's choices say, and notes which need not be looked at again. */
export class HandOver {
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

	/** The items in the order of the list, however long each took. */
	itemsInOrder(ids: readonly string[]): INodeExecutionData[] {
		const places = new Map(ids.map((id, place) => [id, place]));
		const placeOf = (item: INodeExecutionData) => places.get(String(item.json.task_id)) ?? ids.length;
		return this.items.toSorted((a, b) => placeOf(a) - placeOf(b));
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

function errorJson(failure: Failure): IDataObject {
	return {
		error: failure.message,
		hint: failure.hint,
		...(failure.modelUrl === undefined ? {} : { model_url: failure.modelUrl }),
	};
}
