/** Asking for the balance, with the patience that a free question deserves. */
import { API_PATHS } from './endpoints';
import { type Outcome, fail, succeed } from '../failure';
import { MAX_READ_TRIES, READ_TIMEOUT_MS, SHORTEST_READ_MS } from '../limits';
import { readResponse } from './response';
import { backoffMs } from './retryAfter';
import type { Service } from '../polling/waitForTask';

export interface Balance {
	/** Undefined when the service answered without a number. */
	amount: number | undefined;
	/** Everything the service said, untouched. */
	fields: Record<string, unknown>;
}

/** The account's balance, asked again with back-off while the failure may pass and `budgetMs` lasts. */
export async function readBalance(
	service: Omit<Service, 'pace'>,
	budgetMs: number,
	signal?: AbortSignal,
): Promise<Outcome<Balance>> {
	const { clock, send } = service;
	const deadlineMs = clock.now() + budgetMs;
	for (let tried = 1; ; tried++) {
		const timeoutMs = Math.min(READ_TIMEOUT_MS, Math.max(SHORTEST_READ_MS, deadlineMs - clock.now()));
		const reply = await send({ method: 'GET', path: API_PATHS.balance, timeoutMs });
		const read = readResponse(reply, clock.now());
		if (read.ok) return succeed({ amount: toAmount(read.value.balance), fields: read.value });
		const waitMs = backoffMs(tried, read.failure.retryAfterMs, clock.random());
		const givesUp = !read.failure.retryable || tried >= MAX_READ_TRIES || clock.now() + waitMs > deadlineMs;
		if (givesUp || signal?.aborted) return fail(read.failure);
		await clock.sleep(waitMs, signal);
	}
}

function toAmount(value: unknown): number | undefined {
	const amount = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
	return typeof amount === 'number' && Number.isFinite(amount) ? amount : undefined;
}
