/** The second port: finished models, to whoever holds a signed address, and never to a request with a token. */
import express, { type Express, type Request, type Response } from 'express';
import { type Answer, isEarly, reset, send, sendFault } from './answer';
import { sendModel } from './sendModel';
import { takeFault } from './faults';
import { type ModelBody, paddedBody, plainBody } from './models/padding';
import { trackOpenRequest } from './openRequests';
import { now, type Service } from './sandboxService';
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
		if (fault?.kind === 'gatewayTimeoutAfter' || isEarly(fault)) {
			return await sendFault(response, fault, 'service');
		}
		try {
			const body = await bodyOf(service, user, task);
			return await sendModel(request, response, body, record, fault);
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
