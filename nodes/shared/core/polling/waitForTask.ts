/**
 * Waiting for a task: its id in; asks for its status as the schedule says, survives what can be survived; the ended task out,
 * with how long it took. Fails with the task's id when the time is over, the service gives up, or the run is cancelled.
 */
import { fetchStatusWithRetry } from '../api/fetchStatus';
import { inSeconds } from '../report/counted';
import { type Outcome, type Failure, aboutTask, fail, succeed } from '../failure';
import type { Service } from '../api/service';
import type { LearnedSpan, Lesson } from './learnedDurations';
import { type Report, isSteady, likelyEndMs } from './progressReports';
import { expectationOf, nextPollMs } from './schedule';
import { type Task, isFinished } from '../api/task';

/** The task to wait for, and what is known of its beginning. */
export interface AwaitedTask {
	taskId: string;
	quality?: string;
	/** When it was submitted, or first asked about, in the clock's milliseconds. */
	sinceMs: number;
	/** The service has accepted it in this workflow: that it does not know it at first may pass. */
	wasAccepted?: boolean;
	/** It may have ended long ago: it is asked about at once. */
	mayHaveEnded?: boolean;
}

/** How long to wait, and how often to ask. */
export interface WaitOptions {
	/** How long to wait from now. */
	timeoutMs: number;
	/** Fixed gap between two questions; the adaptive schedule when undefined. */
	pollIntervalMs?: number;
	signal?: AbortSignal;
	/** When tasks of this quality were seen to end, where that is known. */
	learned?: LearnedSpan;
	/** Told of every status that was read. */
	onStatus?: (task: Task) => void;
}

/** A task that has ended, and how it was seen. */
export interface Watched {
	task: Task;
	statusChecks: number;
	/** Time on the clock at which the end was seen. */
	endedMs: number;
	/** What it teaches about the next task; undefined where its end was not seen when it was due. */
	lesson?: Lesson;
}

/** Waits until the task has ended (`success` or `failed`). Every Failure carries the task id. */
export async function waitForTask(
	watched: AwaitedTask,
	service: Service,
	options: WaitOptions,
): Promise<Outcome<Watched>> {
	const { clock } = service;
	const { signal } = options;
	const expected = { ...expectationOf(watched.quality), learned: options.learned };
	const deadlineMs = clock.now() + options.timeoutMs;
	// The clock of the machine that submitted it may be ahead of this one.
	const sinceMs = Math.min(watched.sinceMs, clock.now());
	const reports: Report[] = [];
	let statusChecks = 0;
	for (;;) {
		const elapsedMs = clock.now() - sinceMs;
		const isDueAtOnce = watched.mayHaveEnded === true && reports.length === 0;
		const waitMs = isDueAtOnce
			? 0
			: (options.pollIntervalMs ?? nextPollMs(expected, reports, elapsedMs) - elapsedMs);
		await clock.sleep(Math.min(waitMs, Math.max(0, deadlineMs - clock.now())), signal);
		const mayLag = watched.wasAccepted === true && reports.length === 0;
		const { outcome, checks } = await fetchStatusWithRetry(
			watched.taskId,
			service,
			signal,
			deadlineMs,
			mayLag,
		);
		statusChecks += checks;
		if (!outcome.ok) return outcome;
		const task = outcome.value;
		options.onStatus?.(task);
		if (isFinished(task)) {
			const endedMs = clock.now();
			// A check that failed first, or a gap that the user chose, says little about when the end was.
			const wasSeenInTime = checks === 1 && options.pollIntervalMs === undefined;
			const lesson = wasSeenInTime ? lessonOf(reports, endedMs - sinceMs) : undefined;
			return succeed({ task, statusChecks, endedMs, lesson });
		}
		if (clock.now() >= deadlineMs) return fail(stillRunning(task, options.timeoutMs));
		reports.push({ atMs: clock.now() - sinceMs, progress: task.progress });
	}
}

function lessonOf(reports: readonly Report[], seenMs: number): Lesson {
	return {
		durationMs: likelyEndMs(reports, seenMs),
		wasSteady: reports.length > 0 && isSteady(reports),
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
			hint: `The task keeps running at Image3D${seen === '' ? '' : ` (${seen})`}. Raise the Timeout option, or turn off Wait for Completion.`,
			retryable: true,
		},
		task.taskId,
	);
}
