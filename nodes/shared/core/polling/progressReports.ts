/**
 * What the progress of a task tells of its time. In: what the status checks told, and when; out: when it likely began and
 * ends, and whether that is to be trusted. Nothing fails.
 */
import { tierOf } from '../api/endpoints';

/** What one status check told of the progress. */
export interface Report {
	/** Milliseconds after the submit. */
	atMs: number;
	/** 0–100; undefined when the service did not tell. */
	progress: number | undefined;
}

/** Points of progress between two reports that make a speed worth trusting: each report is rounded by up to one. */
const TRUSTED_STEP = 20;
/** Reports that are all multiples of this come from a job that reports in steps (25, 50, 75), not evenly. */
const ROUND_STEP = 5;
/** What a task of unknown tier is taken for when its start is guessed from its progress: the default tier, Pro. */
const DEFAULT_NOMINAL_MS = 30_000;
/** How far back an end is guessed at most that was seen at the first check, as a share of the time until then. */
const FURTHEST_BACK = 0.1;

/**
 * When a task was submitted that was first seen at `nowMs` with this progress: a task of usual speed, as long ago as its
 * progress takes.
 */
export function assumeSubmittedMs(
	quality: string | undefined,
	progress: number | undefined,
	nowMs: number,
): number {
	const nominalMs = tierOf(quality)?.nominalMs ?? DEFAULT_NOMINAL_MS;
	return nowMs - (nominalMs * (progress ?? 0)) / 100;
}

/** The window in which the job ends, from the speed between the first and the last report. Progress is rounded down. */
export function estimateEnd(
	reports: readonly Report[],
): { earliestMs: number; latestMs: number } | undefined {
	const first = reports.find((report) => report.progress! > 0)!;
	const last = reports[reports.length - 1];
	const step = last.progress! - first.progress!;
	if (step < TRUSTED_STEP) return undefined;
	const spentMs = last.atMs - first.atMs;
	const left = 100 - last.progress!;
	return {
		earliestMs: last.atMs + ((left - 1) * spentMs) / (step + 1),
		latestMs: last.atMs + (left * spentMs) / (step - 1),
	};
}

/** The latest end if the progress has run evenly since the submit. */
export function latestBySingle(report: Report): number {
	return (report.atMs * 100) / report.progress!;
}

/** The earliest end if the progress had run evenly since the submit. */
export function earliestBySingle(report: Report): number {
	return (report.atMs * 100) / (report.progress! + 1);
}

/** When a task likely ended that was seen ended at `seenMs`: half-way back to the last check that saw it running. */
export function likelyEndMs(reports: readonly Report[], seenMs: number): number {
	const gapMs = seenMs - (reports.at(-1)?.atMs ?? 0);
	return seenMs - Math.min(gapMs / 2, seenMs * FURTHEST_BACK);
}

/** Whether every report so far fits a job that moves on evenly. */
export function isSteady(reports: readonly Report[]): boolean {
	const moving = reports.filter((report) => report.progress !== undefined && report.progress > 0);
	const last = reports[reports.length - 1];
	if (moving.length === 0 || last.progress === undefined || last.progress <= 0 || last.progress >= 100)
		return false;
	if (moving.every((report) => report.progress! % ROUND_STEP === 0)) return false;
	return moving.every((report, index) => index === 0 || hasMovedOn(moving[index - 1], report));
}

function hasMovedOn(before: Report, after: Report): boolean {
	const step = after.progress! - before.progress!;
	if (step < 0) return false;
	// At an even pace the progress per millisecond stays; far below it the job is stepping or stuck.
	const expected = (before.progress! / before.atMs) * (after.atMs - before.atMs);
	return step >= Math.min(expected, 100 - before.progress!) * 0.3 - 1;
}
