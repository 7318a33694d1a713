/**
 * Getting a paid model home: a task in, what the download brings out. Tries again what breaks, asks for a fresh link where
 * the old one has gone. Fails with the task's id and the last link.
 */
import type { Clock } from '../concurrency/clock';
import { type Failure, type Outcome, aboutTask, fail } from '../failure';
import { MAX_RETRY_AFTER_MS } from '../limits';
import { backoffMs } from '../api/retryAfter';
import type { Task } from '../api/task';

/** Tries of a download that breaks, comes as a web page or is cut short. */
export const MAX_DOWNLOAD_TRIES = 4;

/** Downloads from one link. Fails with `httpCode` when the host refused; `retryable` when trying again can help. */
export type Download<T> = (modelUrl: string) => Promise<Outcome<T>>;

/** Asks for the task again, for its link may have expired. */
export type Refresh = () => Promise<Outcome<Task>>;

/** How long it is worth going on. */
export interface Patience {
	/** Ends waiting and downloading. */
	signal?: AbortSignal;
	/** A longer wait between two tries is not begun. */
	longestWaitMs?: number;
}

/** Answers with which a host says that the link, not the model, is the problem. */
const EXPIRED_LINK = new Set(['403', '404', '410']);

/** A try that takes minutes to fail counts as so many: whoever waits for four of them gains nothing. */
const SLOW_TRY_WEIGHT = 2;

/** The downloaded model. Every Failure carries the task id and the last link that was tried. */
export async function deliver<T>(
	task: Task,
	download: Download<T>,
	refresh: Refresh,
	clock: Clock,
	{ signal, longestWaitMs = MAX_RETRY_AFTER_MS }: Patience = {},
): Promise<Outcome<T>> {
	let { modelUrl } = task;
	let triedUrl = modelUrl;
	let spent = 0;
	for (let tried = 1; ; tried++) {
		const outcome = modelUrl === undefined ? fail(WITHOUT_LINK) : await download(modelUrl);
		if (outcome.ok) return outcome;
		triedUrl = modelUrl ?? triedUrl;
		const failure = aboutTask(outcome.failure, task.taskId, triedUrl);
		const needsLink = modelUrl === undefined || EXPIRED_LINK.has(failure.httpCode ?? '');
		const waitMs = backoffMs(tried, failure.retryAfterMs, clock.random());
		const isHopeless = !(failure.retryable || needsLink) || waitMs > longestWaitMs;
		spent += failure.isSlow ? SLOW_TRY_WEIGHT : 1;
		if (isHopeless || spent >= MAX_DOWNLOAD_TRIES || signal?.aborted) return fail(failure);
		await clock.sleep(waitMs, signal);
		if (!needsLink) continue;
		const fresh = await refresh();
		if (!fresh.ok) return fail(aboutTask(fresh.failure, task.taskId, triedUrl));
		modelUrl = fresh.value.modelUrl;
	}
}

const WITHOUT_LINK: Failure = {
	kind: 'download',
	message: 'Image3D finished the model but gave no link to it',
	hint: 'Run Image3D Status a little later with this task ID.',
	retryable: true,
};
