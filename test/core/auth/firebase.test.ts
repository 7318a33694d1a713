import { emailLinkRequest, readSession, refreshRequest } from '../../../nodes/shared/core/auth/firebase';

const project = { apiKey: 'web key', baseUrl: 'https://image3d.io', emulatorRoot: '' };
const emulated = { ...project, emulatorRoot: 'http://127.0.0.1:9099' };

describe('refreshRequest', () => {
	it('is what Firebase documents, sent as a page of the site', () => {
		expect(refreshRequest(project, 'refresh-1')).toEqual({
			url: 'https://securetoken.googleapis.com/v1/token?key=web%20key',
			headers: {
				Referer: 'https://image3d.io/',
				'Content-Type': 'application/x-www-form-urlencoded',
			},
			body: { grant_type: 'refresh_token', refresh_token: 'refresh-1' },
			emulatorRoot: '',
		});
	});

	it('goes to the emulator where there is one', () => {
		expect(refreshRequest(emulated, 'r').url).toBe(
			'http://127.0.0.1:9099/securetoken.googleapis.com/v1/token?key=web%20key',
		);
	});
});

describe('emailLinkRequest', () => {
	it('is what Firebase documents, sent as a page of the site', () => {
		const withSlash = { ...project, baseUrl: ' https://image3d.io// ' };
		expect(emailLinkRequest(withSlash, 'a@b.test', 'code')).toEqual({
			url: 'https://identitytoolkit.googleapis.com/v1/accounts:signInWithEmailLink?key=web%20key',
			headers: { Referer: 'https://image3d.io/', 'Content-Type': 'application/json' },
			body: { email: 'a@b.test', oobCode: 'code', returnSecureToken: true },
			emulatorRoot: '',
		});
	});

	it('goes to the emulator where there is one', () => {
		expect(emailLinkRequest(emulated, 'a@b.test', 'code').url).toBe(
			'http://127.0.0.1:9099/identitytoolkit.googleapis.com/v1/accounts:signInWithEmailLink?key=web%20key',
		);
	});
});

describe('readSession', () => {
	const session = { idToken: 'id-1', refreshToken: 'refresh-1' };

	it('reads both shapes of answer', () => {
		expect(
			readSession(project, 200, { id_token: 'id-1', refresh_token: 'refresh-1', expires_in: '3600' }),
		).toEqual(session);
		expect(readSession(project, 200, { ...session, localId: 'u', isNewUser: false })).toEqual(session);
	});

	it.each([
		['text', 200, '<html>', /firewall.*\(HTTP 200\)/],
		['nothing', 200, undefined, /firewall.*\(HTTP 200\)/],
		['a list', 200, [], /firewall.*\(HTTP 200\)/],
		['a web page', 403, undefined, /firewall.*\(HTTP 403\).*proxy settings/],
		['a web page', 502, undefined, /has a problem at the moment/],
		['a web page', 511, undefined, /login page of a network/],
	])('names who may have answered for %s with HTTP %i', (_what, status, body, sentence) => {
		expect(readSession(project, status, body)).toMatchObject({
			problem: expect.stringMatching(sentence),
			isPassing: status === 502,
			isBlocked: status !== 502,
		});
	});

	it.each([
		['no refresh token', 200, { id_token: 'id-1' }],
		['no ID token', 200, { refresh_token: 'r' }],
		['tokens of another type', 200, { id_token: 1, refresh_token: 2 }],
		['tokens, but a refusal', 400, { id_token: 'id-1', refresh_token: 'r' }],
	])('gives a sentence instead of a session for %s', (_what, status, body) => {
		expect(readSession(project, status, body)).toEqual({
			problem: `The sign-in was not accepted (HTTP ${status}). Check every field of the Image3D API credential.`,
			isSpent: false,
			isPassing: false,
		});
	});

	it.each([
		['INVALID_REFRESH_TOKEN', true],
		['TOKEN_EXPIRED', true],
		['INVALID_OOB_CODE : it was used', true],
		['USER_DISABLED', false],
		['EXPIRED_OOB_CODE', false],
	])('tells whether another process may have used up what %s is about: %s', (message, isSpent) => {
		expect(readSession(project, 400, { error: { code: 400, message } })).toMatchObject({ isSpent });
	});
});
