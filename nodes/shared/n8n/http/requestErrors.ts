/**
 * What n8n's request helper rejects with, in; an answer with its status, or why there was none and whether anything can have
 * been sent, out. Of the error itself nothing is kept: it may hold the token.
 */
import {
	type ConnectionProblem,
	type Stage,
	blockedByN8n,
	certificateProblem,
	describeConnection,
	isHandshakeError,
	proxyRefusal,
} from '../../core/api/connection';
import type { HttpResponse, NetworkError, ApiResponse } from '../../core/api/response';
import { isObject } from '../../core/api/foreignText';

type Link = Record<string, unknown>;

/** The network's words for "there was nowhere to send it". Others mean that only where the error came of connecting. */
const NEVER_ARRIVED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EADDRNOTAVAIL', 'ERR_INVALID_URL']);

/** The ApiResponse that a rejected request stands for. `wasCancelled`: the user stopped the execution. */
export function readRequestError(error: unknown, wasCancelled: boolean): ApiResponse {
	const chain = causesOf(error);
	const signInError = chain.find(isSignIn);
	if (signInError !== undefined) {
		const sentence = String(signInError.message);
		const mayPass = signInError.isPassing === true;
		const isLasting = signInError.isBlocked === true;
		return {
			kind: 'noAnswer',
			reached: 'never',
			reason: sentence,
			signInProblem: sentence,
			mayPass,
			isLasting,
		};
	}
	const answer = answerIn(error);
	if (answer !== undefined) return answer;
	const status = chain.map(statusOf).find((code) => code !== undefined);
	if (status !== undefined) return { kind: 'answer', status, headers: {}, body: '' };
	return { ...readConnectionError(chain), ...(wasCancelled ? { cancelled: true } : {}) };
}

/**
 * The answer that came with an error, for n8n rejects a status that is none of success: the server's, or the refusal
 * of a proxy to connect to the server at all. Undefined where there was no answer.
 */
export function answerIn(error: unknown): HttpResponse | NetworkError | undefined {
	const link = causesOf(error).find(({ response }) => isObject(response) && 'headers' in response);
	if (link === undefined) return undefined;
	const response = link.response as Link;
	const status = statusOf(link);
	if (status === undefined) return undefined;
	if (placeOf(requestOf(link)) === 'proxyRefused') return noAnswer('never', proxyRefusal(status));
	return { kind: 'answer', status, headers: headersOf(response.headers), body: textOf(response.data) };
}

function readConnectionError(chain: Link[]): NetworkError {
	const blocked = chain.find(({ name }) => String(name).startsWith('SsrfBlocked'));
	if (blocked !== undefined) return noAnswer('never', blockedByN8n(String(blocked.name)));
	const code = chain
		.map((link) => link.code ?? link.httpCode)
		.find((value): value is string => typeof value === 'string');
	const message = chain.map((link) => String(link.message ?? '')).join('\n');
	const place = chain.map((link) => placeOf(requestOf(link))).find((known) => known !== 'unknown');
	const isHandshake =
		place === 'handshake' ||
		(place !== 'sent' &&
			(isHandshakeError(code ?? '', message) || certificateProblem(code ?? '') !== undefined));
	const isProxy = place === 'noConnection' || place === 'proxyRefused';
	const stage: Stage = isProxy ? 'proxy' : isHandshake ? 'secureConnection' : 'other';
	const neverArrived = isProxy || isHandshake || place === 'unsent' || chain.some(neverConnected);
	return noAnswer(neverArrived ? 'never' : 'maybe', describeConnection(stage, code, message));
}

function noAnswer(reached: NetworkError['reached'], problem: ConnectionProblem): NetworkError {
	return { kind: 'noAnswer', reached, ...problem };
}

function neverConnected(link: Link): boolean {
	if (link.syscall === 'connect' || NEVER_ARRIVED.has(String(link.code))) return true;
	// A host with several addresses: one error for each of them.
	const { errors } = link;
	return (
		Array.isArray(errors) &&
		errors.length > 0 &&
		errors.every((each) => isObject(each) && neverConnected(each))
	);
}

/**
 * How far a request came, as its socket shows. n8n's proxy agent gives a request a socket only when the proxy has
 * connected, and one that was never connected to carry the proxy's own answer.
 */
type Place = 'unknown' | 'noConnection' | 'proxyRefused' | 'handshake' | 'unsent' | 'sent';

function placeOf(request: Link | undefined): Place {
	if (request === undefined) return 'unknown';
	const { socket } = request;
	if (socket === null || socket === undefined) return 'noConnection';
	const { encrypted, secureConnecting, bytesRead, bytesWritten, connecting } = socket as Link;
	if (encrypted === true) return secureConnecting === true ? 'handshake' : 'sent';
	if (connecting === true) return 'unsent';
	if (bytesWritten !== 0) return 'sent';
	return bytesRead === 0 && request.protocol === 'https:' ? 'proxyRefused' : 'unsent';
}

/** Node.js's own request, as axios hands it on with an error. */
function requestOf(link: Link): Link | undefined {
	const { request } = link;
	return typeof request === 'object' && request !== null && 'socket' in request
		? (request as Link)
		: undefined;
}

function headersOf(headers: unknown): HttpResponse['headers'] {
	if (typeof headers !== 'object' || headers === null) return {};
	const entries = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]);
	return Object.fromEntries(entries) as HttpResponse['headers'];
}

function textOf(data: unknown): string {
	return typeof data === 'string' ? data : isObject(data) ? '' : String(data ?? '');
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

function statusOf(link: Link): number | undefined {
	const response = isObject(link.response) ? link.response : undefined;
	const status = Number(response?.status ?? link.httpCode ?? undefined);
	return Number.isInteger(status) && status >= 100 && status <= 599 ? status : undefined;
}
