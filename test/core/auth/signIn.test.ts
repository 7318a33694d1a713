import type { SignInRequest } from '../../../nodes/shared/core/auth/firebase';
import { linkFingerprint } from '../../../nodes/shared/core/auth/magicLink';
import { Sessions } from '../../../nodes/shared/core/auth/session';
import {
	type SendSignIn,
	type SignInData,
	SignInError,
	type TokenClock,
	signIn,
} from '../../../nodes/shared/core/auth/signIn';
import { makeToken } from '../../../harness/simulation/madeUpTokens';
import { VirtualClock } from '../../../harness/simulation/virtualClock';

type SignInAnswer = Awaited<ReturnType<SendSignIn>>;

const LINK = 'https://image3d.firebaseapp.com/__/auth/action?apiKey=link-key&mode=signIn&oobCode=the-code';
const byLink: SignInData = {
	baseUrl: 'https://image3d.io',
	signInMethod: 'emailLink',
	email: 'a@b.test',
	emailLink: LINK,
};
const byRefresh: SignInData = {
	baseUrl: 'https://image3d.io',
	signInMethod: 'refreshToken',
	firebaseApiKey: 'web-key',
	refreshToken: 'refresh-0',
};

/** A process that signs in: its clock, its sessions, and a sign-in service that gives new tokens each time. */
function setUp(answers: SignInAnswer[] = []) {
	const clock = new VirtualClock();
	const asked: SignInRequest[] = [];
	const send: SendSignIn = async (request) => {
		asked.push(request);
		const scripted = answers[asked.length - 1];
		if (scripted !== undefined) return scripted;
		const iat = clock.now() / 1000;
		const idToken = makeToken({ n: asked.length, iat, exp: iat + 3_600 });
		const refreshToken = `refresh-${asked.length}`;
		return request.url.includes('securetoken')
			? { status: 200, body: { id_token: idToken, refresh_token: refreshToken } }
			: { status: 200, body: { idToken, refreshToken } };
	};
	let sessions = new Sessions(() => clock.now());
	const tokenClock: TokenClock = {
		nowMs: () => clock.now(),
		skewMs: () => undefined,
		ask: async () => undefined,
	};
	return {
		clock,
		asked,
		signIn: async (data: SignInData) => await signIn(data, send, sessions, tokenClock),
		restart: () => {
			sessions = new Sessions(() => clock.now());
		},
	};
}

async function problemOf(work: Promise<unknown>): Promise<SignInError> {
	const error = await work.then(
		() => undefined,
		(reason: unknown) => reason,
	);
	expect(error).toBeInstanceOf(SignInError);
	return error as SignInError;
}

