/** An answer of the service, or the lack of one, in; its JSON object, or the Failure that each kind of it means, out. */
import { parseExactly } from './exactJson';
import { CANCELLED, type Failure, type Outcome, fail, succeed } from '../failure';
import { retryAfterIn } from './retryAfter';
import { redact } from '../report/redact';
import { describeSkew } from '../auth/serverClock';

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

function failureOfStatus(answer: HttpResponse, nowMs: number): Failure {
	const said = quoteService(answer.body);
	const failure =
		describeInterference(answer) ??
		(answer.isOtherAccount ? otherAccount(said) : describeStatus(answer.status, said));
	const retryAfterMs = retryAfterIn(answer.headers, nowMs);
	return {
		...failure,
		hint: `${failure.hint}${answer.status === 401 ? describeSkew(answer.skewMs) : ''}`,
		httpCode: String(answer.status),
		...(retryAfterMs === undefined ? {} : { retryAfterMs }),
	};
}

/** An answer that comes of somebody between this n8n and the service, and says nothing about the sign-in. */
function describeInterference({ status, body }: HttpResponse): Failure | undefined {
	if (status === 407) {
		return {
			kind: 'unreachable',
			message:
				'Image3D could not be reached: a proxy on the way asks for a user name and password (HTTP 407)',
			hint: 'Put them into the address of the proxy that is set for this n8n: HTTP_PROXY=http://user:password@host:port. This request was not charged.',
			retryable: false,
		};
	}
	if (status === 511) {
		return {
			kind: 'unreachable',
			message: 'Image3D could not be reached: the network of this n8n asks for a login first (HTTP 511)',
			hint: 'Log in to the network, or have it let this n8n through, then run again. This request was not charged.',
			retryable: false,
		};
	}
	if (status === 403 && looksLikeHtml(body)) {
		return {
			kind: 'unreadable',
			message: 'A firewall or proxy in front of Image3D refused the request with a web page (HTTP 403)',
			hint: 'The sign-in is not the problem. Check whether a firewall or proxy of your network blocks the address; otherwise the protection in front of Image3D has blocked the address of this n8n for a while. This request was not charged.',
			retryable: true,
		};
	}
	return undefined;
}

function otherAccount(said: string): Failure {
	return {
		kind: 'unauthorized',
		message: `The Image3D API credential signs in another account than the one that started this${said}`,
		hint: 'What was started is paid for and kept by the first account. Put that account back into the credential and run again, or fetch its tasks with Image3D Status. Nothing was charged by this request.',
		retryable: false,
	};
}

/** Refusals that do not say that nothing was done: a timeout, and a conflict with an earlier try of the same request. */
const MAY_HAVE_ACTED = new Set([408, 409]);

/** Messages and remedies follow the API documentation, section "Error Codes". */
function describeStatus(status: number, said: string): Failure {
	if (status === 400 || status === 413 || status === 422) {
		return {
			kind: 'badRequest',
			message: `Image3D did not accept the request${said}`,
			hint: 'Check the fields of this node and the Extra Fields option. Nothing was charged.',
			retryable: false,
		};
	}
	if (status === 401 || status === 403) {
		return {
			kind: 'unauthorized',
			message: `Image3D did not accept the sign-in${said}`,
			hint: 'Open the Image3D API credential, sign in again and run its connection test. This request was not charged.',
			retryable: false,
		};
	}
	if (status === 402) {
		return {
			kind: 'paymentRequired',
			message: `The Image3D account has too few credits${said}`,
			hint: 'Buy credits at https://image3d.io/pricing/ or with the Image3D Checkout node, then run again. This request was not charged.',
			retryable: false,
		};
	}
	if (status === 404) {
		return {
			kind: 'notFound',
			message: `Image3D does not know what was asked for${said}`,
			hint: 'Check the task ID, and that the credential belongs to the account that created the task.',
			retryable: false,
		};
	}
	if (status === 429) {
		return {
			kind: 'rateLimited',
			message: `Image3D is receiving too many requests from this account${said}`,
			hint: 'Lower the Concurrency option (an account may run five generations at once), wait a little and run again. This request was not charged.',
			retryable: true,
		};
	}
	if (status >= 300 && status < 400) {
		// "See other" is what a server says that has done what it was asked.
		const charge = status === 303 ? '' : ' This request was not charged.';
		return {
			kind: 'unreadable',
			message: `Image3D answered with a redirect (HTTP ${status}) to another address`,
			hint: `Check the Base URL in the Image3D API credential: your sign-in is never sent on to another address.${charge}`,
			retryable: false,
		};
	}
	if (status >= 400 && status < 500 && !MAY_HAVE_ACTED.has(status)) {
		return {
			kind: 'badRequest',
			message: `Image3D did not accept the request (HTTP ${status})${said}`,
			hint: 'Check the Base URL in the Image3D API credential and the fields of this node. Nothing was charged.',
			retryable: false,
		};
	}
	return {
		kind: 'serverError',
		message: `Image3D had an internal error (HTTP ${status})${said}`,
		hint: 'Wait a few seconds and run again.',
		retryable: status >= 500,
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

/** The JSON object in a text, or undefined for anything else (arrays and bare values too). */
export function parseObject(text: string): Record<string, unknown> | undefined {
	try {
		const value = parseExactly(text);
		return isObject(value) ? value : undefined;
	} catch {
		return undefined;
	}
}

/** Whether a value of foreign JSON is an object, and no list. */
export function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The reason that a service gives under one of its usual names. */
export function reasonIn(body: Record<string, unknown>): string | undefined {
	for (const name of ['error', 'message', 'detail']) {
		const value = body[name];
		const text = isObject(value) ? value.message : value;
		if (typeof text === 'string' && text.trim() !== '') return redact(text.trim());
	}
	return undefined;
}

/** Whether a text is a web page where data was expected: somebody in between answered. */
export function looksLikeHtml(text: string): boolean {
	return /^\s*<(!doctype|html|head|body|\?xml)/i.test(text);
}

/** What a status code says already: "did not accept the request: Bad request: …" would say it twice. */
const STATUS_IN_WORDS =
	/^(bad request|unauthorized|forbidden|payment required|rate limited|too many requests)(:\s*|\.?$)/i;

function quoteService(body: string): string {
	const parsed = parseObject(body);
	const reason = parsed === undefined ? undefined : reasonIn(parsed)?.replace(STATUS_IN_WORDS, '');
	return reason === undefined || reason === '' ? '' : `: ${reason.slice(0, 300)}`;
}
