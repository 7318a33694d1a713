/** Jobs: made once, and from then on only looked at; where one stands follows from the clock, there are no timers. */
import { randomInt, randomUUID } from 'node:crypto';
import { type Quality } from '../tiers';
import { type ProgressStyle } from './settings';

/** Share of a job's duration during which it is `queued`. */
const QUEUED_SHARE = 0.04;

/** What a model is made from. The picture itself is kept apart, under its hash. */
export type TaskInput = { mode: 'text'; prompt: string } | { mode: 'image'; imageSha256: string };

export interface Failure {
	field: 'error' | 'message' | 'detail';
	reason: string;
}

export interface Task {
	id: string;
	/** Milliseconds since 1970, with fractions: the true start and end. */
	createdAt: number;
	endsAt: number;
	input: TaskInput;
	quality: Quality;
	/** The request body without the picture, which is replaced by `imageSha256` and `imageBytes`. */
	body: Record<string, unknown>;
	progressStyle: ProgressStyle;
	/** Set when the job ends as `failed`. */
	failure?: Failure;
	/** Made by the control API: free, and not counted among the running jobs. */
	injected: boolean;
}

export type TaskStatus = 'queued' | 'processing' | 'success' | 'failed';

/** Numeric ids have so many digits at most: JSON numbers that lose nothing. */
const MAX_NUMERIC_ID = 10 ** 14;

export function newTask({ hasNumericId, ...fields }: Omit<Task, 'id'> & { hasNumericId: boolean }): Task {
	return { id: hasNumericId ? String(randomInt(1, MAX_NUMERIC_ID)) : randomUUID(), ...fields };
}

export function hasEnded(task: Task, now: number): boolean {
	return now >= task.endsAt;
}

export function statusOf(task: Task, now: number): TaskStatus {
	if (hasEnded(task, now)) return task.failure ? 'failed' : 'success';
	return elapsedShare(task, now) < QUEUED_SHARE ? 'queued' : 'processing';
}

/** Percent as the service reports it, or undefined where the task reports none. */
export function progressOf(task: Task, now: number): number | undefined {
	if (hasEnded(task, now) && !task.failure) return 100;
	const percent = Math.min(99, Math.floor(elapsedShare(task, now) * 100));
	switch (task.progressStyle) {
		case 'linear':
			return percent;
		case 'stepwise':
			return Math.floor(percent / 25) * 25;
		case 'none':
			return undefined;
		case 'zero':
			return 0;
		case 'stuck':
			return Math.min(40, percent);
		case 'backward':
			return Math.max(0, percent - (Math.floor(percent / 10) % 3 === 2 ? 25 : 0));
	}
}

function elapsedShare(task: Task, now: number): number {
	const duration = task.endsAt - task.createdAt;
	return duration > 0 ? (now - task.createdAt) / duration : 1;
}

/**
 * A number in [-1, 1) that depends only on seed and place, so that a run can be repeated exactly.
 * (mulberry32)
 */
export function drawJitter(seed: number, place: number): number {
	let state = (Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(place + 1, 0x85ebca6b)) >>> 0;
	state = (state + 0x6d2b79f5) >>> 0;
	let mixed = Math.imul(state ^ (state >>> 15), state | 1);
	mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
	return (((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * 2 - 1;
}
