/** One call of the API: who asks, what is met on the way (records, faults), and the answer of its handler. */
import { type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { type Answer, isEarly, isLate, send, sendFault } from '../answer';
import { readClaims } from '../auth/gatewayTokens';
import { type VerifiedUser } from '../auth/verify';
import { FAULT_KINDS, type Fault, ANSWER_FAULTS, takeFault } from '../faults';
import { trackOpenRequest } from '../openRequests';
import { RequestProblem } from '../problem';
import { type Service, now, userOf } from '../sandboxService';
import { type RequestRecord, type User } from '../state/users';

export interface Call {
	service: Service;
	user: User;
	/** The JSON body; empty for calls without one. */
	body: Record<string, unknown>;
	params: Record<string, string>;
	idempotencyKey?: string;
	/** A fault that the handler itself has to act out. */
	fault?: Fault;
	record: RequestRecord;
}

export type Handler = (call: Call) => Answer | Promise<Answer>;

const GENERAL_FAULTS = FAULT_KINDS.filter((kind) => !(ANSWER_FAULTS as readonly string[]).includes(kind));

/** Turns a handler into an express one: 401 first, then faults, then the handler; everything is recorded. */
export function apiCall(service: Service, route: RequestRecord['route'], handler: Handler): RequestHandler {
	return async (request: Request, response: Response, next: NextFunction) => {
		const record = recordCall(service, route, request, response);
		try {
			const verified = await verify(service, request);
			const user = userOf(service, verified.uid, verified.email);
			const fault = takeFault(user.faults, route, GENERAL_FAULTS);
			record.fault = fault?.kind;
			if (isEarly(fault)) return await sendFault(response, fault, 'service');
			const { idempotencyKey } = record;
			const params = request.params as Record<string, string>;
			const call = { service, user, body: readBody(request), params, idempotencyKey, fault, record };
			const answer = await handler(call);
			if (isLate(fault)) return await sendFault(response, fault, 'service', answer);
			return send(response, answer);
		} catch (error) {
			return next(error);
		}
	};
}

/** Writes the call into the ledger of whoever the token claims to be, valid or not. */
function recordCall(
	service: Service,
	route: RequestRecord['route'],
	request: Request,
	response: Response,
): RequestRecord {
	const { authorization } = request.headers;
	const idempotencyKey = request.headers['idempotency-key'];
	const record: RequestRecord = {
		route,
		method: request.method,
		at: now(),
		hasAuthorization: authorization !== undefined,
		...(route === 'status' && { taskId: String(request.params.id) }),
		...(idempotencyKey !== undefined && { idempotencyKey: String(idempotencyKey) }),
	};
	const user = claimedUser(service, authorization);
	if (user) {
		user.requests.push(record);
		trackOpenRequest(user, response);
	}
	response.once('close', () => {
		record.status = response.writableFinished ? response.statusCode : 0;
		record.endedAt = now();
	});
	return record;
}

/** Whoever the token claims to be of, valid or not. */
function claimedUser(service: Service, authorization: string | undefined): User | undefined {
	const uid = readClaims((authorization ?? '').replace(/^Bearer /i, ''))?.user_id;
	return uid === undefined ? undefined : service.users.find(uid);
}

/** @throws RequestProblem 401 for a token that is not valid, or the status that the user is set to get for it. */
async function verify(service: Service, { headers }: Request): Promise<VerifiedUser> {
	try {
		return await service.verifier.verify(headers.authorization);
	} catch (error) {
		const status = claimedUser(service, headers.authorization)?.settings.deadTokenStatus;
		if (status === undefined || !(error instanceof RequestProblem)) throw error;
		throw new RequestProblem(status, error.message);
	}
}

function readBody(request: Request): Record<string, unknown> {
	if (request.method === 'GET') return {};
	const raw = request.body as Buffer | undefined;
	let body: unknown;
	try {
		body = JSON.parse(raw?.toString() ?? '');
	} catch {
		throw new RequestProblem(400, 'Bad request: the body is not JSON');
	}
	if (body === null || typeof body !== 'object' || Array.isArray(body)) {
		throw new RequestProblem(400, 'Bad request: the body is not a JSON object');
	}
	return body as Record<string, unknown>;
}
