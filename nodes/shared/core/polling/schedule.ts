/**
 * When to ask next about a task. In: its usual duration and the progress reports so far; out: milliseconds after the
 * submit. Steady progress is extrapolated: one check at the earliest possible end, one at the latest. Without usable
 * progress (none, stepwise, stuck, backward) the checks follow each other at a fixed ratio of the elapsed time, so that
 * the lag stays a fixed share of the job's duration.
 */
import { tierOf } from '../api/endpoints';
import type { LearnedSpan } from './learnedDurations';
import { type Report, earliestBySingle, estimateEnd, isSteady, latestBySingle } from './progressReports';

/** The first check: early, to learn the job's speed from its progress. A share of the usual duration. */
const FIRST_CHECK = 0.15;
/** No job was seen to end before this share of its tier's usual duration. */
const EARLIEST_END = 0.6;
/** A leap goes no further than this share of the usual duration: a job stuck early may still speed up. */
const LATEST_END = 1.4;
/** A leap after reports goes no further than this share of the elapsed time, so that a job that gets stuck is noticed. */
const LONGEST_LEAP = 0.45;
/** Growth between blind checks: the lag is at most this share of the duration, half of it in the median. */
const BLIND_GROWTH = 1.08;
/** An end known within this share of the duration is waited for; a vaguer one is checked before. */
const SHARP_ENOUGH = 0.02;
const SHORTEST_GAP_MS = 250;
/** Where the end is known sharply, as short as the pace that all status calls of a run share. */
const SHARP_GAP_MS = 100;
const LONGEST_GAP_MS = 20_000;
/** Where the tier is not known (an id from elsewhere, a new quality): the fastest tier's usual duration … */
const UNKNOWN_NOMINAL_MS = 10_000;
/** … with checks that spread faster, for the job may well take six times as long. */
const UNKNOWN_GROWTH = 1.2;
/** Where the usual end is learned: the check that shows a task's own speed, as a share of the earliest end … */
const SPEED_CHECK = 0.75;
/** … an end known within this share of the duration is waited for … */
const LEARNED_SHARP = 0.01;
/** … the ratio between checks that know nothing but the elapsed time … */
const LEARNED_GROWTH = 1.035;
/** … and how far beyond the latest end the learned span is believed. */
const LEARNED_PATIENCE = 1.1;
/** A service that was slow may be itself again: the learned span puts off no check beyond this multiple of the usual duration … */
const LEARNED_REACH = 3;
/** … and from there on none for longer than this share of the elapsed time. */
const LEARNED_LONGEST_LEAP = 0.5;
/** What is expected of a task: how long it usually takes, and the ratio between blind checks. */
export interface Expectation {
	nominalMs: number;
	growth: number;
	/** Between two checks of a task that takes longer than it should. */
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
 * Milliseconds after the submit at which to check next. `reports` are in order, oldest first, `nowMs` after the submit.
 */
export function nextPollMs(expected: Expectation, reports: readonly Report[], nowMs: number): number {
	const { nominalMs, learned } = expected;
	if (learned !== undefined && nowMs <= learned.latestMs * LEARNED_PATIENCE) {
		const latest = Math.max(nominalMs * LEARNED_REACH, nowMs * (1 + LEARNED_LONGEST_LEAP));
		return Math.min(learnedCheckMs(learned, reports, nowMs), latest);
	}
	const wanted =
		reports.length === 0 ? FIRST_CHECK * nominalMs : checkAfterReportsMs(expected, reports, nowMs);
	const soonest = reports.length === 0 ? nowMs : nowMs + SHORTEST_GAP_MS;
	return Math.max(soonest, Math.min(wanted, nowMs + longestGap(expected, nowMs)));
}

/**
 * Within the span in which tasks were seen to end. Where progress foretells the end, one check before the span shows this
 * task's own speed, and the next comes at its latest end; otherwise checks follow each other from the span's beginning.
 */
function learnedCheckMs(
	{ earliestMs, latestMs, isSteady }: LearnedSpan,
	reports: readonly Report[],
	nowMs: number,
): number {
	const last = reports.at(-1);
	if (last === undefined) return Math.max(nowMs, isSteady ? earliestMs * SPEED_CHECK : earliestMs);
	const soonest = nowMs + SHORTEST_GAP_MS;
	if (isSteady && last.progress) {
		const end = estimateEnd(reports) ?? {
			earliestMs: earliestBySingle(last),
			latestMs: latestBySingle(last),
		};
		const isSharp = end.latestMs - end.earliestMs <= LEARNED_SHARP * end.latestMs;
		const checkMs = isSharp || end.earliestMs <= nowMs + SHARP_GAP_MS ? end.latestMs : end.earliestMs;
		if (checkMs > nowMs && checkMs <= latestMs * LEARNED_PATIENCE)
			return Math.max(nowMs + SHARP_GAP_MS, checkMs);
	}
	return Math.max(soonest, earliestMs, nowMs * LEARNED_GROWTH);
}

function checkAfterReportsMs(expected: Expectation, reports: readonly Report[], nowMs: number): number {
	const last = reports[reports.length - 1];
	// A job that tells no progress, or none yet, teaches nothing before its earliest end.
	if (!last.progress) return Math.max(EARLIEST_END * expected.nominalMs, nowMs * expected.growth);
	if (!isSteady(reports)) return blindCheckMs(expected, nowMs);
	const end = estimateEnd(reports);
	if (end === undefined) return secondCheckMs(expected.nominalMs, last, nowMs);
	const isSharp = end.latestMs - end.earliestMs <= SHARP_ENOUGH * end.latestMs;
	if (!isSharp && end.earliestMs > nowMs + SHORTEST_GAP_MS) {
		return Math.min(end.earliestMs, nowMs * (1 + LONGEST_LEAP));
	}
	return end.latestMs > nowMs ? end.latestMs : blindCheckMs(expected, nowMs);
}

/** Half-way to the end as one report alone foretells it: the second report then gives the speed. */
function secondCheckMs(nominalMs: number, last: Report, nowMs: number): number {
	const halfWay = nowMs + (earliestBySingle(last) - nowMs) / 2;
	// Time spent in a queue makes a job look slower than it is.
	return nowMs < EARLIEST_END * nominalMs
		? Math.min(halfWay, EARLIEST_END * nominalMs)
		: Math.min(halfWay, nowMs * 1.2);
}

/** Checks that know nothing but the elapsed time. */
function blindCheckMs({ nominalMs, growth }: Expectation, nowMs: number): number {
	if (nowMs < EARLIEST_END * nominalMs) {
		return nowMs < 0.3 * nominalMs ? 0.35 * nominalMs : EARLIEST_END * nominalMs;
	}
	return nowMs * growth;
}

function longestGap({ nominalMs, longestGapMs }: Expectation, nowMs: number): number {
	const withinUsual = LATEST_END * nominalMs - nowMs;
	return withinUsual > 0 ? Math.max(withinUsual, SHORTEST_GAP_MS) : Math.min(longestGapMs, nowMs * 0.5);
}