describe('signIn with a refresh token', () => {
	it('exchanges it and stores the rotated one', async () => {
		const { signIn, asked } = setUp();
		const update = await signIn(byRefresh);
		expect(update).toMatchObject({ idToken: expect.any(String), refreshToken: 'refresh-1' });
		expect(asked).toHaveLength(1);
		expect(asked[0].url).toBe('https://securetoken.googleapis.com/v1/token?key=web-key');
		expect(asked[0].body.refresh_token).toBe('refresh-0');
		expect(asked[0].headers.Referer).toBe('https://image3d.io/');
	});

	it('is the method where none is named', async () => {
		const { signIn, asked } = setUp();
		await signIn({ ...byRefresh, signInMethod: undefined });
		expect(asked[0].body.grant_type).toBe('refresh_token');
	});

	it('goes on with what was stored, one exchange per expired token', async () => {
		const { signIn, asked } = setUp();
		const first = await signIn(byRefresh);
		const second = await signIn({ ...byRefresh, ...first });
		expect(second.refreshToken).toBe('refresh-2');
		expect(asked.map(({ body }) => body.refresh_token)).toEqual(['refresh-0', 'refresh-1']);
		// A call that began before the first exchange still holds the old data.
		expect(await signIn(byRefresh)).toEqual(first);
		expect(asked).toHaveLength(2);
	});

	it('makes one exchange for fifty calls at once', async () => {
		const { signIn, asked } = setUp();
		const old = { ...byRefresh, idToken: makeToken({ exp: 1 }) };
		const updates = await Promise.all(Array.from({ length: 50 }, () => signIn(old)));
		expect(asked).toHaveLength(1);
		expect(new Set(updates.map(({ idToken }) => idToken)).size).toBe(1);
	});

	it.each([
		['Refresh Token', { refreshToken: ' ' }],
		['Refresh Token', { refreshToken: undefined }],
		['Firebase Web API Key', { firebaseApiKey: '' }],
	])('names the empty field %s and sends nothing', async (label, change) => {
		const { signIn, asked } = setUp();
		const { message } = await problemOf(signIn({ ...byRefresh, ...change }));
		expect(message).toBe(`"${label}" is empty in the Image3D API credential. Fill it in and save.`);
		expect(asked).toEqual([]);
	});

	it.each<[string, SignInAnswer, RegExp, boolean]>([
		[
			'an expired sign-in',
			{ status: 400, body: { error: { message: 'TOKEN_EXPIRED' } } },
			/has expired/,
			false,
		],
		['a restricted key', { status: 403, body: {} }, /restricted to other sites/, false],
		['too many sign-ins', { status: 429, body: {} }, /over its limit/, true],
		[
			'too many tries, as a bad request',
			{ status: 400, body: { error: { message: 'TOO_MANY_ATTEMPTS_TRY_LATER : Try later.' } } },
			/Too many sign-ins/,
			true,
		],
		[
			'a quota, as a bad request',
			{ status: 400, body: { error: { message: 'QUOTA_EXCEEDED' } } },
			/limit/,
			true,
		],
		['a firewall', { status: 403, body: undefined }, /firewall.*in place of the sign-in service/, false],
		['a proxy', { status: 407, body: undefined }, /A proxy that asks for its own login/, false],
		['a network login', { status: 511, body: undefined }, /login page of a network/, false],
		['a problem of the service', { status: 503, body: 'down' }, /problem at the moment/, true],
		[
			'no connection',
			{ unreachable: 'the host name is not known' },
			/could not be reached: the host name is not known\. Check the network of this n8n/,
			true,
		],
		[
			'a proxy that does not answer',
			{ unreachable: 'the proxy closed the connection', remedy: 'Check the proxy.' },
			/could not be reached: the proxy closed the connection\. Check the proxy\. Then run again\.$/,
			true,
		],
		[
			'a connection that is not allowed',
			{ unreachable: 'n8n blocks it', remedy: 'Allow it.', isLasting: true },
			/could not be reached: n8n blocks it\. Allow it\. Then run again\.$/,
			false,
		],
		['an answer without tokens', { status: 200, body: {} }, /not accepted \(HTTP 200\)/, false],
	])('says what %s means, and whether time may mend it', async (_what, answer, sentence, isPassing) => {
		const { signIn, asked } = setUp([answer]);
		const error = await problemOf(signIn(byRefresh));
		expect(error).toMatchObject({ name: 'Image3dSignInError', isPassing });
		expect(error.message).toMatch(sentence);
		expect(error.message).not.toMatch(/web-key|refresh-0/);
		// The failure is not remembered.
		expect((await signIn(byRefresh)).refreshToken).toBe('refresh-2');
		expect(asked).toHaveLength(2);
	});
});

