/** Sign-in through the gateway: links, refreshes, expiry, rotation, revocation, key and referrer. */
import axios from 'axios';
import { setTimeout as sleep } from 'node:timers/promises';
import { sharedSandbox, type SandboxUser } from '../../harness/sandbox/sandbox';

const sandbox = sharedSandbox();
const LINK_PATH = '/identitytoolkit.googleapis.com/v1/accounts:signInWithEmailLink';
const TOKEN_PATH = '/securetoken.googleapis.com/v1/token';

const refresh = (refreshToken: string) =>
	sandbox
		.auth()
		.post(TOKEN_PATH, new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken }));

const signInByLink = (user: SandboxUser, link = user.emailLink) =>
	sandbox.auth().post(LINK_PATH, { email: user.email, oobCode: new URL(link).searchParams.get('oobCode') });

const balanceStatus = async (idToken?: string) => (await sandbox.api(idToken).get('/balance')).status;

const claimsOf = (token: string) =>
	JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString()) as { iat: number; exp: number };

describe('magic links', () => {
	it('sign in once', async () => {
		const user = await sandbox.createUser();
		const first = await signInByLink(user);
		expect(first.data).toMatchObject({ email: user.email, expiresIn: '3600', localId: user.uid });
		expect(await balanceStatus(first.data.idToken)).toBe(200);
		const second = await signInByLink(user);
		expect([second.status, second.data.error.message]).toEqual([400, 'INVALID_OOB_CODE']);
		expect((await sandbox.ledger(user.uid)).signIns).toBe(1);
	});

	it('carry the web API key, the code and the login page', async () => {
		const user = await sandbox.createUser();
		const link = new URL(await sandbox.sendEmailLink(user.uid));
		expect(link.searchParams.get('apiKey')).toBe(sandbox.addresses.webApiKey);
		expect(link.searchParams.get('mode')).toBe('signIn');
		expect(link.searchParams.get('continueUrl')).toBe(`${sandbox.baseUrl}/login/`);
		expect((await signInByLink(user, link.href)).status).toBe(200);
	});

	it('come from the login page for a user without an account, who starts on the free plan', async () => {
		const email = `newcomer-${Date.now()}@example.com`;
		const answer = await axios.post<string>(`${sandbox.baseUrl}/login/`, new URLSearchParams({ email }));
		const link = /<textarea[^>]*>([^<]*)</.exec(answer.data)?.[1].replaceAll('&amp;', '&') ?? '';
		const signedIn = await signInByLink({ email } as SandboxUser, link);
		const balance = await sandbox.api(signedIn.data.idToken).get('/balance');
		expect(balance.data).toEqual({ balance: 30, unit: 'credits' });
	});
});

describe('refresh tokens', () => {
	it('give a new ID token and stay the same without rotation', async () => {
		const user = await sandbox.createUser();
		const { status, data } = await refresh(user.refreshToken);
		expect(status).toBe(200);
		expect(data).toMatchObject({ refresh_token: user.refreshToken, expires_in: '3600', user_id: user.uid });
		expect(await balanceStatus(data.id_token)).toBe(200);
		expect((await sandbox.ledger(user.uid)).refreshes).toBe(1);
	});

	it('change with every refresh where rotation is on, and the old one ends', async () => {
		const user = await sandbox.createUser({ rotateRefreshTokens: true });
		const first = await refresh(user.refreshToken);
		expect(first.data.refresh_token).not.toBe(user.refreshToken);
		const old = await refresh(user.refreshToken);
		expect([old.status, old.data.error.message]).toEqual([400, 'INVALID_REFRESH_TOKEN']);
		expect((await refresh(first.data.refresh_token)).status).toBe(200);
		expect((await sandbox.ledger(user.uid)).refreshes).toBe(2);
	});

	it('let only one of many parallel refreshes through where rotation is on', async () => {
		const user = await sandbox.createUser({ rotateRefreshTokens: true });
		const answers = await Promise.all(Array.from({ length: 8 }, () => refresh(user.refreshToken)));
		expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
	});

	it('are refused when they were never issued', async () => {
		const answer = await refresh('made-up');
		expect([answer.status, answer.data.error.message]).toEqual([400, 'INVALID_REFRESH_TOKEN']);
	});
});

