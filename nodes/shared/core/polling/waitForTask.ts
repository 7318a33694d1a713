/** Waiting for a task: asks for its status as the schedule says until it has ended, survives what can be survived. */
import { statusPath } from '../api/endpoints';
import type { Clock } from '../concurrency/clock';
import { inSeconds } from '../report/counted';
import {
	CANCELLED,
	type Failure,
	type FailureKind,
	type Outcome,
	aboutTask,
	fail,
	succeed,
} from '../failure';
import { MAX_READ_TRIES, MAX_RETRY_AFTER_MS, READ_TIMEOUT_MS } from '../limits';
import type { Throttle } from '../concurrency/throttle';
import { type Send, readResponse } from '../api/response';
import { backoffMs } from '../api/retryAfter';
import { type Report, expectationOf, nextLookMs } from './schedule';
import { type Task, isFinished, parseTask } from '../api/task';
import { describeWithoutId, reportsProblem } from '../api/taskAnswer';

export interface AwaitedTask {
	taskId: string;
	quality?: string;
	/** When it was submitted, or first asked about, in the clock's milliseconds. */
	sinceMs: number;
	/** The service has accepted it in this workflow: that it does not know it at first may pass. */
	wasAccepted?: boolean;
}

export interface WaitOptions {
	/** How long to wait from now. */
	timeoutMs: number;
	/** Fixed gap between two questions; the adaptive schedule when undefined. */
	pollIntervalMs?: number;
	signal?: AbortSignal;
	/** Told of every status that was read. */
	onStatus?: (task: Task) => void;
}

export interface Watched {
	task: Task;
	statusChecks: number;
	/** Time on the clock at which the end was seen. */
	endedMs: number;
}

export interface Service {
	send: Send;
	clock: Clock;
	pace: Throttle;
	/** Told when a request is sent again because the one before failed. */
	onRetry?: () => void;
}

export interface Look {
	outcome: Outcome<Task>;
	/** The service spoke of this task, be it to say that it knows none. */
	answered: boolean;
}

/** One status question, asked once. */
export async function lookAtTask(
	taskId: string,
	{ send, clock }: Pick<Service, 'send' | 'clock'>,
	timeoutMs: number,
): Promise<Look> {
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
export async function askStatus(
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
		const { outcome } = await lookAtTask(taskId, service, READ_TIMEOUT_MS);
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

/** Waits until the task has ended (`success` or `failed`). Every Failure carries the task id. */
export async function waitForTask(
	watched: AwaitedTask,
	service: Service,
	options: WaitOptions,
): Promise<Outcome<Watched>> {
	const { clock } = service;
	const { signal } = options;
	const expected = expectationOf(watched.quality);
	const deadlineMs = clock.now() + options.timeoutMs;
	const reports: Report[] = [];
	let statusChecks = 0;
	for (;;) {
		const elapsedMs = clock.now() - watched.sinceMs;
		const waitMs = options.pollIntervalMs ?? nextLookMs(expected, reports, elapsedMs) - elapsedMs;
		await clock.sleep(Math.min(waitMs, Math.max(0, deadlineMs - clock.now())), signal);
		const mayLag = watched.wasAccepted === true && reports.length === 0;
		const { outcome, checks } = await askStatus(watched.taskId, service, signal, deadlineMs, mayLag);
		statusChecks += checks;
		if (!outcome.ok) return outcome;
		const task = outcome.value;
		options.onStatus?.(task);
		if (isFinished(task)) return succeed({ task, statusChecks, endedMs: clock.now() });
		if (clock.now() >= deadlineMs) return fail(stillRunning(task, options.timeoutMs));
		reports.push({ atMs: clock.now() - watched.sinceMs, progress: task.progress });
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

function stillRunning(task: Task, timeoutMs: number): Failure {
	const seen = [
		...(task.word === undefined ? [] : [`status "${task.word}"`]),
		...(task.progress === undefined ? [] : [`${Math.round(task.progress)} % done`]),
	].join(', ');
	return aboutTask(
		{
			kind: 'timedOut',
			message: `The model was not ready after ${inSeconds(timeoutMs)}`,
			hint: `The task goes on at Image3D${seen === '' ? '' : ` (${seen})`}. Raise the Timeout option, or turn off Wait for Completion.`,
			retryable: true,
		},
		task.taskId,
	);
}
