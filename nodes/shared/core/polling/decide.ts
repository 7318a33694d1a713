/** The third step of a poll: what is known of a task in, what becomes of it out. Nothing fails. */
import { type TrackedTask, hasEnded, saysNothing } from './trackedTask';

/** Which ended tasks start the workflow. */
export type OutcomeChoice = 'success' | 'failed' | 'any';

/** `emit`: an item goes out. `keep`: the next poll asks again. `drop`: nobody asks again, and nothing goes out. */
export type Decision =
	| { action: 'emit'; reason: 'modelReady' | 'downloadGivenUp' | 'taskFailed' | 'taskRefused' }
	| { action: 'keep'; reason: 'stillRunning' | 'mayStillBeKnown' | 'downloadMayPass' }
	| { action: 'drop'; reason: 'outcomeNotWanted' };

/** Refusals in a row to speak of a task, before that counts as its end: it may only just have been submitted. */
const MAX_REFUSALS = 3;
/** Polls in which a finished model may fail to download before it is given up, loudly. */
const MAX_DOWNLOAD_POLLS = 5;

/**
 * What becomes of the task. A ready model is to be emitted with its file where that is wanted; where it could not be
 * downloaded, `observeDownloadFailure` and this step say how it goes on.
 */
export function decide(tracked: TrackedTask, wanted: OutcomeChoice): Decision {
	if (!hasEnded(tracked)) return decideOpen(tracked, wanted);
	const isReady = tracked.latest?.status === 'success';
	if (wanted === (isReady ? 'failed' : 'success')) return { action: 'drop', reason: 'outcomeNotWanted' };
	if (!isReady) return { action: 'emit', reason: 'taskFailed' };
	const { downloadFailure, failedDownloads } = tracked;
	if (downloadFailure === undefined) return { action: 'emit', reason: 'modelReady' };
	return downloadFailure.isFinal || failedDownloads >= MAX_DOWNLOAD_POLLS
		? { action: 'emit', reason: 'downloadGivenUp' }
		: { action: 'keep', reason: 'downloadMayPass' };
}

/** Of a task that the service does not know or show, whoever wants models hears nothing: it may turn up yet. */
function decideOpen({ refusals, refusal }: TrackedTask, wanted: OutcomeChoice): Decision {
	if (refusals === 0) return { action: 'keep', reason: 'stillRunning' };
	return wanted === 'success' || refusals < MAX_REFUSALS || saysNothing(refusal)
		? { action: 'keep', reason: 'mayStillBeKnown' }
		: { action: 'emit', reason: 'taskRefused' };
}