describe('ID tokens', () => {
	it('expire after the lifetime set for the user', async () => {
		const user = await sandbox.createUser({ tokenLifetimeSeconds: 2 });
		const { iat, exp } = claimsOf(user.idToken);
		expect(exp - iat).toBe(2);
		expect(await balanceStatus(user.idToken)).toBe(200);
		await sleep((exp + 1) * 1000 - Date.now());
		const late = await sandbox.api(user.idToken).get('/balance');
		expect(late.status).toBe(401);
		expect(late.data.error).toContain('expired');
		const renewed = await refresh(user.refreshToken);
		expect(renewed.data.expires_in).toBe('2');
		expect(await balanceStatus(renewed.data.id_token)).toBe(200);
	});

	it.each([
		['missing', undefined],
		['not a JWT', 'abc'],
		['of nobody', `${Buffer.from('{"alg":"none"}').toString('base64url')}.e30.`],
	])('are refused with 401 and JSON when %s', async (_case, token) => {
		const answer = await sandbox.api(token).get('/balance');
		expect(answer.status).toBe(401);
		expect(answer.data).toEqual({ error: expect.stringMatching(/^Unauthorized/) });
	});

	it('end with a revocation, together with the refresh token, until the next sign-in', async () => {
		const user = await sandbox.createUser();
		expect(await balanceStatus(user.idToken)).toBe(200);
		await sandbox.changeUser(user.uid, { revoke: true });
		expect(await balanceStatus(user.idToken)).toBe(401);
		expect((await refresh(user.refreshToken)).data.error.message).toBe('TOKEN_EXPIRED');
		expect(await balanceStatus((await signInByLink(user)).data.idToken)).toBe(200);
	});

	it('end when the user is disabled, and work again when enabled', async () => {
		const user = await sandbox.createUser();
		expect(await balanceStatus(user.idToken)).toBe(200);
		await sandbox.changeUser(user.uid, { disabled: true });
		expect(await balanceStatus(user.idToken)).toBe(401);
		expect((await refresh(user.refreshToken)).data.error.message).toBe('USER_DISABLED');
		await sandbox.changeUser(user.uid, { disabled: false });
		expect((await refresh(user.refreshToken)).status).toBe(200);
	});
});

describe('the web API key', () => {
	const post = (key: string | undefined, headers: Record<string, string>, refreshToken: string) =>
		axios.post(
			`${sandbox.addresses.authUrl}${TOKEN_PATH}`,
			new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken }),
			{ params: { key }, headers, validateStatus: () => true },
		);

	it.each([
		['wrong', 'AIzaWrong', 400, 'API key not valid. Please pass a valid API key.'],
		['missing', undefined, 403, 'The request is missing a valid API key.'],
	])('is refused when %s', async (_case, key, status, message) => {
		const answer = await post(key, { Referer: `${sandbox.baseUrl}/` }, 'any');
		expect([answer.status, answer.data.error.message]).toEqual([status, message]);
	});

	it('works from the service itself only, unless the user is set otherwise', async () => {
		const user = await sandbox.createUser();
		const { webApiKey } = sandbox.addresses;
		const blocked = await post(webApiKey, {}, user.refreshToken);
		expect(blocked.status).toBe(403);
		expect(blocked.data.error.message).toBe('Requests from referer <empty> are blocked.');
		expect((await post(webApiKey, { Referer: 'https://example.org/' }, user.refreshToken)).status).toBe(403);
		await sandbox.changeUser(user.uid, { requireReferer: false });
		expect((await post(webApiKey, {}, user.refreshToken)).status).toBe(200);
	});
});

describe('sign-in faults', () => {
	it('answer with a Firebase error code', async () => {
		const user = await sandbox.createUser();
		await sandbox.addFaults(
			user.uid,
			{ on: 'token', kind: 'status', code: 'USER_DISABLED' },
			{ on: 'signIn', kind: 'status', status: 429, code: 'TOO_MANY_ATTEMPTS_TRY_LATER' },
		);
		const refused = await refresh(user.refreshToken);
		expect([refused.status, refused.data.error.message]).toEqual([400, 'USER_DISABLED']);
		expect((await refresh(user.refreshToken)).status).toBe(200);
		const link = await signInByLink(user);
		expect([link.status, link.data.error.message]).toEqual([429, 'TOO_MANY_ATTEMPTS_TRY_LATER']);
		expect((await signInByLink(user)).status).toBe(200);
	});

	it('can lose an answer after the token was rotated', async () => {
		const user = await sandbox.createUser({ rotateRefreshTokens: true });
		await sandbox.addFaults(user.uid, { on: 'token', kind: 'resetAfter' });
		await expect(refresh(user.refreshToken)).rejects.toMatchObject({ code: 'ECONNRESET' });
		expect((await refresh(user.refreshToken)).data.error.message).toBe('INVALID_REFRESH_TOKEN');
	});
});
