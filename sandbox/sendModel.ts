/** A model on its way. In: the whole file and the fault it meets; out: what the connection carries, and a record of it. */
import { type Request, type Response } from 'express';
import { holdOpen, reset } from './answer';
import {
	DEFAULT_DRIP_MS,
	DEFAULT_HANG_MS,
	DEFAULT_SLOW_MS,
	SLOW_PIECES,
	type Fault,
	type FaultKind,
} from './faults';
import { type ModelBody } from './models/padding';
import { spoilBody } from './models/spoilt';
import { type DownloadRecord } from './state/users';

/** Faults that let half the model through. */
const STOPS_ON_THE_WAY: readonly FaultKind[] = ['truncate', 'hangAfter', 'resetAfter'];

/** Streams the model, no faster than it is taken; some faults stop it on the way. */
export async function sendModel(
	request: Request,
	response: Response,
	model: ModelBody,
	record: DownloadRecord,
	fault: Fault | undefined,
): Promise<void> {
	const { body, headers } = spoilBody(model, fault, String(request.headers['accept-encoding'] ?? ''));
	const stop = fault && STOPS_ON_THE_WAY.includes(fault.kind) ? fault : undefined;
	const end = stop ? (stop.atBytes ?? Math.floor(body.length / 2)) : body.length;
	const pace = paceOf(fault, body.length);
	const lateMs = fault?.kind === 'late' ? (fault.ms ?? DEFAULT_HANG_MS) : 0;
	if (lateMs > 0 && !fault?.afterHeaders) await holdOpen(response, lateMs);
	if (response.destroyed) return;
	response.writeHead(200, {
		'Content-Type': 'model/gltf-binary',
		...headers,
		...(!stop?.withoutLength && Number.isFinite(body.length) && { 'Content-Length': body.length }),
	});
	if (lateMs > 0 && fault?.afterHeaders) {
		response.flushHeaders();
		await holdOpen(response, lateMs);
	}
	for (const chunk of body.chunks()) {
		for (const piece of pace === undefined ? [chunk] : cut(chunk, pace.bytes)) {
			const part = piece.subarray(0, Math.max(0, end - record.bytes));
			if (pace !== undefined) await holdOpen(response, pace.ms);
			if (response.destroyed) return;
			if (part.length > 0) await write(response, part);
			record.bytes += part.length;
		}
		if (record.bytes >= end) break;
	}
	if (stop) return await stopHere(response, stop);
	response.once('finish', () => {
		record.complete = true;
	});
	response.end();
}

/** Pieces of so many bytes, each after so many milliseconds; undefined for as fast as it is taken. */
function paceOf(fault: Fault | undefined, length: number): { bytes: number; ms: number } | undefined {
	if (fault?.kind === 'drip') return { bytes: 1, ms: fault.ms ?? DEFAULT_DRIP_MS };
	if (fault?.kind !== 'slow') return undefined;
	const slowMs = fault.ms ?? DEFAULT_SLOW_MS;
	return { bytes: Math.ceil(length / SLOW_PIECES), ms: slowMs / SLOW_PIECES };
}

async function stopHere(response: Response, fault: Fault): Promise<void> {
	if (fault.kind === 'hangAfter') await holdOpen(response, fault.ms ?? DEFAULT_HANG_MS);
	if (fault.kind !== 'truncate') reset(response);
	else if (fault.withoutLength) response.end();
	// Closed without a reset, so that what was sent arrives before the end does.
	else response.destroy();
}

/** Resolves when the bytes have been handed over, or the other side is gone. */
async function write(response: Response, bytes: Buffer): Promise<void> {
	await new Promise<void>((resolve) => {
		const settle = () => {
			response.off('close', settle);
			resolve();
		};
		response.once('close', settle);
		response.write(bytes, settle);
	});
}

function cut(chunk: Buffer, size: number): Buffer[] {
	const pieces: Buffer[] = [];
	for (let start = 0; start < chunk.length; start += size) pieces.push(chunk.subarray(start, start + size));
	return pieces;
}