describe('signIn with a mailed link', () => {
	it('uses the link and stores what it won, and which link that was', async () => {
		const { signIn, asked } = setUp();
		const update = await signIn(byLink);
		expect(update).toMatchObject({
			idToken: expect.any(String),
			refreshToken: 'refresh-1',
			linkFingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
		});
		expect(asked).toHaveLength(1);
		expect(asked[0].url).toContain('accounts:signInWithEmailLink?key=link-key');
		expect(asked[0].body).toEqual({ email: 'a@b.test', oobCode: 'the-code', returnSecureToken: true });
	});

	it('prefers the key of the credential to that of the link', async () => {
		const { signIn, asked } = setUp();
		await signIn({ ...byLink, firebaseApiKey: ' own-key ' });
		expect(asked[0].url).toContain('key=own-key');
	});

	it('uses the link once: afterwards the stored refresh token, also in a new process', async () => {
		const { signIn, asked, restart } = setUp();
		const first = await signIn(byLink);
		restart();
		const second = await signIn({ ...byLink, ...first, idToken: '' });
		expect(second).toMatchObject({ refreshToken: 'refresh-2', linkFingerprint: first.linkFingerprint });
		expect(asked.map(({ url }) => url.includes('signInWithEmailLink'))).toEqual([true, false]);
		expect(asked[1].body.refresh_token).toBe('refresh-1');
	});

	it('goes on with what an earlier version stored, which told a link by its code alone', async () => {
		const { signIn, asked, restart } = setUp();
		const first = await signIn(byLink);
		restart();
		const older = { linkFingerprint: linkFingerprint('the-code'), signedInBy: LINK };
		const again = await signIn({ ...byLink, ...first, ...older, idToken: '' });
		expect(asked[1].body.refresh_token).toBe('refresh-1');
		expect(again.linkFingerprint).toBe(first.linkFingerprint);
	});

	it('gives another credential with the spent link nothing of what the first one won', async () => {
		const spent = { status: 400, body: { error: { message: 'INVALID_OOB_CODE' } } };
		const { signIn, asked } = setUp([undefined as never, spent, spent, spent]);
		await signIn(byLink);
		for (const change of [
			{ email: 'other@b.test' },
			{ firebaseApiKey: 'other-key' },
			{ baseUrl: 'http://localhost:1', authEmulatorUrl: 'http://127.0.0.1:9099' },
		]) {
			expect((await problemOf(signIn({ ...byLink, ...change }))).message).toContain('already used');
		}
		expect(asked).toHaveLength(4);
		// The same credential in other letters is no other one.
		await signIn({ ...byLink, email: ' A@B.test' });
		expect(asked[4].body.refresh_token).toBe('refresh-1');
	});

	it('signs in anew where the address is changed and the link is not', async () => {
		const { signIn, asked } = setUp();
		const first = await signIn(byLink);
		await signIn({ ...byLink, ...first, email: 'other@b.test' });
		expect(asked[1].body).toMatchObject({ email: 'other@b.test', oobCode: 'the-code' });
	});

	it.each([
		['not valid', LINK, { error: { message: 'API key not valid. Please pass a valid API key.' } }],
		['missing', LINK.replace('apiKey=link-key&', ''), undefined],
	])('calls a link damaged whose key is %s, not a key that nobody entered', async (_how, emailLink, body) => {
		const { signIn } = setUp(body === undefined ? [] : [{ status: 400, body }]);
		const { message } = await problemOf(signIn({ ...byLink, emailLink }));
		expect(message).toMatch(/^The sign-in link is damaged: .*Copy the whole link/);
		expect(message).not.toContain('Web API Key');
	});

	it('calls a key that was entered by its name', async () => {
		const body = { error: { message: 'API key not valid. Please pass a valid API key.' } };
		const { signIn } = setUp([{ status: 400, body }]);
		const { message } = await problemOf(signIn({ ...byLink, firebaseApiKey: 'mine' }));
		expect(message).toContain('The Firebase Web API Key is not valid.');
	});

	it('uses it once for fifty calls at once', async () => {
		const { signIn, asked } = setUp();
		await Promise.all(Array.from({ length: 50 }, () => signIn(byLink)));
		expect(asked.filter(({ url }) => url.includes('signInWithEmailLink'))).toHaveLength(1);
	});

	it('survives that saving the credential overwrote the refresh token', async () => {
		const { signIn, asked } = setUp();
		await signIn(byLink);
		const again = await signIn(byLink);
		expect(again.linkFingerprint).toBeDefined();
		expect(asked.filter(({ url }) => url.includes('signInWithEmailLink'))).toHaveLength(1);
		expect(asked[1].body.refresh_token).toBe('refresh-1');
	});

	it('goes on from the rotated token after several such saves, with a month between them', async () => {
		const { signIn, asked, clock } = setUp();
		for (let month = 0; month < 4; month++) {
			await signIn(byLink);
			await clock.run(clock.sleep(30 * 24 * 3_600_000));
		}
		expect(asked.map(({ body }) => body.refresh_token ?? 'link')).toEqual([
			'link',
			'refresh-1',
			'refresh-2',
			'refresh-3',
		]);
	});

	it('uses a new link, and not what an older one has won', async () => {
		const { signIn, asked } = setUp();
		const first = await signIn(byLink);
		const second = await signIn({
			...byLink,
			...first,
			emailLink: LINK.replace('the-code', 'new-code'),
		});
		expect(asked[1].body.oobCode).toBe('new-code');
		expect(second.linkFingerprint).not.toBe(first.linkFingerprint);
	});

	it('tries the link again after a sign-in that did not come about', async () => {
		const { signIn, asked } = setUp([{ unreachable: 'the connection was refused' }]);
		await problemOf(signIn(byLink));
		expect((await signIn(byLink)).refreshToken).toBe('refresh-2');
		expect(asked.map(({ body }) => body.oobCode)).toEqual(['the-code', 'the-code']);
	});

	it('says that a link was used already', async () => {
		const { signIn } = setUp([{ status: 400, body: { error: { message: 'INVALID_OOB_CODE' } } }]);
		const { message } = await problemOf(signIn(byLink));
		expect(message).toMatch(/already used.*new sign-in link/);
		expect(message).not.toMatch(/the-code|link-key/);
	});

	it.each([
		['no link', { emailLink: '' }, /"Email Link" is empty/],
		[
			'another link',
			{ emailLink: 'https://image3d.io/' },
			/"Email Link" is not a sign-in link.*without opening/,
		],
		['no address', { email: ' ' }, /"Email" is empty/],
		['no key anywhere', { emailLink: 'https://x.test/?oobCode=c' }, /damaged: there is no key in it/],
	])('refuses %s and sends nothing', async (_what, change, sentence) => {
		const { signIn, asked } = setUp();
		expect((await problemOf(signIn({ ...byLink, ...change }))).message).toMatch(sentence);
		expect(asked).toEqual([]);
	});
});

