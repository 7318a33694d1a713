/**
 * Asking for the balance, with the patience that a free question deserves. The service in, the number and the answer's own
 * fields out. Fails where no answer comes in the time that is given.
 */
import { API_PATHS } from './endpoints';
import { type Outcome, fail, succeed } from '../failure';
import { MAX_READ_TRIES, READ_TIMEOUT_MS, SHORTEST_READ_MS } from '../limits';
import { type ApiResponse, readResponse } from './response';
import { backoffMs } from './retryAfter';
import { describeWithoutId, saysProblem } from './taskAnswer';
import type { Service } from './service';

/** The credits of an account, as the service tells them. */
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
		const read = readBalanceIn(reply, clock.now());
		if (read.ok) return read;
		const waitMs = backoffMs(tried, read.failure.retryAfterMs, clock.random());
		const givesUp = !read.failure.retryable || tried >= MAX_READ_TRIES || clock.now() + waitMs > deadlineMs;
		if (givesUp || signal?.aborted) return fail(read.failure);
		await clock.sleep(waitMs, signal);
	}
}

/** A service may report a problem with HTTP 200. */
function readBalanceIn(reply: ApiResponse, nowMs: number): Outcome<Balance> {
	const read = readResponse(reply, nowMs);
	if (!read.ok) return read;
	const amount = toAmount(read.value.balance);
	if (amount !== undefined || !saysProblem(read.value)) return succeed({ amount, fields: read.value });
	return fail({
		kind: 'serverError',
		message: `Image3D could not tell the balance: ${describeWithoutId(read.value)}`,
		hint: 'Wait a few seconds and run again.',
		retryable: true,
	});
}

function toAmount(value: unknown): number | undefined {
	const amount = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
	return typeof amount === 'number' && Number.isFinite(amount) ? amount : undefined;
}
