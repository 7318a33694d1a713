/** The first step of a poll: what is known of the tasks in, which of them are due out. Nothing fails. */
import { expectationOf, nextPollMs } from './schedule';
import { type TrackedTask, hasEnded } from './trackedTask';

/** Ratio between blind checks: seconds matter to whoever waits for a trigger, the exact second does not. */
const BLIND_GROWTH = 1.15;
/** A task that goes on far beyond its usual time is asked about once in a poll of the shortest interval, ms. */
const LONGEST_GAP_MS = 60_000;

/** What there is to do now, and when there will be more. */
export interface Plan {
	/** To be asked about now. Those that gave no trouble first, of those the longest overdue. */
	readonly due: readonly TrackedTask[];
	/** When the first of all tasks is or was due, in the clock's milliseconds; infinite where none goes on. */
	readonly nextMs: number;
}

/** Which of the tasks are due, `maxDue` at most. Those that have ended never are. */
export function plan(tasks: readonly TrackedTask[], nowMs: number, maxDue: number): Plan {
	const open = tasks.flatMap((tracked) =>
		hasEnded(tracked) ? [] : [{ tracked, atMs: nextCheckMs(tracked) }],
	);
	const due = open
		.filter(({ atMs }) => atMs <= nowMs)
		.sort((a, b) => a.tracked.failedChecks - b.tracked.failedChecks || a.atMs - b.atMs)
		.slice(0, maxDue)
		.map(({ tracked }) => tracked);
	const nextMs = open.reduce((least, { atMs }) => Math.min(least, atMs), Number.POSITIVE_INFINITY);
	return { due, nextMs };
}

/** At once where nothing is known of it. */
function nextCheckMs({ submittedMs, quality, reports, restsUntilMs }: TrackedTask): number {
	if (submittedMs === undefined) return restsUntilMs;
	const expected = { ...expectationOf(quality, BLIND_GROWTH), longestGapMs: LONGEST_GAP_MS };
	const dueMs = nextPollMs(expected, reports, reports.at(-1)?.atMs ?? 0);
	return Math.max(restsUntilMs, submittedMs + dueMs);
}
