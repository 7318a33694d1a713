import { emailLinkRequest, readSession, refreshRequest } from '../../../nodes/shared/core/signIn/firebase';

const project = { apiKey: 'web key', baseUrl: 'https://image3d.io', authEmulatorUrl: '' };
const emulated = { ...project, authEmulatorUrl: ' http://127.0.0.1:9099/ ' };

describe('refreshRequest', () => {
	it('is what Firebase documents, sent as a page of the site', () => {
		expect(refreshRequest(project, 'refresh-1')).toEqual({
			url: 'https://securetoken.googleapis.com/v1/token?key=web%20key',
			headers: {
				Referer: 'https://image3d.io/',
				'Content-Type': 'application/x-www-form-urlencoded',
			},
			body: { grant_type: 'refresh_token', refresh_token: 'refresh-1' },
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
		expect(readSession(200, { id_token: 'id-1', refresh_token: 'refresh-1', expires_in: '3600' })).toEqual(
			session,
		);
		expect(readSession(200, { ...session, localId: 'u', isNewUser: false })).toEqual(session);
	});

	it.each([
		['no refresh token', 200, { id_token: 'id-1' }],
		['no ID token', 200, { refresh_token: 'r' }],
		['tokens of another type', 200, { id_token: 1, refresh_token: 2 }],
		['text', 200, '<html>'],
		['nothing', 200, undefined],
		['a list', 200, []],
		['tokens, but a refusal', 400, { id_token: 'id-1', refresh_token: 'r' }],
	])('gives a sentence instead of a session for %s', (_what, status, body) => {
		expect(readSession(status, body)).toEqual({
			problem: `The sign-in was not accepted (HTTP ${status}). Check every field of the Image3D API credential.`,
			isSpent: false,
		});
	});

	it.each([
		['INVALID_REFRESH_TOKEN', true],
		['TOKEN_EXPIRED', true],
		['INVALID_OOB_CODE : it was used', true],
		['USER_DISABLED', false],
		['EXPIRED_OOB_CODE', false],
	])('tells whether another process may have used up what %s is about: %s', (message, isSpent) => {
		expect(readSession(400, { error: { code: 400, message } })).toMatchObject({ isSpent });
	});
});
