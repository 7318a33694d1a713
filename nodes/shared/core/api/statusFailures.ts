/** What an answer means whose status is none of success: status and text in, the Failure for the user out. */
import { describeSkew } from '../auth/serverClock';
import type { Failure } from '../failure';
import { looksLikeHtml, parseObject, reasonIn } from './foreignText';
import type { HttpResponse } from './response';
import { retryAfterIn } from './retryAfter';

/** The Failure of such an answer. `nowMs` dates a Retry-After. */
export function failureOfStatus(answer: HttpResponse, nowMs: number): Failure {
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

/**
 * Refusals of the request itself, before anybody acts on it. What else a 4xx may say (a timeout, a conflict, a client that
 * is gone, an answer that was not wanted) may come of a gateway, after the service has acted.
 */
const REFUSED_FOR_CERTAIN = new Set([405, 410, 411, 414, 415, 417, 421, 425, 426, 428, 431, 451]);

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
		return {
			kind: 'unreadable',
			message: `Image3D answered with a redirect (HTTP ${status}) to another address`,
			hint: 'Check the Base URL in the Image3D API credential: your sign-in is never sent on to another address.',
			retryable: false,
		};
	}
	if (REFUSED_FOR_CERTAIN.has(status)) {
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
		retryable: true,
	};
}

/** What a status code says already: "did not accept the request: Bad request: …" would say it twice. */
const STATUS_IN_WORDS =
	/^(bad request|unauthorized|forbidden|payment required|rate limited|too many requests)(:\s*|\.?$)/i;

function quoteService(body: string): string {
	const parsed = parseObject(body);
	const reason = parsed === undefined ? undefined : reasonIn(parsed)?.replace(STATUS_IN_WORDS, '');
	return reason === undefined || reason === '' ? '' : `: ${reason.slice(0, 300)}`;
}