describe('signIn with a pasted token', () => {
	const pasted = (staticToken?: string): SignInData => ({ signInMethod: 'idToken', staticToken });

	it.each([
		['sk-live-1234', 'sk-live-1234'],
		[' sk-live-1234\n', 'sk-live-1234'],
		['Bearer sk-live-1234', 'sk-live-1234'],
		['bearer  sk-live-1234', 'sk-live-1234'],
	])('takes the API key %j as it is', async (token, expected) => {
		const { signIn, asked } = setUp();
		expect(await signIn(pasted(token))).toMatchObject({ idToken: expected });
		expect(asked).toEqual([]);
	});

	it('takes an ID token until it has expired', async () => {
		const { signIn, clock } = setUp();
		const token = makeToken({ exp: clock.now() / 1000 + 60 });
		expect(await signIn(pasted(token))).toMatchObject({ idToken: token });
		await clock.run(clock.sleep(60_000));
		const { message } = await problemOf(signIn(pasted(token)));
		expect(message).toMatch(/has expired.*Refresh Token or Email Link/);
		expect(message).not.toContain(token);
	});

	it.each([
		['fast', 2 * 3_600_000],
		['slow', -2 * 3_600_000],
	])('judges it by the time of the service where the clock of n8n is two hours %s', async (how, offMs) => {
		const serverMs = Date.UTC(2026, 0, 1);
		let skewMs: number | undefined;
		const clock: TokenClock = {
			nowMs: () => serverMs + offMs + (skewMs ?? 0),
			skewMs: () => skewMs,
			ask: async () => {
				skewMs = -offMs;
			},
		};
		const sign = async (expiresInS: number) => {
			const staticToken = makeToken({ exp: serverMs / 1000 + expiresInS });
			return await signIn(
				pasted(staticToken),
				async () => ({ unreachable: '' }),
				new Sessions(Date.now),
				clock,
			);
		};
		expect(await sign(600)).toHaveProperty('idToken');
		if (how === 'fast')
			expect((await problemOf(sign(-600))).message).toContain('is 2 hours fast: set it right.');
	});

	it.each([undefined, '', '  '])('names the empty field for %j', async (token) => {
		const { signIn } = setUp();
		expect((await problemOf(signIn(pasted(token)))).message).toMatch(/"Token" is empty/);
	});
});
