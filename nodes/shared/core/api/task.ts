/**
 * A generation as the service reports it: an answer in, parsed once, its unknown fields kept for the output. Fails on an
 * answer or a field that names no task.
 */
import { type Failure, type Outcome, badInput, fail, succeed } from '../failure';
import {
	modelLinkIn,
	progressIn,
	quoteAnswer,
	statusWordIn,
	taskIdIn,
	taskReasonIn,
	toTaskId,
} from './taskAnswer';
import { type TaskStatus, knownStatus, toProgress, toStatus } from './taskStatus';

/** What the service says of a task, in this pack's words. */
export interface Task {
	taskId: string;
	status: TaskStatus;
	/** The service's own word where it is none of the four documented ones, fit for a sentence. */
	word?: string;
	/** 0–100, when the service tells. */
	progress?: number;
	modelUrl?: string;
	/** Why it failed, in the service's words. */
	reason?: string;
	/**
	 * Everything the service said, untouched but for what a workflow goes by: `task_id`, `model_url`, and a `status` that
	 * has ended under its documented word. `service_status` then holds the service's.
	 */
	fields: Record<string, unknown>;
}

/** Reads an answer of generate or status. A task that was asked for by its id keeps it, however the service spells it. */
export function parseTask(body: Record<string, unknown>, knownId?: string): Outcome<Task> {
	const taskId = knownId ?? taskIdIn(body);
	if (taskId === undefined) return fail(WITHOUT_ID);
	const raw = statusWordIn(body);
	const progress = toProgress(progressIn(body));
	const found = modelLinkIn(body);
	const status = toStatus(raw, { hasModel: found?.isNamed === true, progress });
	// While the task goes on, a bare `url` may be any page about it.
	const modelUrl = found?.isNamed || status === 'success' ? found?.url : undefined;
	const isOwnWord = raw !== undefined && raw !== status;
	// A word that nobody knows is shown as it came while the task goes on.
	const isShown = isOwnWord && status === 'processing' && knownStatus(raw) === undefined;
	return succeed({
		taskId,
		status,
		...(isOwnWord ? { word: quoteWord(raw) } : {}),
		progress,
		modelUrl,
		reason: status === 'failed' ? taskReasonIn(body) : undefined,
		fields: {
			...body,
			task_id: taskId,
			status: isShown ? raw : status,
			...(isOwnWord && !isShown ? { service_status: raw } : {}),
			...(modelUrl === undefined ? {} : { model_url: modelUrl }),
		},
	});
}

/** A task of which nothing is known but its id, as one that has just begun. Fails without an id. */
export function queuedTask(taskId: string | undefined): Outcome<Task> {
	if (taskId === undefined) return fail(WITHOUT_ID);
	return succeed({ taskId, status: 'queued', fields: { task_id: taskId, status: 'queued' } });
}

/** Whether it has ended, well or badly: asking again changes nothing. */
export function isFinished(task: Task): boolean {
	return task.status === 'success' || task.status === 'failed';
}

/** What a task that ended with `failed`, or another word for it, means for the user. */
export function failureOfTask(task: Task): Failure {
	const said = task.word === undefined ? undefined : `its status is "${task.word}"`;
	const why = task.reason ?? said;
	return {
		kind: 'taskFailed',
		message: `Image3D could not make this model${why === undefined ? '' : `: ${why}`}`,
		hint: `Task ${task.taskId} ended without a model. Check with Image3D Balance whether it was charged, then try another picture or prompt.`,
		retryable: false,
		taskId: task.taskId,
	};
}

/** A task id from a user or an earlier item; refuses what cannot be one before the service is asked. */
export function checkTaskId(value: unknown): Outcome<string> {
	const taskId = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
	if (taskId === '') {
		return badInput(
			'"Task ID" is empty',
			'Use the task_id from Image3D Generate, for example {{ $json.task_id }}.',
		);
	}
	if (toTaskId(taskId) === undefined) {
		return badInput(
			'"Task ID" is not a task ID',
			'Use the task_id from Image3D Generate, without spaces or quotes.',
		);
	}
	return succeed(taskId);
}

/** A status word for a sentence: short, on one line, without secrets. */
function quoteWord(word: unknown): string {
	return quoteAnswer(typeof word === 'string' ? word : JSON.stringify(word)).slice(0, MAX_WORD_CHARACTERS);
}

/** A status is a word; a service that sends a sentence in its place is quoted so far. */
const MAX_WORD_CHARACTERS = 40;

const WITHOUT_ID: Failure = {
	kind: 'unreadable',
	message: 'Image3D answered without a task ID',
	hint: 'Check the Base URL in the Image3D API credential.',
	retryable: true,
};
