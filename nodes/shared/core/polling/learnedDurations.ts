/**
 * How long this service really takes: durations of finished tasks in, for each quality the span in which the next one is
 * likely to end out. What no longer fits is forgotten. The state is a bounded value, replaced and never changed inside.
 * Nothing fails.
 */

/** What is remembered of one quality. */
interface LearnedQuality {
	/** Milliseconds from submit to end of the last tasks, oldest first. */
	durationsMs: readonly number[];
	/** Of those, how many told an even progress. */
	steady: number;
}

/** What was learned, by quality. */
export type LearnedState = Readonly<Record<string, LearnedQuality>>;

/** What a finished task teaches about the next one. */
export interface Lesson {
	/** Milliseconds from its submit to its likely end. */
	durationMs: number;
	/** Whether its progress moved on evenly and so foretold the end. */
	wasSteady: boolean;
}

/** When a task is likely to end, milliseconds after its submit. */
export interface LearnedSpan {
	earliestMs: number;
	latestMs: number;
	/** Whether this service's progress foretells the end. */
	isSteady: boolean;
}

/** Tasks of a quality that have to be seen before they foretell anything. */
const LEAST_SEEN = 10;
/** Tasks remembered of a quality: enough for a spread, few enough to follow a service that changes. */
const MOST_REMEMBERED = 30;
/** Qualities remembered; the service has four, and an expression may name any. */
const MOST_QUALITIES = 8;
/** A longer name of a quality is no name but a mistake of an expression, characters. */
const LONGEST_NAME = 60;
/** The span is this much wider than what was seen, on both sides: ten tasks do not show the whole spread. */
const MARGIN = 0.04;
/** So many tasks in a row outside the span mean that the service has changed: only they are kept. */
const STRANGERS = 3;
/** Beyond this ratio of latest to earliest the durations foretell too little to be of use. */
const WIDEST_RATIO = 2.5;

/** The state after a task of `quality` has ended. */
export function learn(state: LearnedState, quality: string, { durationMs, wasSteady }: Lesson): LearnedState {
	if (!(durationMs > 0 && Number.isFinite(durationMs)) || quality.length > LONGEST_NAME) return state;
	const { durationsMs = [], steady = 0 }: Partial<LearnedQuality> = Object.hasOwn(state, quality)
		? state[quality]
		: {};
	const durations = [...durationsMs, durationMs];
	const kept = hasChanged(durations) ? durations.slice(-STRANGERS) : durations.slice(-MOST_REMEMBERED);
	const share = durationsMs.length === 0 ? 0 : steady / durationsMs.length;
	const others = Object.entries(state).filter(([name]) => name !== quality);
	return Object.fromEntries([
		...others.slice(-(MOST_QUALITIES - 1)),
		// The share of the steady ones moves with the newest, like the durations themselves.
		[
			quality,
			{ durationsMs: kept, steady: Math.min(kept.length, share * (kept.length - 1) + (wasSteady ? 1 : 0)) },
		],
	]);
}

/** The span of the next task, or undefined while too little is known or the durations differ too much. */
export function learnedSpan(state: LearnedState, quality: string | undefined): LearnedSpan | undefined {
	const learned = quality === undefined || !Object.hasOwn(state, quality) ? undefined : state[quality];
	if (learned === undefined || learned.durationsMs.length < LEAST_SEEN) return undefined;
	const { earliestMs, latestMs } = spanOf(learned.durationsMs);
	if (latestMs / earliestMs > WIDEST_RATIO) return undefined;
	return { earliestMs, latestMs, isSteady: learned.steady > learned.durationsMs.length / 2 };
}

/** From the fastest to the slowest but for one in ten on each side, with the margin. */
function spanOf(durationsMs: readonly number[]): { earliestMs: number; latestMs: number } {
	const sorted = [...durationsMs].sort((a, b) => a - b);
	const left = Math.floor(sorted.length / 10);
	return {
		earliestMs: sorted[left] * (1 - MARGIN),
		latestMs: sorted[sorted.length - 1 - left] * (1 + MARGIN),
	};
}

/** Whether the last few all lie outside what those before them foretold. */
function hasChanged(durationsMs: readonly number[]): boolean {
	const before = durationsMs.slice(0, -STRANGERS);
	if (before.length < STRANGERS) return false;
	const { earliestMs, latestMs } = spanOf(before);
	const last = durationsMs.slice(-STRANGERS);
	return (
		last.every((ms) => ms > latestMs * (1 + MARGIN)) || last.every((ms) => ms < earliestMs * (1 - MARGIN))
	);
}
