/** An answer of the service, or the lack of one, in; its JSON object, or the Failure that each kind of it means, out. */
import { CANCELLED, type Failure, type Outcome, fail, succeed } from '../failure';
import { redact } from '../report/redact';
import { looksLikeHtml, parseObject } from './foreignText';
import { failureOfStatus } from './statusFailures';

/** An answer, whatever its status. */
export interface HttpResponse {
	kind: 'answer';
	status: number;
	/** Header names in lower case. */
	headers: Record<string, string | undefined>;
	/** The body as it came, not yet parsed. */
	body: string;
	/** The credential was changed to another account's since this run began. */
	isOtherAccount?: boolean;
	/** How far this machine's clock is behind the service's, where it is off. */
	skewMs?: number;
}

/** No answer, and whether the request may have been acted on all the same. */
export interface NetworkError {
	kind: 'noAnswer';
	/** `never`: the request certainly did not reach the service; `maybe`: it may have been acted on. */
	reached: 'never' | 'maybe';
	/** What the network said, for people. */
	reason: string;
	/** What helps against it, where that is known. */
	remedy?: string;
	/** The same again brings the same, until somebody has changed something. */
	isLasting?: boolean;
	cancelled?: boolean;
	/** A sentence from the sign-in, when no token could be had and so nothing was sent. */
	signInProblem?: string;
	/** The sign-in service itself has the problem, and time may mend it. */
	mayPass?: boolean;
}

/** What became of a request; nothing is thrown. */
export type ApiResponse = HttpResponse | NetworkError;

/** A call of the service, without its address and credential. */
export interface ApiRequest {
	method: 'GET' | 'POST';
	path: string;
	/** Bytes are JSON text. */
	body?: Record<string, unknown> | Uint8Array;
	headers?: Record<string, string>;
	timeoutMs: number;
}

/** Sends one request with the credential's token. Never rejects: what went wrong is in the ApiResponse. */
export type Send = (request: ApiRequest) => Promise<ApiResponse>;

/** The JSON object of a 2xx answer, or the Failure that the reply means. `nowMs` dates a Retry-After. */
export function readResponse(reply: ApiResponse, nowMs: number): Outcome<Record<string, unknown>> {
	if (reply.kind === 'noAnswer') return fail(failureOfNoAnswer(reply));
	// A web page that says 404 comes from somebody in between, and knows nothing of tasks.
	if (reply.status === 404 && looksLikeHtml(reply.body)) return fail(unreadable(reply));
	if (reply.status < 200 || reply.status > 299) return fail(failureOfStatus(reply, nowMs));
	const body = parseObject(reply.body);
	return body === undefined ? fail(unreadable(reply)) : succeed(body);
}

function failureOfNoAnswer(reply: NetworkError): Failure {
	if (reply.cancelled) return CANCELLED;
	if (reply.signInProblem !== undefined && (reply.mayPass || reply.isLasting)) {
		return {
			kind: 'unreachable',
			message: reply.signInProblem,
			hint: 'Image3D itself was not asked, so nothing was charged.',
			retryable: reply.isLasting !== true,
		};
	}
	if (reply.signInProblem !== undefined) {
		return {
			kind: 'unauthorized',
			message: reply.signInProblem,
			hint: 'Open the Image3D API credential, correct it and run the workflow again. Nothing was charged by this request.',
			retryable: false,
			httpCode: '401',
		};
	}
	return {
		kind: 'unreachable',
		message: `Image3D could not be reached: ${redact(reply.reason)}`,
		hint: `${reply.remedy ?? 'Check the Base URL in the Image3D API credential and the network of this n8n.'} Then run again.`,
		retryable: reply.isLasting !== true,
	};
}

function unreadable(answer: HttpResponse): Failure {
	const what =
		answer.body.trim() === ''
			? 'an empty page'
			: looksLikeHtml(answer.body)
				? 'a web page'
				: 'unreadable data';
	return {
		kind: 'unreadable',
		message: `Image3D sent ${what} where JSON was expected (HTTP ${answer.status})`,
		hint: 'Check the Base URL in the Image3D API credential; a login page, proxy or maintenance page may be in the way.',
		retryable: true,
		httpCode: String(answer.status),
	};
}
