/**
 * What can go wrong, as data: pure functions return it, one adapter turns it into n8n's errors. In: a Failure; out: the same
 * with its task, its item or what else was paid for.
 */

import { cutBytes } from './delivery/modelFileName';

/** What kind of thing went wrong: code decides by it, the user reads the message. */
export type FailureKind =
	| 'badInput'
	| 'badRequest'
	| 'unauthorized'
	| 'paymentRequired'
	| 'notFound'
	| 'rateLimited'
	| 'serverError'
	| 'unreadable'
	| 'unreachable'
	| 'uncertain'
	| 'taskFailed'
	| 'timedOut'
	| 'download'
	| 'cancelled';

/** What went wrong, fit to be shown: redacted, with what was or was not paid for. */
export interface Failure {
	kind: FailureKind;
	/** What happened, in one sentence. */
	message: string;
	/** What was or was not paid for, and what to do next. */
	hint: string;
	/** Whether asking the same again later can help. */
	retryable: boolean;
	/** The HTTP status of the answer, as n8n writes it, when there was one. */
	httpCode?: string;
	/** How long the service asked to wait. */
	retryAfterMs?: number;
	/** Asking again would bring the same: what came is what there is. */
	isFinal?: true;
	/** It took minutes to fail: it is not tried as often as what fails at once. */
	isSlow?: true;
	/** No request for a generation has left this n8n. */
	isUnsent?: true;
	/** The submit that was never confirmed is another execution's. */
	isOfEarlierRun?: true;
	/** This request was refused, and one before it for the same item was never confirmed: the hint says so. */
	hasEarlierDoubt?: true;
	taskId?: string;
	modelUrl?: string;
	/** The file of the item that failed. */
	fileName?: string;
	/** Other tasks of the same run that go on and are paid for. */
	otherTaskIds?: string[];
	/** Other submits of the same run that were never confirmed. */
	otherUncertain?: number;
}

/** What every fallible function of the core returns, instead of throwing. */
export type Outcome<T> = { ok: true; value: T } | { ok: false; failure: Failure };

/** An Outcome that holds a value. */
export function succeed<T>(value: T): Outcome<T> {
	return { ok: true, value };
}

/** An Outcome that holds a failure; it fits any kind of Outcome. */
export function fail(failure: Failure): { ok: false; failure: Failure } {
	return { ok: false, failure };
}

/** Bad input found before anything was sent: `message` names the field, `hint` the remedy. */
export function badInput(message: string, hint: string): { ok: false; failure: Failure } {
	return fail({ kind: 'badInput', message, hint: `${hint} Nothing was charged.`, retryable: false });
}

/** Whether the item that failed so may have been charged without an answer. */
export function mayHaveBeenCharged({ kind, hasEarlierDoubt }: Failure): boolean {
	return kind === 'uncertain' || hasEarlierDoubt === true;
}

/** The same failure, tied to a paid task: its id, and how to get the model all the same. */
export function aboutTask(failure: Failure, taskId: string, modelUrl?: string): Failure {
	const way = failure.isFinal ? '' : ': Image3D Status can fetch its model later with this id';
	const remedy = `Task ${taskId} is paid for${way}.`;
	const hint = failure.hint.includes(taskId) ? failure.hint : `${failure.hint} ${remedy}`;
	return { ...failure, hint, taskId, ...(modelUrl === undefined ? {} : { modelUrl }) };
}

/** The failure with its item in the message: counted from 1, as the editor does, where there are several, and by its file. */
export function aboutItem(failure: Failure, index: number, count: number): Failure {
	const { fileName } = failure;
	if (failure.kind === 'cancelled' || (failure.taskId === undefined && ABOUT_NO_ITEM.has(failure.kind))) {
		return failure;
	}
	const parts = [
		...(count > 1 ? [`item ${index + 1}`] : []),
		...(fileName === undefined ? [] : [onOneLine(fileName)]),
	];
	return parts.length === 0 ? failure : { ...failure, message: `${failure.message} (${parts.join(', ')})` };
}

/** Failures that would have met any other item as well; n8n knows a cancellation by its words, besides. */
const ABOUT_NO_ITEM: ReadonlySet<FailureKind> = new Set([
	'unauthorized',
	'paymentRequired',
	'rateLimited',
	'serverError',
	'unreadable',
	'unreachable',
]);

/** Of a file name in a sentence: the rest says no more. */
const TOLD_NAME_BYTES = 100;

function onOneLine(fileName: string): string {
	return cutBytes(
		fileName.slice(0, TOLD_NAME_BYTES * 2).replace(/[\p{Cc}\p{Cf}\s]+/gu, ' '),
		TOLD_NAME_BYTES,
	);
}

/** What else a run has or may have paid for, in sentences with a space before each; empty for nothing. */
export function describeOthers(taskIds: string[] = [], uncertain = 0): string {
	const submitted = taskIds.length === 0 ? '' : ` Also submitted and paid for: ${taskIds.join(', ')}.`;
	return uncertain === 0
		? submitted
		: `${submitted} ${uncertain} more may have been charged without an answer from Image3D.`;
}

export const CANCELLED: Failure = {
	kind: 'cancelled',
	// n8n knows an error for a cancellation by this spelling.
	message: 'The execution was canceled',
	hint: 'Tasks that were already submitted keep running at Image3D and are paid for.',
	retryable: false,
};
