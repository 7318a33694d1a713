/** Sending: a plain answer, or what a fault makes of it. */
import { type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { firebaseError } from './auth/errorBodies';
import { DEFAULT_HANG_MS, DEFAULT_SLOW_MS, SLOW_PIECES, type Fault, type FaultKind } from './faults';

export interface Answer {
	status: number;
	body: unknown;
	headers?: Record<string, string>;
}

/** Whose error shape a bare `status` fault takes. */
export type ErrorStyle = 'service' | 'firebase';

const REPLACES_THE_CALL: readonly FaultKind[] = [
	'status',
	'html',
	'malformedJson',
	'emptyBody',
	'resetBefore',
	'hang',
	'redirect',
];
const FOLLOWS_THE_CALL: readonly FaultKind[] = ['resetAfter', 'gatewayTimeoutAfter', 'hangAfter', 'slow'];

/** Whether the fault answers in place of the call, which then never takes place. */
export function isEarly(fault: Fault | undefined): fault is Fault {
	return fault !== undefined && REPLACES_THE_CALL.includes(fault.kind) && !fault.accepted;
}

/** Whether the call takes place (and is charged), and only its answer is spoilt. */
export function isLate(fault: Fault | undefined): fault is Fault {
	if (fault === undefined) return false;
	return (
		FOLLOWS_THE_CALL.includes(fault.kind) ||
		(fault.accepted === true && REPLACES_THE_CALL.includes(fault.kind))
	);
}

export function send(response: ServerResponse, answer: Answer): void {
	const { head, text } = render(answer);
	response.writeHead(answer.status, head).end(text);
}

/**
 * Answers as the fault says.
 * @param answer what would have been sent, for the faults that spoil an answer.
 */
export async function sendFault(
	response: ServerResponse,
	fault: Fault,
	style: ErrorStyle,
	answer?: Answer,
): Promise<void> {
	switch (fault.kind) {
		case 'status':
			return send(response, statusAnswer(fault, style));
		case 'gatewayTimeoutAfter':
			return sendText(response, fault.status ?? 504, 'text/html', gatewayPage(fault.status ?? 504));
		case 'html':
			return sendText(response, fault.status ?? 200, 'text/html', '<!doctype html><h1>Please wait</h1>');
		case 'malformedJson':
			return sendText(response, fault.status ?? 200, 'application/json', '{"status": "proc');
		case 'emptyBody':
			return sendText(response, fault.status ?? 200, 'application/json', '');
		case 'redirect':
			response.writeHead(fault.status ?? 302, { Location: fault.to as string }).end();
			return;
		case 'hang':
		case 'hangAfter':
			await holdOpen(response, fault.ms ?? DEFAULT_HANG_MS);
			return reset(response);
		case 'slow':
			return await sendSlowly(response, answer as Answer, fault.ms ?? DEFAULT_SLOW_MS);
		default:
			return reset(response);
	}
}

/** Ends the connection with a TCP reset. */
export function reset(response: ServerResponse): void {
	const { socket } = response;
	// Node.js cannot reset what is being shut down, because the other side has left, and would never close it.
	if (socket?.writableEnded) socket.destroy();
	else socket?.resetAndDestroy();
}

/** Waits, but not longer than the other side does. */
export async function holdOpen(response: ServerResponse, ms: number): Promise<void> {
	if (response.destroyed) return;
	const gone = new AbortController();
	const abort = () => gone.abort();
	response.once('close', abort);
	await sleep(ms, undefined, { signal: gone.signal }).catch(() => undefined);
	response.off('close', abort);
}

function statusAnswer(fault: Fault, style: ErrorStyle): Answer {
	const status = fault.status ?? (style === 'firebase' ? 400 : 500);
	const message = fault.code ?? `Fault: ${status}`;
	const standard = style === 'firebase' ? firebaseError(status, message) : { error: message };
	return { status, body: fault.body ?? standard, headers: fault.headers };
}

function gatewayPage(status: number): string {
	const title = status === 502 ? '502 Bad Gateway' : `${status} Gateway Time-out`;
	return `<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`;
}

function render(answer: Answer): { head: Record<string, string | number>; text: Buffer } {
	const isText = typeof answer.body === 'string';
	const text = Buffer.from(isText ? (answer.body as string) : JSON.stringify(answer.body));
	const head = {
		'Content-Type': isText ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8',
		'Content-Length': text.length,
		...answer.headers,
	};
	return { head, text };
}

function sendText(response: ServerResponse, status: number, type: string, text: string): void {
	const head = { 'Content-Type': `${type}; charset=utf-8`, 'Content-Length': Buffer.byteLength(text) };
	response.writeHead(status, head).end(text);
}

async function sendSlowly(response: ServerResponse, answer: Answer, ms: number): Promise<void> {
	const { head, text } = render(answer);
	response.writeHead(answer.status, head);
	const size = Math.max(1, Math.ceil(text.length / SLOW_PIECES));
	for (let start = 0; start < text.length; start += size) {
		const piece = text.subarray(start, start + size);
		await holdOpen(response, (ms * piece.length) / text.length);
		if (response.destroyed) return;
		response.write(piece);
	}
	response.end();
}
