/**
 * A task that the trigger watches, as an immutable value: all that is known of it. A poll takes it through three pure steps:
 * `plan` says when it is due, `observe` adds what a status check brought, `decide` says what becomes of it.
 */
import type { Failure } from '../failure';
import type { Report } from './progressReports';
import { type Task, isFinished } from '../api/task';

/** Replaced by each step, never changed. */
export interface TrackedTask {
	readonly taskId: string;
	readonly quality?: string;
	/** In the clock's milliseconds; where nobody knows, the first report sets it. */
	readonly submittedMs?: number;
	readonly reports: readonly Report[];
	readonly statusChecks: number;
	/** Status checks in a row that failed, and until when the task is left alone after them. */
	readonly failedChecks: number;
	readonly restsUntilMs: number;
	/** Status checks in a row to which the service said that it does not know or show this task, and what it said last. */
	readonly refusals: number;
	readonly refusal?: Failure;
	/** It was not known so soon after its submit that this did not count as a refusal. */
	readonly wasTooYoung?: true;
	/** As this poll saw it last. */
	readonly latest?: Task;
	/** Polls in which its finished model could not be downloaded, and why not in this one. */
	readonly failedDownloads: number;
	readonly downloadFailure?: Failure;
}

/** A task of which nothing was learned yet. */
export function trackTask(taskId: string, quality?: string, submittedMs?: number): TrackedTask {
	return {
		taskId,
		quality,
		submittedMs,
		reports: [],
		statusChecks: 0,
		failedChecks: 0,
		restsUntilMs: 0,
		refusals: 0,
		failedDownloads: 0,
	};
}

/** The task at the beginning of a poll: what failed in an earlier one is tried again, after everything else. */
export function startPoll(tracked: TrackedTask): TrackedTask {
	return {
		...tracked,
		latest: undefined,
		downloadFailure: undefined,
		restsUntilMs: tracked.refusals === 0 ? 0 : tracked.restsUntilMs,
	};
}

/** Whether this poll saw the task's end. */
export function hasEnded({ latest }: TrackedTask): boolean {
	return latest !== undefined && isFinished(latest);
}

/** Whether the service had a problem of its own in place of an answer: that says nothing of the task, which is paid for. */
export function saysNothing(refusal: Failure | undefined): boolean {
	return refusal?.kind === 'serverError';
}
