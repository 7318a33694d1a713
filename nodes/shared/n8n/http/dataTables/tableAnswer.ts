/** An answer of n8n's public API, or that none came, in; the value that was asked for out, or the Failure that it means. */
import { parseJson } from '../../../core/api/exactJson';
import type { ApiResponse, HttpResponse } from '../../../core/api/response';
import { retryAfterIn } from '../../../core/api/retryAfter';
import type { Failure } from '../../../core/failure';
import { type TableAction, failureOfSilence, failureOfAnswer } from './tableFailures';

/** What became of a write. `mayBeDone`: nobody said that it was not done, so it may have been. */
export type WriteOutcome<T> = { ok: true; value: T } | { ok: false; failure: Failure; mayBeDone: boolean };

/** What was asked: how a success is read, and in which words a failure is told. */
interface Asked<T> {
	action: TableAction;
	read(body: unknown): T | undefined;
}

/** Reads the answer. `nowMs` dates a Retry-After. */
export function readTableAnswer<T>(reply: ApiResponse, asked: Asked<T>, nowMs: number): WriteOutcome<T> {
	if (reply.kind === 'answer') return readAnswer(reply, asked, nowMs);
	return { ok: false, failure: failureOfSilence(reply), mayBeDone: reply.reached === 'maybe' };
}

function readAnswer<T>(answer: HttpResponse, { action, read }: Asked<T>, nowMs: number): WriteOutcome<T> {
	const { status } = answer;
	const body = parseJson(answer.body);
	const isSuccess = status === 200 || status === 201;
	const value = isSuccess ? read(body) : undefined;
	if (value !== undefined) return { ok: true, value };
	const retryAfterMs = retryAfterIn(answer.headers, nowMs);
	return {
		ok: false,
		failure: {
			...failureOfAnswer(status, body, action),
			...(retryAfterMs === undefined ? {} : { retryAfterMs }),
		},
		// n8n, or a proxy in front of it, may have broken down after the work was done.
		mayBeDone: isSuccess || status >= 500,
	};
}
