/**
 * A request about a Data Table in, what n8n answered out, asked again while that is safe and may help. A failure of a
 * write says besides whether the write may have happened all the same.
 */
import { parseExactly } from '../../../core/api/exactJson';
import type { ApiResponse } from '../../../core/api/response';
import { backoffMs } from '../../../core/api/retryAfter';
import type { Clock } from '../../../core/concurrency/clock';
import { CANCELLED, type Failure, type Outcome } from '../../../core/failure';
import { MAX_RETRY_AFTER_MS } from '../../../core/limits';
import type { TableAccess, TableRequest } from './tableAccess';
import { type TableAction, failureOfAnswer, failureOfSilence } from './tableFailures';

/** How often is asked, and by which clock. */
export interface Patience {
	clock: Clock;
	maxTries: number;
}

/** What became of a write. `mayBeDone`: nobody said that it was not done, so it may have been. */
export type WriteOutcome<T> = { ok: true; value: T } | { ok: false; failure: Failure; mayBeDone: boolean };

/** A request with what its answer means, and whether it may be sent again. */
export interface TableCall<T> extends TableRequest {
	action: TableAction;
	/** The value in the body of a success; undefined where it is not what was asked for. */
	read(body: unknown): T | undefined;
	/** Whether the same again does no harm after a try that may have happened. */
	isRepeatable: boolean;
	/** Asked in place of the write once a try may have happened and the next one found nothing to do. */
	confirm?(value: T): Promise<Outcome<T>> | undefined;
}

/** Makes the call. A canceled execution ends the waits of what only reads. */
export async function callTable<T>(
	access: TableAccess,
	call: TableCall<T>,
	{ clock, maxTries }: Patience,
): Promise<WriteOutcome<T>> {
	const signal = call.method === 'GET' ? access.cancelled : undefined;
	let mayBeDone = false;
	for (let tried = 1; ; tried++) {
		if (signal?.aborted) return { ok: false, failure: CANCELLED, mayBeDone };
		const sent = await access.send(call);
		if (!sent.ok) return { ...sent, mayBeDone };
		const result = readReply(sent.value, call, clock.now());
		if (result.ok) return mayBeDone ? await confirmed(result, call) : result;
		mayBeDone ||= result.mayBeDone;
		const waitMs = backoffMs(tried, result.failure.retryAfterMs, clock.random());
		const isUnsafe = mayBeDone && !call.isRepeatable;
		const isFutile = !result.failure.retryable || tried >= maxTries || waitMs > MAX_RETRY_AFTER_MS;
		if (isUnsafe || isFutile) return { ok: false, failure: result.failure, mayBeDone };
		await clock.sleep(waitMs, signal);
	}
}

function readReply<T>(reply: ApiResponse, { action, read }: TableCall<T>, nowMs: number): WriteOutcome<T> {
	if (reply.kind === 'noAnswer') {
		return { ok: false, failure: failureOfSilence(reply), mayBeDone: reply.reached === 'maybe' };
	}
	const isSuccess = reply.status === 200 || reply.status === 201;
	const value = isSuccess ? read(parse(reply.body)) : undefined;
	if (value !== undefined) return { ok: true, value };
	// n8n, or a proxy in front of it, may have broken down after the work was done.
	const mayBeDone = isSuccess || reply.status >= 500;
	return { ok: false, failure: failureOfAnswer(reply, action, nowMs), mayBeDone };
}

async function confirmed<T>(result: { ok: true; value: T }, call: TableCall<T>): Promise<WriteOutcome<T>> {
	const asked = await call.confirm?.(result.value);
	if (asked === undefined) return result;
	return asked.ok ? asked : { ...asked, mayBeDone: true };
}

function parse(text: string): unknown {
	try {
		return parseExactly(text);
	} catch {
		return undefined;
	}
}
