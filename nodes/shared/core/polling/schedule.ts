/**
 * When to ask next about a task. In: its usual duration and the progress reports so far; out: milliseconds after the
 * submit. Steady progress is extrapolated: one look at the earliest possible end, one at the latest. Without usable
 * progress (none, stepwise, stuck, backward) the looks follow each other at a fixed ratio of the elapsed time, so that
 * the lag stays a fixed share of the job's duration.
 */

import { tierOf } from '../api/endpoints';
import type { LearnedSpan } from './learnedDurations';

/** What one status check told of the progress. */
export interface Report {
	/** Milliseconds after the submit. */
	atMs: number;
	/** 0–100; undefined when the service did not tell. */
	progress: number | undefined;
}

/** The first look: early, to learn the job's speed from its progress. A share of the usual duration. */
const FIRST_LOOK = 0.15;
/** No job was seen to end before this share of its tier's usual duration. */
const EARLIEST_END = 0.6;
/** A leap goes no further than this share of the usual duration: a job stuck early may still speed up. */
const LATEST_END = 1.4;
/** A leap after reports goes no further than this share of the elapsed time, so that a job that gets stuck is noticed. */
const LONGEST_LEAP = 0.45;
/** Growth between blind looks: the lag is at most this share of the duration, half of it in the median. */
const BLIND_GROWTH = 1.08;
/** An end known within this share of the duration is waited for; a vaguer one is looked at first. */
const SHARP_ENOUGH = 0.02;
/** Points of progress between two reports that make a speed worth trusting: each report is rounded by up to one. */
const TRUSTED_STEP = 20;
/** Reports that are all multiples of this come from a job that reports in steps (25, 50, 75), not evenly. */
const ROUND_STEP = 5;
const SHORTEST_GAP_MS = 250;
/** Where the end is known sharply, as short as the pace that all status calls of a run share. */
const SHARP_GAP_MS = 100;
const LONGEST_GAP_MS = 20_000;
/** Where the tier is not known (an id from elsewhere, a new quality): the fastest tier's usual duration … */
const UNKNOWN_NOMINAL_MS = 10_000;
/** … with looks that spread faster, for the job may well take six times as long. */
const UNKNOWN_GROWTH = 1.2;
/** Where the usual end is learned: the look that shows a task's own speed, as a share of the earliest end … */
const SPEED_LOOK = 0.75;
/** … an end known within this share of the duration is waited for … */
const LEARNED_SHARP = 0.01;
/** … the ratio between looks that know nothing but the elapsed time … */
const LEARNED_GROWTH = 1.035;
/** … and how far beyond the latest end the learned span is believed. */
const LEARNED_PATIENCE = 1.1;
/** A service that was slow may be itself again: the learned span puts off no look beyond this multiple of the usual duration … */
const LEARNED_REACH = 3;
/** … and from there on none for longer than this share of the elapsed time. */
const LEARNED_LONGEST_LEAP = 0.5;
/** What a task of unknown tier is taken for when its start is guessed from its progress: the default tier, Pro. */
const DEFAULT_NOMINAL_MS = 30_000;

/** What is expected of a task: how long it usually takes, and the ratio between blind looks. */
export interface Expectation {
	nominalMs: number;
	growth: number;
	/** Between two looks at a task that takes longer than it should. */
	longestGapMs: number;
	/** When tasks of this quality were seen to end, where enough were. */
	learned?: LearnedSpan;
}

/** What is expected of a task of this quality; `growth` replaces the usual ratio where the tier is known. */
export function expectationOf(quality: string | undefined, growth = BLIND_GROWTH): Expectation {
	const tier = tierOf(quality);
	return tier === undefined
		? { nominalMs: UNKNOWN_NOMINAL_MS, growth: UNKNOWN_GROWTH, longestGapMs: LONGEST_GAP_MS }
		: { nominalMs: tier.nominalMs, growth, longestGapMs: LONGEST_GAP_MS };
}

/**
 * Milliseconds after the submit at which to look next. `reports` are in order, oldest first, `nowMs` after the submit.
 */
