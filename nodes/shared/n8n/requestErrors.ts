/** What n8n's request helper rejects with, read as a Reply. Nothing of the error itself is kept: it may hold the token. */
import type { Reply } from '../core/reply';
import { isObject } from '../core/reply';

/** The network's words for "the request never left or never arrived". */
const NEVER_ARRIVED = new Set([
	'ECONNREFUSED',
	'ENOTFOUND',
	'EAI_AGAIN',
	'EHOSTUNREACH',
	'ENETUNREACH',
	'EADDRNOTAVAIL',
	'ERR_INVALID_URL',
	'CERT_HAS_EXPIRED',
	'DEPTH_ZERO_SELF_SIGNED_CERT',
	'SELF_SIGNED_CERT_IN_CHAIN',
	'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
	'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
	'ERR_TLS_CERT_ALTNAME_INVALID',
]);

const IN_WORDS: Record<string, string> = {
	ECONNREFUSED: 'the connection was refused',
	ENOTFOUND: 'the host name is not known',
	EAI_AGAIN: 'the host name could not be looked up',
	ECONNRESET: 'the connection was closed unexpectedly',
	EPIPE: 'the connection was closed unexpectedly',
	ETIMEDOUT: 'the connection timed out',
	ECONNABORTED: 'the answer took too long',
	ERR_CANCELED: 'the request was stopped',
	ERR_INVALID_URL: 'the address is not valid',
};

/** The Reply that a rejected request stands for. `wasCancelled`: the person stopped the execution. */
export function readRequestError(error: unknown, wasCancelled: boolean): Reply {
	const chain = causesOf(error);
	const signInError = chain.find(isSignIn);
	if (signInError !== undefined) {
		const sentence = String(signInError.message);
		const mayPass = signInError.isPassing === true;
		return { kind: 'noAnswer', reached: 'never', reason: sentence, signInProblem: sentence, mayPass };
	}
	const status = chain.map(statusOf).find((code) => code !== undefined);
	if (status !== undefined) return { kind: 'answer', status, headers: {}, body: '' };
	const code = chain.map((link) => link.code ?? link.httpCode).find((value) => typeof value === 'string') as
		| string
		| undefined;
	const neverArrived = chain.some(
		(link) => NEVER_ARRIVED.has(String(link.code)) || link.syscall === 'connect',
	);
	return {
		kind: 'noAnswer',
		reached: neverArrived ? 'never' : 'maybe',
		reason: inWords(code),
		...(wasCancelled ? { cancelled: true } : {}),
	};
}

/** Whether a request was not sent because no token could be had. */
export function isSignInError(error: unknown): boolean {
	return causesOf(error).some(isSignIn);
}

/** Whether the token could not be had because another n8n process may have signed in with the same a moment before. */
export function isSpentSignIn(error: unknown): boolean {
	return causesOf(error).some((link) => isSignIn(link) && link.isSpent === true);
}

function isSignIn(link: Record<string, unknown>): boolean {
	return link.name === 'Image3dSignInError';
}

/** A network error code in words. */
export function inWords(code: string | undefined): string {
	if (code === undefined) return 'the request failed';
	return IN_WORDS[code] ?? `the connection failed (${code.toLowerCase().replaceAll('_', ' ')})`;
}

/** The error and its causes as plain records, outermost first. */
export function causesOf(error: unknown): Array<Record<string, unknown>> {
	const chain: Array<Record<string, unknown>> = [];
	let link = error;
	while (isObject(link) && chain.length < 8 && !chain.includes(link)) {
		chain.push(link);
		link = link.cause;
	}
	return chain;
}

function statusOf(link: Record<string, unknown>): number | undefined {
	const response = isObject(link.response) ? link.response : undefined;
	const status = Number(response?.status ?? link.httpCode ?? undefined);
	return Number.isInteger(status) && status >= 100 && status <= 599 ? status : undefined;
}
