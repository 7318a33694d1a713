/** The port that clients sign in at: the emulator, with token lifetimes, rotation, key and referrer checks and faults. */
import express, { type Express, type Request, type Response } from 'express';
import { type Answer, isEarly, isLate, send, sendFault } from '../answer';
import { type FaultPoint, takeFault } from '../faults';
import { trackOpenRequest } from '../openRequests';
import { type Service, userOf } from '../sandboxService';
import { type User } from '../state/users';
import { blockedReferer, firebaseError, INVALID_KEY, MISSING_KEY } from './errorBodies';
import { type IdTokenClaims, readClaims, withLifetime } from './gatewayTokens';
import { forward, passThrough } from './upstream';

/** An express app for `authUrl`. */
export function createGateway(service: Service, emulatorHost: string): Express {
	const app = express().disable('x-powered-by').disable('etag');
	const read = [express.json({ type: isJson }), express.urlencoded({ extended: false })];
	app.post('/securetoken.googleapis.com/v1/token', read, (request: Request, response: Response) => {
		const text = String(fields(request).refresh_token ?? fields(request).refreshToken ?? '');
		const uid = service.refreshTokens.find(text)?.uid;
		const user = uid === undefined ? undefined : service.users.find(uid);
		return guarded(service, request, response, 'token', user, () =>
			refresh(service, emulatorHost, request, text, user),
		);
	});
	app.post(
		/^\/identitytoolkit\.googleapis\.com\/v1\/accounts:/,
		read,
		(request: Request, response: Response) => {
			const { email, oobCode } = fields(request);
			const address = email ?? service.identity.emailOf(String(oobCode));
			const user = address === undefined ? undefined : service.users.findByEmail(String(address));
			return guarded(service, request, response, 'signIn', user, () =>
				signIn(service, emulatorHost, request, user),
			);
		},
	);
	app.use((request: Request, response: Response) => passThrough(emulatorHost, request, response));
	return app;
}

const isJson = (request: { headers: Record<string, unknown> }): boolean =>
	/json/.test(String(request.headers['content-type'] ?? ''));

function fields(request: Request): Record<string, unknown> {
	return (request.body ?? {}) as Record<string, unknown>;
}

/** Key, referrer and faults first, then the call itself. */
async function guarded(
	service: Service,
	request: Request,
	response: Response,
	point: FaultPoint,
	user: User | undefined,
	call: () => Promise<Answer>,
): Promise<void> {
	if (user) trackOpenRequest(user, response);
	const refused = checkKey(service, request, user);
	if (refused) return send(response, refused);
	const fault = user && takeFault(user.faults, point);
	if (isEarly(fault)) return await sendFault(response, fault, 'firebase');
	const answer = await call();
	if (isLate(fault)) return await sendFault(response, fault, 'firebase', answer);
	return send(response, answer);
}

function checkKey(service: Service, request: Request, user: User | undefined): Answer | undefined {
	if (request.headers.authorization === 'Bearer owner') return undefined;
	const key = request.query.key ?? request.headers['x-goog-api-key'];
	if (!key) return { status: 403, body: MISSING_KEY };
	if (key !== service.webApiKey) return { status: 400, body: INVALID_KEY };
	if (user && !user.settings.requireReferer) return undefined;
	const { referer } = request.headers;
	// The same service under its other loopback name is still the same site.
	const expected = [service.baseUrl, service.baseUrl.replace('127.0.0.1', 'localhost')];
	if (expected.some((base) => referer === `${base}/`)) return undefined;
	return { status: 403, body: blockedReferer(referer) };
}

async function refresh(
	service: Service,
	emulatorHost: string,
	request: Request,
	text: string,
	user: User | undefined,
): Promise<Answer> {
	const token = service.refreshTokens.find(text);
	if (token?.revoked) return { status: 400, body: firebaseError(400, 'TOKEN_EXPIRED') };
	const answer = await forward(emulatorHost, request.originalUrl, {
		...fields(request),
		refresh_token: token?.emulatorToken ?? text,
	});
	if (answer.status !== 200 || !token || !user) return answer;
	// Another call may have rotated the token while the emulator was asked.
	if (!service.refreshTokens.find(text)) {
		return { status: 400, body: firebaseError(400, 'INVALID_REFRESH_TOKEN') };
	}
	const body = answer.body as Record<string, string>;
	const idToken = withLifetime(body.id_token, user.settings.tokenLifetimeSeconds);
	user.refreshes += 1;
	if (user.settings.rotateRefreshTokens) service.refreshTokens.forget(text);
	const refreshToken = user.settings.rotateRefreshTokens
		? service.refreshTokens.issue(user.uid, body.refresh_token)
		: text;
	const expires = String(user.settings.tokenLifetimeSeconds);
	return {
		status: 200,
		body: {
			...body,
			id_token: idToken,
			access_token: idToken,
			expires_in: expires,
			refresh_token: refreshToken,
		},
	};
}

async function signIn(
	service: Service,
	emulatorHost: string,
	request: Request,
	known: User | undefined,
): Promise<Answer> {
	const answer = await forward(emulatorHost, request.originalUrl, fields(request));
	const body = answer.body as Record<string, string>;
	if (answer.status !== 200 || !body.idToken || !body.refreshToken) return answer;
	const claims = readClaims(body.idToken) as IdTokenClaims;
	const user = known ?? userOf(service, claims.user_id, claims.email ?? '');
	user.signIns += 1;
	service.identity.forgetCode(String(fields(request).oobCode));
	return {
		status: 200,
		body: {
			...body,
			idToken: withLifetime(body.idToken, user.settings.tokenLifetimeSeconds),
			refreshToken: service.refreshTokens.issue(user.uid, body.refreshToken),
			expiresIn: String(user.settings.tokenLifetimeSeconds),
		},
	};
}
