/** /sandbox: how tests and demos set the stage. Loopback only, no sign-in. */
import { randomUUID } from 'node:crypto';
import express, { type NextFunction, type Request, type Response, Router } from 'express';
import { withLifetime } from '../auth/gatewayTokens';
import { parseFaults } from '../faults';
import { RequestProblem } from '../problem';
import { type Service } from '../sandboxService';
import { parseSettings } from '../state/settings';
import { type User } from '../state/users';
import { injectTask } from './injectTask';
import { ledgerOf } from './ledgerOf';

type ById = Request<{ uid: string }>;

/** The control plane's router; see the README for what each call takes and gives. */
export function controlRoutes(service: Service): Router {
	const router = Router();
	router.use(assertLoopback, express.json({ limit: '1mb' }));
	router.get('/', (_request: Request, response: Response) => {
		response.json({
			pid: process.pid,
			rssBytes: process.memoryUsage().rss,
			users: service.users.size,
			baseUrl: service.baseUrl,
			cdnUrl: service.cdnUrl,
			authUrl: service.authUrl,
			webApiKey: service.webApiKey,
		});
	});
	router.post('/users', async (request: Request, response: Response) => {
		response.status(201).json(await createUser(service, fields(request)));
	});
	router.patch('/users/:uid', async (request: ById, response: Response) => {
		const user = service.users.get(request.params.uid);
		await changeUser(service, user, fields(request));
		response.json({ uid: user.uid, email: user.email, disabled: user.disabled, ...user.settings });
	});
	router.delete('/users/:uid', async (request: ById, response: Response) => {
		await removeUser(service, service.users.get(request.params.uid));
		response.status(204).end();
	});
	router.post('/users/:uid/email-link', async (request: ById, response: Response) => {
		const user = service.users.get(request.params.uid);
		response.status(201).json({ emailLink: await service.identity.sendEmailLink(user.email) });
	});
	router.post('/users/:uid/faults', (request: ById, response: Response) => {
		const user = service.users.get(request.params.uid);
		user.faults.push(...parseFaults(request.body));
		response.status(201).json({ faults: user.faults });
	});
	router.delete('/users/:uid/faults', (request: ById, response: Response) => {
		service.users.get(request.params.uid).faults.length = 0;
		response.status(204).end();
	});
	router.get('/users/:uid/ledger', (request: ById, response: Response) => {
		response.json(ledgerOf(service, service.users.get(request.params.uid)));
	});
	router.post('/users/:uid/tasks', (request: ById, response: Response) => {
		const task = injectTask(service.users.get(request.params.uid), fields(request));
		service.users.addTask(service.users.get(request.params.uid), task);
		response.status(201).json({ taskId: task.id });
	});
	return router;
}

/** Signs somebody up for real; the answer holds everything a credential can be made from. */
export async function createUser(service: Service, input: Record<string, unknown>) {
	const chosen = parseSettings(input, ['email', 'credits']);
	const credits = readCredits(input.credits);
	const email = input.email ?? `user-${randomUUID()}@example.com`;
	if (typeof email !== 'string' || !/^\S+@\S+$/.test(email)) {
		throw new RequestProblem(400, `Not an e-mail address: ${JSON.stringify(email)}`);
	}
	if (service.users.findByEmail(email)) throw new RequestProblem(409, `There is a user ${email} already`);
	const plan = chosen.plan ?? (credits === undefined ? 'free' : 'pack');
	const settings = { ...service.defaults, ...chosen, plan };
	const signedUp = await service.identity.signUp(email);
	const user = service.users.add(signedUp.uid, email, settings, credits);
	return {
		uid: user.uid,
		email,
		refreshToken: service.refreshTokens.issue(user.uid, signedUp.refreshToken),
		idToken: withLifetime(signedUp.idToken, settings.tokenLifetimeSeconds),
		emailLink: await service.identity.sendEmailLink(email),
	};
}

async function changeUser(service: Service, user: User, input: Record<string, unknown>): Promise<void> {
	const changed = parseSettings(input, ['credits', 'disabled', 'revoke']);
	user.settings = { ...user.settings, ...changed };
	user.credits = readCredits(input.credits) ?? user.credits;
	if (typeof input.disabled === 'boolean') {
		await service.identity.setDisabled(user.uid, input.disabled);
		user.disabled = input.disabled;
	}
	if (input.revoke === true) {
		await service.identity.revoke(user.uid);
		service.refreshTokens.revokeAll(user.uid);
	}
	service.verifier.forget(user.uid);
}

async function removeUser(service: Service, user: User): Promise<void> {
	for (const { input } of service.users.remove(user.uid)) {
		if (input.mode === 'image') service.pictures.release(input.imageSha256);
	}
	service.refreshTokens.forgetAll(user.uid);
	service.checkouts.forgetUser(user);
	service.verifier.forget(user.uid);
	await service.identity.remove(user.uid, user.email);
}

function readCredits(value: unknown): number | undefined {
	if (value === undefined) return undefined;
	if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
	throw new RequestProblem(400, `Setting "credits" cannot be ${JSON.stringify(value)}`);
}

function fields(request: Request<never> | Request | ById): Record<string, unknown> {
	return (request.body ?? {}) as Record<string, unknown>;
}

function assertLoopback(request: Request, _response: Response, next: NextFunction): void {
	const from = request.socket.remoteAddress ?? '';
	const isLoopback = from === '::1' || /^(::ffff:)?127\./.test(from);
	next(isLoopback ? undefined : new RequestProblem(403, 'The control API answers on loopback only'));
}
