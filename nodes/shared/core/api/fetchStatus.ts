/**
 * The status of one task: its id in; out come the task as the service tells it, or the failure with the task's id. Asked
 * once, or again with back-off while the failure may pass.
 */
import { statusPath } from './endpoints';
import { CANCELLED, type Failure, type FailureKind, type Outcome, aboutTask, fail } from '../failure';
import { MAX_READ_TRIES, MAX_RETRY_AFTER_MS, READ_TIMEOUT_MS } from '../limits';
import { readResponse } from './response';
import { backoffMs } from './retryAfter';
import { type Task, parseTask } from './task';
import { describeWithoutId, reportsProblem } from './taskAnswer';
import type { Service } from './service';

/** What a question brought, and whether it tells anything of the task. */
export interface StatusCheck {
	outcome: Outcome<Task>;
	/** The service spoke of this task, be it to say that it knows none. */
	answered: boolean;
}

/** One status question, asked once. */
export async function fetchStatus(
	taskId: string,
	{ send, clock }: Pick<Service, 'send' | 'clock'>,
	timeoutMs: number,
): Promise<StatusCheck> {
	const reply = await send({ method: 'GET', path: statusPath(taskId), timeoutMs });
	const read = readResponse(reply, clock.now());
	const outcome = read.ok ? readTask(read.value, taskId) : read;
	if (outcome.ok) return { outcome, answered: true };
	const failure = describeReadFailure(outcome.failure, taskId);
	return { outcome: fail(failure), answered: read.ok || ABOUT_THE_TASK.has(failure.kind) };
}

/** A service may report a problem with HTTP 200. */
function readTask(body: Record<string, unknown>, taskId: string): Outcome<Task> {
	if (!reportsProblem(body)) return parseTask(body, taskId);
	return fail({
		kind: 'serverError',
		message: `Image3D could not say how task ${taskId} is: ${describeWithoutId(body)}`,
		hint: 'Wait a few seconds and run again.',
		retryable: true,
	});
}

/** Refusals that would not come for another task. */
const ABOUT_THE_TASK = new Set<FailureKind>(['notFound', 'badRequest']);

/** A service that copies its data to other machines has done so after this long, in milliseconds; they lag by under a second. */
const REPLICA_LAG_MS = 2_000;

/**
 * One status question, asked again with back-off while the failure may pass. `checks` counts the questions. `mayLag`:
 * the task was accepted a moment ago, so that "not known" is asked about once more.
 */
export async function fetchStatusWithRetry(
	taskId: string,
	service: Service,
	signal: AbortSignal | undefined,
	deadlineMs: number,
	mayLag = false,
): Promise<{ outcome: Outcome<Task>; checks: number }> {
	const { clock } = service;
	let lagMs = mayLag ? REPLICA_LAG_MS : undefined;
	for (let checks = 1; ; checks++) {
		await service.pace.turn(signal);
		if (signal?.aborted) return { outcome: fail(aboutTask(CANCELLED, taskId)), checks: checks - 1 };
		const { outcome } = await fetchStatus(taskId, service, READ_TIMEOUT_MS);
		if (outcome.ok) return { outcome, checks };
		const { failure } = outcome;
		const isLag = failure.kind === 'notFound' && lagMs !== undefined;
		const waitMs = isLag ? lagMs! : backoffMs(checks, failure.retryAfterMs, clock.random());
		const isOverdue = waitMs > MAX_RETRY_AFTER_MS || clock.now() + waitMs > deadlineMs;
		if (!(failure.retryable || isLag) || checks >= MAX_READ_TRIES || isOverdue)
			return { outcome: fail(failure), checks };
		if (isLag) lagMs = undefined;
		service.onRetry?.();
		await clock.sleep(waitMs, signal);
	}
}

function describeReadFailure(failure: Failure, taskId: string): Failure {
	if (failure.kind !== 'notFound') return aboutTask(failure, taskId);
	return {
		...failure,
		message: `Image3D does not know task ${taskId}`,
		hint: `${failure.hint} A task that Image3D Generate has started was paid for all the same.`,
		taskId,
	};
}
