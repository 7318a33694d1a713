/** The second step of a poll: a task and what was seen of it in, what is now known of it out. Nothing fails. */
import type { StatusCheck } from '../api/fetchStatus';
import type { Failure } from '../failure';
import { backoffMs } from '../api/retryAfter';
import { assumeSubmittedMs } from './progressReports';
import { type Task, isFinished } from '../api/task';
import { type TrackedTask, saysNothing } from './trackedTask';

/** The rest after the first refusal, ms; it doubles, for a wrong credential may be put right soon or never … */
const FIRST_REFUSED_REST_MS = 50_000;
/** … up to this. No failure rests a task for longer either. */
const LONGEST_REST_MS = 600_000;

/** A service that copies its data to other machines may not know a task yet for so long after its submit, ms … */
const YOUNG_TASK_MS = 60_000;
/** … so that it is soon asked again, once, ms: later than a poll lingers with something to emit, which waits for no such task. */
const YOUNG_REST_MS = 5_000;

/** The task after a status check that was answered, or given up, at `nowMs`. `random` is from [0, 1). */
export function observe(
	tracked: TrackedTask,
	{ outcome, answered }: StatusCheck,
	nowMs: number,
	random: number,
): TrackedTask {
	const checked = { ...tracked, statusChecks: tracked.statusChecks + 1 };
	if (outcome.ok) return withReport(checked, outcome.value, nowMs);
	if (answered) return withRefusal(checked, outcome.failure, nowMs);
	const failedChecks = tracked.failedChecks + 1;
	const waitMs = backoffMs(failedChecks, outcome.failure.retryAfterMs, random);
	return { ...checked, failedChecks, restsUntilMs: nowMs + Math.min(waitMs, LONGEST_REST_MS) };
}

function withReport(tracked: TrackedTask, latest: Task, nowMs: number): TrackedTask {
	const sound = { ...tracked, latest, failedChecks: 0, restsUntilMs: 0, refusals: 0, refusal: undefined };
	if (isFinished(latest)) return sound;
	const submittedMs = tracked.submittedMs ?? assumeSubmittedMs(tracked.quality, latest.progress, nowMs);
	const report = { atMs: nowMs - submittedMs, progress: latest.progress };
	return { ...sound, submittedMs, reports: [...tracked.reports, report] };
}

function withRefusal(tracked: TrackedTask, refusal: Failure, nowMs: number): TrackedTask {
	if (isTooYoung(tracked, refusal, nowMs))
		return { ...tracked, refusal, wasTooYoung: true, restsUntilMs: nowMs + YOUNG_REST_MS };
	// What was no word about the task does not count towards its end.
	const isFirst = saysNothing(tracked.refusal) && !saysNothing(refusal);
	const refusals = isFirst ? 0 : tracked.refusals;
	const restMs = Math.min(LONGEST_REST_MS, FIRST_REFUSED_REST_MS * 2 ** refusals);
	return { ...tracked, refusal, refusals: refusals + 1, restsUntilMs: nowMs + restMs };
}

/** Whether the service may know the task in a moment: the first time that it does not, right after a submit that it accepted. */
function isTooYoung(
	{ submittedMs, reports, wasTooYoung }: TrackedTask,
	{ kind }: Failure,
	nowMs: number,
): boolean {
	if (kind !== 'notFound' || wasTooYoung || reports.length > 0) return false;
	return submittedMs !== undefined && nowMs - submittedMs < YOUNG_TASK_MS;
}

/** The task after its finished model could not be downloaded in this poll. */
export function observeDownloadFailure(tracked: TrackedTask, downloadFailure: Failure): TrackedTask {
	return { ...tracked, downloadFailure, failedDownloads: tracked.failedDownloads + 1 };
}
