/** The second port: finished models, to whoever holds a signed address, and never to a request with a token. */
import express, { type Express, type Request, type Response } from 'express';
import { type Answer, holdOpen, isEarly, reset, send, sendFault } from './answer';
import { type Fault, type FaultKind, takeFault } from './faults';
import { DEFAULT_HANG_MS, DEFAULT_SLOW_MS, SLOW_PIECES } from './limits';
import { type ModelBody, paddedBody, plainBody } from './models/padding';
import { trackOpenRequest } from './openRequests';
import { now, type Service } from './service';
import { statusOf, type Task } from './state/tasks';
import { type DownloadRecord, type User } from './state/users';

/** Faults that let half the model through. */
const STOPS_ON_THE_WAY: readonly FaultKind[] = ['truncate', 'hangAfter', 'resetAfter'];

/** @param log gets one line per model that could not be made. */
export function createCdn(service: Service, log: (line: string) => void): Express {
	const app = express().disable('x-powered-by').disable('etag');
	app.get('/models/:task/:name', async (request: Request<{ task: string }>, response: Response) => {
		const user = service.users.ownerOf(request.params.task);
		const task = user?.tasks.get(request.params.task);
		if (!user || !task) return send(response, failure(404, 'No such model'));
		trackOpenRequest(user, response);
		const record = recordDownload(user, task, request, response);
		const refused = refuse(service, task, request);
		if (refused) return send(response, refused);
		const fault = takeFault(user.faults, 'model');
		if (fault?.kind === 'gatewayTimeoutAfter' || isEarly(fault)) {
			return await sendFault(response, fault, 'service');
		}
		try {
			return await deliver(response, await bodyOf(service, user, task), record, fault);
		} catch (error) {
			log(`No model for ${task.id}: ${(error as Error).stack ?? String(error)}`);
			return response.headersSent ? reset(response) : send(response, failure(500, 'Internal server error'));
		}
	});
	app.use((_request: Request, response: Response) => send(response, failure(404, 'Not found')));
	return app;
}

function recordDownload(user: User, task: Task, request: Request, response: Response): DownloadRecord {
	const hadAuthorization = request.headers.authorization !== undefined;
	const record = { taskId: task.id, at: now(), status: 0, bytes: 0, complete: false, hadAuthorization };
	user.downloads.push(record);
	response.once('close', () => {
		record.status = response.headersSent ? response.statusCode : 0;
	});
	return record;
}

function refuse(service: Service, task: Task, request: Request): Answer | undefined {
	if (request.headers.authorization !== undefined) {
		return failure(400, 'Only one authentication mechanism is allowed: the signed address');
	}
	const { token, expires } = request.query;
	if (!service.links.isValid(task.id, String(token), Number(expires))) {
		return failure(403, 'This address has expired');
	}
	return statusOf(task, now()) === 'success' ? undefined : failure(404, 'No such model');
}

function failure(status: number, text: string): Answer {
	return { status, body: { error: text } };
}

async function bodyOf(service: Service, user: User, task: Task): Promise<ModelBody> {
	const { tinyModels, modelSizeBytes } = user.settings;
	const glb = await service.models.get(task, tinyModels);
	return modelSizeBytes > 0 ? paddedBody(glb, modelSizeBytes) : plainBody(glb);
}

/** Streams the model, no faster than it is taken; some faults stop it on the way. */
async function deliver(
	response: Response,
	body: ModelBody,
	record: DownloadRecord,
	fault: Fault | undefined,
): Promise<void> {
	const stop = fault && STOPS_ON_THE_WAY.includes(fault.kind) ? fault : undefined;
	const end = stop ? (stop.atBytes ?? Math.floor(body.length / 2)) : body.length;
	const slowMs = fault?.kind === 'slow' ? (fault.ms ?? DEFAULT_SLOW_MS) : 0;
	response.writeHead(200, {
		'Content-Type': 'model/gltf-binary',
		...(!stop?.withoutLength && { 'Content-Length': body.length }),
	});
	for (const chunk of body.chunks()) {
		for (const piece of slowMs > 0 ? cut(chunk, Math.ceil(body.length / SLOW_PIECES)) : [chunk]) {
			const part = piece.subarray(0, Math.max(0, end - record.bytes));
			if (slowMs > 0) await holdOpen(response, (slowMs * part.length) / body.length);
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
