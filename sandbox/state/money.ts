/** Money: what a user has left, and what one generation takes. */
import { RequestProblem } from '../problem';
import { type Task, hasEnded } from './tasks';
import { type User } from './users';

/** Credits of one generation, whatever the tier: an assumption, the service documents no prices. */
export const CREDITS_PER_GENERATION = 10;

/** Generations of the free plan, in all (documented). */
export const FREE_GENERATIONS = 3;

/** Generations of the Pro plan per calendar month, UTC (documented). */
const PRO_GENERATIONS_PER_MONTH = 150;

/** Credits a `pack` user has unless told otherwise. */
export const DEFAULT_PACK_CREDITS = 100;

/** Jobs one user may have running at once (documented for Pro, used for every plan). */
const MAX_RUNNING_JOBS = 5;

/** Credits left: what was bought, plus what the Pro plan still allows this month. */
export function balanceOf(user: User, now: number): number {
	return user.credits + allowanceLeft(user, now) * CREDITS_PER_GENERATION;
}

function allowanceLeft(user: User, now: number): number {
	if (user.settings.plan !== 'pro') return 0;
	const today = new Date(now);
	const monthStart = Date.UTC(today.getUTCFullYear(), today.getUTCMonth());
	const used = user.charges.filter((charge) => charge.fromAllowance && charge.at >= monthStart).length;
	return Math.max(0, PRO_GENERATIONS_PER_MONTH - used);
}

/**
 * Makes sure that one more job may start.
 * @throws RequestProblem 402 without credits, 429 (with `Retry-After`, seconds) with five jobs running.
 */
export function assertMayGenerate(user: User, now: number): void {
	if (balanceOf(user, now) < CREDITS_PER_GENERATION) {
		throw new RequestProblem(402, 'Insufficient credits. Purchase more credits at /pricing/');
	}
	const running = [...user.tasks.values()].filter((task) => !task.injected && !hasEnded(task, now));
	if (running.length >= MAX_RUNNING_JOBS) {
		const firstEnd = Math.min(...running.map((task) => task.endsAt));
		const seconds = Math.max(1, Math.ceil((firstEnd - now) / 1000));
		throw new RequestProblem(429, `Rate limited: ${MAX_RUNNING_JOBS} generations are running`, {
			'Retry-After': String(seconds),
		});
	}
}

/** Takes one generation's price, from the month's allowance before purchased credits. */
export function charge(user: User, task: Task, now: number, idempotencyKey?: string): void {
	const fromAllowance = allowanceLeft(user, now) > 0;
	if (!fromAllowance) user.credits -= CREDITS_PER_GENERATION;
	user.charges.push({
		taskId: task.id,
		credits: CREDITS_PER_GENERATION,
		at: now,
		idempotencyKey,
		mode: task.input.mode,
		quality: task.quality,
		fromAllowance,
	});
}
