/** Ended tasks in, the items that start the workflow out. */
import type { IDataObject, INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import type { Failure } from '../shared/core/failure';
import { appendToStem, modelFileName, toStem } from '../shared/core/delivery/modelFileName';
import { LINGER_MS, MAX_DOWNLOAD_POLLS, MAX_REFUSED_LOOKS } from '../shared/core/limits';
import { simplify } from '../shared/core/report/simplify';
import { type Task, failureOfTask } from '../shared/core/api/task';
import { readToldName } from '../shared/core/delivery/taskName';
import { UniqueNames } from '../shared/core/delivery/uniqueNames';
import type { Watch } from '../shared/core/polling/trackedTask';
import { deliverModel } from '../shared/n8n/files/deliverModel';
import type { NodeService } from '../shared/n8n/http/openService';
import type { TriggerMemory } from './processState';
import { qualityOf } from './rounds';
import type { ListedTask } from './taskSource';

/** Of a task id, behind a name that others may have: eight of its characters do not meet again. */
const MARK_CHARACTERS = 8;

/** When downloads end, finished or not. */
export interface DeliveryTime {
	signal: AbortSignal;
	/** A download begun later than this (in the clock's milliseconds) had too little time to count as failed. */
	fairUntilMs: number;
}

/** Turns ended tasks into items as the person's choices say, and notes which need not be looked at again. */
export class HandOver {
	readonly items: INodeExecutionData[] = [];
	readonly done: string[] = [];
	/** Why the last model that did not come could not be downloaded. */
	lastFailure?: Failure;
	private readonly outcome: string;
	private readonly simplifies: boolean;
	private readonly names = new UniqueNames();
	private readonly fileNames = new Map<string, string>();
	/** Several rows may hold the same task. */
	private readonly rows = new Map<string, Array<IDataObject | undefined>>();

	constructor(
		private readonly context: IPollFunctions,
		private readonly service: NodeService,
		private readonly memory: TriggerMemory,
		listed: readonly ListedTask[],
		private readonly time: DeliveryTime,
	) {
		this.outcome = context.getNodeParameter('outcome', 'success') as string;
		this.simplifies = (context.getNodeParameter('options', {}) as IDataObject).simplify === true;
		for (const { taskId, row } of listed) this.rows.set(taskId, [...(this.rows.get(taskId) ?? []), row]);
	}

	/** Those whose download never failed first: one that cannot be downloaded does not hold up the others. */
	inOrder(tasks: readonly Task[]): Task[] {
		const failuresOf = ({ taskId }: Task) => this.memory.failedDownloads.get(taskId) ?? 0;
		return tasks.toSorted((a, b) => failuresOf(a) - failuresOf(b));
	}

	async over(task: Task): Promise<void> {
		if (task.status === 'failed') return this.overFailed(task);
		if (this.outcome === 'failed') return this.passOver(task.taskId);
		const json = this.describe(task);
		if (!(this.context.getNodeParameter('downloadModel', true) as boolean))
			return this.put(task.taskId, { json });
		const outputBinaryField =
			(this.context.getNodeParameter('outputBinaryField', 'data') as string) || 'data';
		const startedMs = this.service.clock.now();
		const { signal, fairUntilMs } = this.time;
		const patience = { signal, longestWaitMs: LINGER_MS };
		const collected = await deliverModel(
			this.context,
			this.service,
			task,
			json,
			{ outputBinaryField, fileName: this.nameOf(task.taskId) },
			patience,
		);
		if (collected.ok) return this.put(task.taskId, collected.value);
		const failure = collected.failure.kind === 'cancelled' ? outOfTime(collected.failure) : collected.failure;
		this.lastFailure = failure;
		if (signal.aborted && startedMs > fairUntilMs) return;
		const tries = (this.memory.failedDownloads.get(task.taskId) ?? 0) + 1;
		this.memory.failedDownloads.set(task.taskId, tries);
		if (tries >= MAX_DOWNLOAD_POLLS || failure.isFinal)
			this.put(task.taskId, { json: { ...json, model_url: task.modelUrl, ...errorJson(failure) } });
	}

	/** A task that the service has refused to speak of often enough; of which *Success* hears nothing. */
	overRefused({ taskId, refusal, refusals }: Watch): void {
		if (this.outcome === 'success' || refusal === undefined || refusals < MAX_REFUSED_LOOKS) return;
		this.put(taskId, { json: { task_id: taskId, ...errorJson(refusal) } });
	}

	/** The items in the order of the list, however long each took. */
	itemsInOrder(): INodeExecutionData[] {
		const places = new Map([...this.rows.keys()].map((id, place) => [id, place]));
		const placeOf = (item: INodeExecutionData) => places.get(String(item.json.task_id)) ?? places.size;
		return this.items.toSorted((a, b) => placeOf(a) - placeOf(b));
	}

	private overFailed(task: Task): void {
		if (this.outcome === 'success') return this.passOver(task.taskId);
		this.put(task.taskId, { json: { ...this.describe(task), ...errorJson(failureOfTask(task)) } });
	}

	/** One item for each of the task's rows. */
	private put(taskId: string, item: INodeExecutionData): void {
		for (const row of this.rows.get(taskId) ?? [undefined]) {
			const whole = row === undefined ? item.json : { ...item.json, row };
			const json = this.simplifies ? (simplify(whole) as IDataObject) : whole;
			this.items.push({ ...item, json, pairedItem: { item: 0 } });
		}
		this.done.push(taskId);
	}

	/** Given out once per poll: as the row tells; words alone get the task's mark, for other polls meet them too. */
	private nameOf(taskId: string): string {
		const known = this.fileNames.get(taskId);
		if (known !== undefined) return known;
		const told = readToldName(this.rows.get(taskId)?.[0] ?? {});
		const mark = `-${toStem(taskId)?.slice(-MARK_CHARACTERS)}`;
		const wish = told?.isFileName === false ? appendToStem(told.stem, mark) : told?.stem;
		const name = modelFileName(this.names.take(wish ?? toStem(taskId) ?? 'model'), taskId);
		this.fileNames.set(taskId, name);
		return name;
	}

	private passOver(taskId: string): void {
		this.done.push(taskId);
	}

	/** What the service said, and what was seen of the task from here. */
	private describe(task: Task): IDataObject {
		const [row] = this.rows.get(task.taskId) ?? [];
		const watch = this.memory.watches.get(task.taskId);
		const quality = qualityOf(row);
		return {
			...(task.fields as IDataObject),
			...(typeof row?.mode === 'string' && row.mode !== '' ? { mode: row.mode } : {}),
			...(quality === undefined ? {} : { quality }),
			...(watch?.sinceMs === undefined ? {} : { duration_ms: this.service.clock.now() - watch.sinceMs }),
			...(watch === undefined ? {} : { status_checks: watch.checks }),
		};
	}
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
