/** The second port: finished models, to whoever holds a signed address, and never to a request with a token. */
import express, { type Express, type Request, type Response } from 'express';
import { once } from 'node:events';
import { type Answer, holdOpen, isEarly, reset, send, sendFault } from './answer';
import { type Fault, takeFault } from './faults';
import { DEFAULT_HANG_MS, DEFAULT_SLOW_MS, SLOW_PIECES } from './limits';
import { type ModelBody, paddedBody, plainBody } from './models/padding';
import { trackOpenRequest } from './openRequests';
import { now, type Service } from './service';
import { statusOf, type Task } from './state/tasks';
import { type DownloadRecord, type User } from './state/users';

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
		if (isEarly(fault)) return await sendFault(response, fault, 'service');
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

/** Streams the model, no faster than it is taken; faults cut, slow or stop it. */
async function deliver(
	response: Response,
	body: ModelBody,
	record: DownloadRecord,
	fault: Fault | undefined,
): Promise<void> {
	const isCut = fault?.kind === 'truncate';
	const end = isCut ? (fault.atBytes ?? Math.floor(body.length / 2)) : body.length;
	const withLength = !(isCut && fault.withoutLength);
	response.writeHead(200, {
		'Content-Type': 'model/gltf-binary',
		...(withLength && { 'Content-Length': body.length }),
	});
	const pauses = fault?.kind === 'slow' ? pausesOf(fault, body.length) : undefined;
	for (const chunk of body.chunks()) {
		for (const piece of pauses ? cut(chunk, pauses.every) : [chunk]) {
			const part = piece.subarray(0, Math.max(0, end - record.bytes));
			if (response.destroyed || part.length === 0) break;
			record.bytes += part.length;
			if (!response.write(part)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
			if (pauses) await holdOpen(response, pauses.ms);
		}
		if (fault?.kind === 'hangAfter') await holdOpen(response, fault.ms ?? DEFAULT_HANG_MS);
		if (fault?.kind === 'hangAfter' || fault?.kind === 'resetAfter') return reset(response);
	}
	if (response.destroyed) return;
	if (isCut && withLength) return reset(response);
	response.once('finish', () => {
		record.complete = !isCut;
	});
	response.end();
}

function pausesOf(fault: Fault, length: number): { every: number; ms: number } {
	return { every: Math.ceil(length / SLOW_PIECES), ms: (fault.ms ?? DEFAULT_SLOW_MS) / SLOW_PIECES };
}

function cut(chunk: Buffer, size: number): Buffer[] {
	const pieces: Buffer[] = [];
	for (let start = 0; start < chunk.length; start += size) pieces.push(chunk.subarray(start, start + size));
	return pieces;
}
