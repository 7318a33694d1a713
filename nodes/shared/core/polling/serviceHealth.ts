/**
 * Whether a poll goes on: what the status checks say of the service as a whole. The health so far and a check in, the
 * health after it out. Nothing fails: a failure that every task would meet is kept in it.
 */
import type { StatusCheck } from '../api/fetchStatus';
import type { Failure } from '../failure';
import { MAX_READ_TRIES } from '../limits';
import type { TrackedTask } from './trackedTask';

/** Starts anew with each poll. */
export interface ServiceHealth {
	/** The service asked to be left alone until then, in the clock's milliseconds. */
	readonly pausedUntilMs: number;
	readonly hasAnswered: boolean;
	readonly failuresInARow: number;
	readonly lastFailure?: Failure;
	/** A problem of the service or the sign-in that is not a single task's. */
	readonly failure?: Failure;
	/** There is no sense in asking on. */
	readonly isHopeless: boolean;
}

/** Nothing was asked yet. */
export const UNKNOWN_HEALTH: ServiceHealth = {
	pausedUntilMs: 0,
	hasAnswered: false,
	failuresInARow: 0,
	isHopeless: false,
};

/** The health after a status check; `restsUntilMs` is that of the task after it. */
export function heed(
	health: ServiceHealth,
	{ outcome, answered }: StatusCheck,
	{ restsUntilMs }: Pick<TrackedTask, 'restsUntilMs'>,
	deadlineMs: number,
): ServiceHealth {
	if (outcome.ok || answered) return { ...health, hasAnswered: true, failuresInARow: 0 };
	const { failure } = outcome;
	const pausedUntilMs = failure.kind === 'rateLimited' ? restsUntilMs : health.pausedUntilMs;
	const failuresInARow = health.failuresInARow + 1;
	const isEveryTasks = meetsEveryTask(failure) || pausedUntilMs > deadlineMs;
	return {
		...health,
		pausedUntilMs,
		failuresInARow,
		lastFailure: failure,
		failure: isEveryTasks ? failure : health.failure,
		isHopeless: health.isHopeless || isEveryTasks || failuresInARow >= MAX_READ_TRIES,
	};
}

/** Why the poll's tasks could not be read, where it was not a single task's problem. */
export function failureOfPoll({ failure, hasAnswered, lastFailure }: ServiceHealth): Failure | undefined {
	return failure ?? (hasAnswered ? undefined : lastFailure);
}

/** No sign-in, or another address. A 403 may be this task's alone. */
function meetsEveryTask({ kind, httpCode, retryable }: Failure): boolean {
	return (kind === 'unauthorized' && httpCode !== '403') || (kind === 'unreadable' && !retryable);
}
