/**
 * A request about a Data Table in, what n8n answered out, asked again while that is safe and may help. A failure of a
 * write says besides whether the write may have happened all the same.
 */
import { backoffMs } from '../../../core/api/retryAfter';
import type { Clock } from '../../../core/concurrency/clock';
import { CANCELLED, type Failure } from '../../../core/failure';
import { MAX_RETRY_AFTER_MS } from '../../../core/limits';
import { type WriteOutcome, readTableAnswer } from './tableAnswer';
import type { TableAccess, TableRequest } from './tableAccess';
import type { TableAction } from './tableFailures';

/** How often is asked, and by which clock. */
export interface Patience {
	clock: Clock;
	maxTries: number;
}

/** A request with what its answer means, and whether it may be sent again. */
export interface TableCall<T> extends TableRequest {
	action: TableAction;
	/** The value in the body of a success; undefined where it is not what was asked for. */
	read(body: unknown): T | undefined;
	/** Whether the same again does no harm after a try that may have happened. */
	isRepeatable: boolean;
	/** What tells whether a try that may have happened has, where the next one brought `value`; undefined where that tells. */
	confirmBy?(value: T): TableCall<T> | undefined;
}

/** Makes a call with the access and the patience of whoever asks. */
export type AskTables = <T>(call: TableCall<T>) => Promise<WriteOutcome<T>>;

/** Makes the call. A canceled execution ends the waits of what only reads. */
export async function callTable<T>(
	access: TableAccess,
	call: TableCall<T>,
	{ clock, maxTries }: Patience,
): Promise<WriteOutcome<T>> {
	const signal = call.method === 'GET' ? access.cancelled : undefined;
	const failed = (failure: Failure, mayBeDone: boolean) => ({ ok: false, failure, mayBeDone }) as const;
	let mayBeDone = false;
	for (let tried = 1; ; tried++) {
		if (signal?.aborted) return failed(CANCELLED, mayBeDone);
		const sent = await access.send(call);
		if (!sent.ok) return failed(sent.failure, mayBeDone);
		const answer = readTableAnswer(sent.value, call, clock.now());
		if (answer.ok) {
			const question = mayBeDone ? call.confirmBy?.(answer.value) : undefined;
			if (question === undefined) return answer;
			const confirmed = await callTable(access, question, { clock, maxTries });
			return confirmed.ok ? confirmed : failed(confirmed.failure, true);
		}
		const { failure } = answer;
		mayBeDone ||= answer.mayBeDone;
		const waitMs = backoffMs(tried, failure.retryAfterMs, clock.random());
		const isUnsafe = mayBeDone && !call.isRepeatable;
		const isFutile = !failure.retryable || tried >= maxTries || waitMs > MAX_RETRY_AFTER_MS;
		if (isUnsafe || isFutile) return failed(failure, mayBeDone);
		await clock.sleep(waitMs, signal);
	}
}
