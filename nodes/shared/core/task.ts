/** A generation as the service reports it: parsed once, its unknown fields kept for the output. */
import { type Failure, type Outcome, badInput, fail, succeed } from './failure';
import { redact } from './redact';
import { reasonIn } from './reply';

export type TaskStatus = 'queued' | 'processing' | 'success' | 'failed';

export interface Task {
	taskId: string;
	status: TaskStatus;
	/** 0–100, when the service tells. */
	progress?: number;
	modelUrl?: string;
	/** Why it failed, in the service's words. */
	reason?: string;
	/** Everything the service said, untouched. */
	fields: Record<string, unknown>;
}

/** Reads an answer of generate or status. A task that was asked for by its id keeps it, however the service spells it. */
export function parseTask(body: Record<string, unknown>, knownId?: string): Outcome<Task> {
	const toldId = typeof body.task_id === 'string' && body.task_id !== '' ? body.task_id : undefined;
	const taskId = knownId ?? toldId;
	if (taskId === undefined) return fail(unreadableTask('Image3D answered without a task ID'));
	const status = body.status ?? 'queued';
	if (!isTaskStatus(status)) {
		return fail({
			...unreadableTask(`Image3D reported a status that is not known here: ${quoteStatus(status)}`),
			taskId,
		});
	}
	return succeed({
		taskId,
		status,
		progress: toProgress(body.progress),
		modelUrl: typeof body.model_url === 'string' && body.model_url !== '' ? body.model_url : undefined,
		reason: status === 'failed' ? reasonIn(body) : undefined,
		fields: { ...body, task_id: taskId, status },
	});
}

export function isFinished(task: Task): boolean {
	return task.status === 'success' || task.status === 'failed';
}

/** What a task that ended with `failed` means for the person. */
export function failureOfTask(task: Task): Failure {
	return {
		kind: 'taskFailed',
		message: `Image3D could not make this model${task.reason === undefined ? '' : `: ${task.reason}`}`,
		hint: `Task ${task.taskId} ended without a model. Check with Image3D Balance whether it was charged, then try another picture or prompt.`,
		retryable: false,
		taskId: task.taskId,
	};
}

/** A task id from a person or an earlier item; refuses what cannot be one before the service is asked. */
export function checkTaskId(value: unknown): Outcome<string> {
	const taskId = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
	if (taskId === '') {
		return badInput(
			'"Task ID" is empty',
			'Use the task_id that Image3D Generate put out, for example {{ $json.task_id }}.',
		);
	}
	// Ids are opaque, but one that holds a space, a slash or a brace is an expression or a link gone wrong.
	if (taskId.length > 200 || !/^[\w.:~-]+$/.test(taskId)) {
		return badInput(
			'"Task ID" is not a task ID',
			'Use the task_id that Image3D Generate put out, without spaces or quotes.',
		);
	}
	return succeed(taskId);
}

function toProgress(value: unknown): number | undefined {
	const progress = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
	if (typeof progress !== 'number' || !Number.isFinite(progress)) return undefined;
	return Math.min(100, Math.max(0, progress));
}

function isTaskStatus(status: unknown): status is TaskStatus {
	return status === 'queued' || status === 'processing' || status === 'success' || status === 'failed';
}

function quoteStatus(status: unknown): string {
	return redact(typeof status === 'string' ? status : JSON.stringify(status)).slice(0, 40);
}

function unreadableTask(message: string): Failure {
	return {
		kind: 'unreadable',
		message,
		hint: 'Check the Base URL in the Image3D API credential.',
		retryable: true,
	};
}