export function nextPollMs(expected: Expectation, reports: readonly Report[], nowMs: number): number {
	const { nominalMs, learned } = expected;
	if (learned !== undefined && nowMs <= learned.latestMs * LEARNED_PATIENCE) {
		const latest = Math.max(nominalMs * LEARNED_REACH, nowMs * (1 + LEARNED_LONGEST_LEAP));
		return Math.min(learnedLook(learned, reports, nowMs), latest);
	}
	const wanted = reports.length === 0 ? FIRST_LOOK * nominalMs : lookAfterReports(expected, reports, nowMs);
	const soonest = reports.length === 0 ? nowMs : nowMs + SHORTEST_GAP_MS;
	return Math.max(soonest, Math.min(wanted, nowMs + longestGap(expected, nowMs)));
}

/**
 * Within the span in which tasks were seen to end. Where progress foretells the end, one look before the span shows this
 * task's own speed, and the next comes at its latest end; otherwise looks follow each other from the span's beginning.
 */
function learnedLook(
	{ earliestMs, latestMs, isSteady }: LearnedSpan,
	reports: readonly Report[],
	nowMs: number,
): number {
	const last = reports.at(-1);
	if (last === undefined) return Math.max(nowMs, isSteady ? earliestMs * SPEED_LOOK : earliestMs);
	const soonest = nowMs + SHORTEST_GAP_MS;
	if (isSteady && last.progress) {
		const end = estimateEnd(reports) ?? {
			earliestMs: earliestBySingle(last),
			latestMs: latestBySingle(last),
		};
		const isSharp = end.latestMs - end.earliestMs <= LEARNED_SHARP * end.latestMs;
		const look = isSharp || end.earliestMs <= nowMs + SHARP_GAP_MS ? end.latestMs : end.earliestMs;
		if (look > nowMs && look <= latestMs * LEARNED_PATIENCE) return Math.max(nowMs + SHARP_GAP_MS, look);
	}
	return Math.max(soonest, earliestMs, nowMs * LEARNED_GROWTH);
}

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

function lookAfterReports(expected: Expectation, reports: readonly Report[], nowMs: number): number {
	const last = reports[reports.length - 1];
	// A job that tells no progress, or none yet, teaches nothing before its earliest end.
	if (!last.progress) return Math.max(EARLIEST_END * expected.nominalMs, nowMs * expected.growth);
	if (!isSteady(reports)) return blindLook(expected, nowMs);
	const end = estimateEnd(reports);
	if (end === undefined) return secondLook(expected.nominalMs, last, nowMs);
	const isSharp = end.latestMs - end.earliestMs <= SHARP_ENOUGH * end.latestMs;
	if (!isSharp && end.earliestMs > nowMs + SHORTEST_GAP_MS) {
		return Math.min(end.earliestMs, nowMs * (1 + LONGEST_LEAP));
	}
	return end.latestMs > nowMs ? end.latestMs : blindLook(expected, nowMs);
}

/** Half-way to the end as one report alone foretells it: the second report then gives the speed. */
function secondLook(nominalMs: number, last: Report, nowMs: number): number {
	const halfWay = nowMs + (earliestBySingle(last) - nowMs) / 2;
	// Time spent in a queue makes a job look slower than it is.
	return nowMs < EARLIEST_END * nominalMs
		? Math.min(halfWay, EARLIEST_END * nominalMs)
		: Math.min(halfWay, nowMs * 1.2);
}

/** Looks that know nothing but the elapsed time. */
function blindLook({ nominalMs, growth }: Expectation, nowMs: number): number {
	if (nowMs < EARLIEST_END * nominalMs) {
		return nowMs < 0.3 * nominalMs ? 0.35 * nominalMs : EARLIEST_END * nominalMs;
	}
	return nowMs * growth;
}

/** The window in which the job ends, from the speed between the first and the last report. Progress is rounded down. */
function estimateEnd(reports: readonly Report[]): { earliestMs: number; latestMs: number } | undefined {
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
function latestBySingle(report: Report): number {
	return (report.atMs * 100) / report.progress!;
}

/** The earliest end if the progress had run evenly since the submit. */
function earliestBySingle(report: Report): number {
	return (report.atMs * 100) / (report.progress! + 1);
}

/** How far back an end is guessed at most that was seen at the first look, as a share of the time until then. */
const FURTHEST_BACK = 0.1;

/** When a task likely ended that was seen ended at `seenMs`: half-way back to the last look that saw it running. */
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

function longestGap({ nominalMs, longestGapMs }: Expectation, nowMs: number): number {
	const withinUsual = LATEST_END * nominalMs - nowMs;
	return withinUsual > 0 ? Math.max(withinUsual, SHORTEST_GAP_MS) : Math.min(longestGapMs, nowMs * 0.5);
}
