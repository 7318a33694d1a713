/**
 * Submitting a generation without ever paying twice: repeats only what certainly was not accepted, and names what may
 * have been. A 429 is waited out within the budget; a documented 500, a 503 with Retry-After and a refused
 * connection get a few tries.
 */
import { API_PATHS } from '../api/endpoints';
import type { Clock } from '../concurrency/clock';
import { CANCELLED, type Failure, type Outcome, fail, succeed } from '../failure';
import { MAX_RETRY_AFTER_MS } from '../limits';
import { redact } from '../report/redact';
import { looksLikeHtml } from '../api/foreignText';
import { type ApiResponse, type Send, readResponse } from '../api/response';
import { backoffMs } from '../api/retryAfter';
import { type Task, parseTask } from '../api/task';
import { describeWithoutId, quoteAnswer } from '../api/taskAnswer';

/** Sending 13 MB of base64 over a slow line takes a while; after this the answer is not coming. */
export const SUBMIT_TIMEOUT_MS = 120_000;

/** Tries of a submit that certainly was not accepted (500, connection refused) before it is reported. */
export const MAX_SUBMIT_TRIES = 5;

/** What is sent, under which key, and for how long it may be put off. */
export interface SubmitOptions {
	/** Bytes are JSON text. */
	body: Record<string, unknown> | Uint8Array;
	/** The same for every try of this generation, so that a service that knows the header can tell a repeat. */
	idempotencyKey: string;
	/** How long a submit may be put off by 429s. */
	budgetMs: number;
	/** Ends waiting, and with it the sending of what is not sent yet; a request that is under way goes on. */
	signal?: AbortSignal;
	/** Told when the request is about to be sent again. */
	onRetry?: () => void;
	/**
	 * Told of every 429, and then awaited: the place to let another task go first. `isNamed`: the service has named the
	 * time, which is to be kept.
	 */
	onRateLimited?: (waitMs: number, isNamed: boolean) => Promise<void>;
}

/**
 * Whether a 5xx says that the service did not act: its documented 500, or "come back later". Others may be a proxy's, and so is
 * a web page: caches send one, with a time to come back, for a service that has acted and was too slow to say so.
 */
function saysNotDone({ httpCode, retryAfterMs }: Failure, reply: ApiResponse): boolean {
	if (reply.kind === 'answer' && looksLikeHtml(reply.body)) return false;
	return httpCode === '500' || (httpCode === '503' && retryAfterMs !== undefined);
}

/** Sends the request until it is accepted or refused. A Failure of kind `uncertain` means: it may have been charged. */
export async function submitOnce(send: Send, clock: Clock, options: SubmitOptions): Promise<Outcome<Task>> {
	const giveUpMs = clock.now() + options.budgetMs;
	for (let tried = 1, refused = 0; ; tried++) {
		if (options.signal?.aborted) return fail(CANCELLED);
		const reply = await send({
			method: 'POST',
			path: API_PATHS.generate,
			body: options.body,
			headers: { 'Idempotency-Key': options.idempotencyKey },
			timeoutMs: SUBMIT_TIMEOUT_MS,
		});
		const outcome = readAcceptance(reply, clock.now());
		if (outcome.ok || !outcome.failure.retryable) return outcome;
		const { failure } = outcome;
		const isRateLimited = failure.kind === 'rateLimited';
		if (!isRateLimited) refused++;
		const waitMs = backoffMs(isRateLimited ? tried : refused, failure.retryAfterMs, clock.random());
		const isOverdue = waitMs > MAX_RETRY_AFTER_MS || clock.now() + waitMs > giveUpMs;
		if (refused >= MAX_SUBMIT_TRIES || isOverdue) return outcome;
		options.onRetry?.();
		if (isRateLimited && options.onRateLimited) {
			await options.onRateLimited(waitMs, failure.retryAfterMs !== undefined);
		} else await clock.sleep(waitMs, options.signal);
	}
}

function readAcceptance(reply: ApiResponse, nowMs: number): Outcome<Task> {
	if (reply.kind === 'noAnswer' && reply.reached === 'maybe') {
		return fail(
			uncertain(
				reply.cancelled ? 'the execution was canceled while it was being sent' : redact(reply.reason),
			),
		);
	}
	const read = readResponse(reply, nowMs);
	if (!read.ok) return fail(describeRefusal(read.failure, reply));
	const task = parseTask(read.value);
	// An answer that reports a problem is no proof that nothing was started.
	if (!task.ok) return fail(uncertain(`its answer carried no task ID: ${describeWithoutId(read.value)}`));
	const isUnknownWord = task.value.status === 'processing' && task.value.word !== undefined;
	return isUnknownWord ? succeed({ ...task.value, status: 'queued' }) : task;
}

function describeRefusal(failure: Failure, reply: ApiResponse): Failure {
	const wasAnswered2xx = reply.kind === 'answer' && reply.status >= 200 && reply.status < 300;
	const mayHaveActed =
		isRedirect(failure) || (failure.kind === 'serverError' && !saysNotDone(failure, reply));
	if (wasAnswered2xx || mayHaveActed) {
		// The task's id may be somewhere in what came instead of JSON.
		const said = wasAnswered2xx && reply.body.trim() !== '' ? `: ${quoteAnswer(reply.body)}` : '';
		const told = uncertain(`${failure.message}${said}`);
		return {
			...told,
			...(mayHaveActed ? { httpCode: failure.httpCode } : {}),
			...(isRedirect(failure) ? { hint: `${failure.hint} ${told.hint}` } : {}),
		};
	}
	// What a firewall thinks of a request does not change by sending it again.
	if (failure.httpCode === '403') return { ...failure, retryable: false };
	if (failure.hint.includes('charged')) return failure;
	return { ...failure, hint: `${failure.hint} No task was started, so nothing was charged.` };
}

/** Whoever sends a submit elsewhere, be it a proxy, may have passed it on before: "see other" says so of a POST that is done. */
export function isRedirect({ httpCode }: Failure): boolean {
	return httpCode?.startsWith('3') === true;
}

/** What is said of the other submits of a run once one was answered with a redirect. */
export function sentElsewhere({ httpCode }: Failure): Failure {
	return {
		kind: 'unreadable',
		message: `Image3D answered another generation of this run with a redirect (HTTP ${httpCode}) to another address`,
		hint: 'Check the Base URL in the Image3D API credential, and run these items again. This one was not sent, so nothing was charged.',
		retryable: false,
		httpCode,
	};
}

/** The refusal of a request that was sent again, since the one before it was never confirmed. */
export function withEarlierDoubt(failure: Failure): Failure {
	const hint = failure.hint.replace(/ ?(No task was started, so nothing|Nothing) was charged\.$/, '');
	return {
		...failure,
		hint: `${hint} An earlier request for it may have been charged, and this one says nothing of that: it stays in doubt.`,
		hasEarlierDoubt: true,
	};
}

function uncertain(reason: string): Failure {
	return mayBeCharged(`It is not known whether Image3D accepted this generation: ${reason}`);
}

/** A submit that was never confirmed, whatever is to be said of it. */
export function mayBeCharged(message: string): Failure {
	return {
		kind: 'uncertain',
		message,
		hint: 'It may have been charged, so it is not sent again automatically. Check your credits with Image3D Balance. To send it again anyway, set the option "If a Charge Is Uncertain" to Submit Again.',
		retryable: false,
	};
}
