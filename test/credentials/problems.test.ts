/** Sign-ins that fail: every reason becomes a sentence that says what to do, and no secret gets out. */
import { inspect } from 'node:util';

import { useShortWaits } from '../../harness/sandbox/dice';
import {
	Image3dBalance,
	Image3dCheckout,
	usePack,
	type Account,
	type AccountOptions,
} from '../../harness/sandbox/pack';
import { expectNoSecrets } from '../../harness/sandbox/expectNoSecrets';
import { startWebServer, type WebServer } from '../../harness/sandbox/webServer';
import { expired } from '../../harness/sandbox/tokens';

useShortWaits();

const pack = usePack();

const NEW_TOKEN = 'Sign in at Image3D again and paste a new refresh token into the credential.';
const NEW_LINK = 'Ask Image3D for a new sign-in link and paste it unopened into the credential.';
const SCANNERS =
	'Some mail scanners open every link before you do: if that happens, choose the sign-in method Refresh Token.';
const CHECK_KEY = 'Check the Firebase Web API Key in the credential.';
const DISABLED = 'This Image3D account has been disabled. Write to Image3D support, or use another account.';
const BUSY = 'The sign-in service has a problem at the moment. Wait a little, then run again.';

/** Runs Balance and expects it to fail with the sentence, without asking the service. */
async function expectSentence(account: Account, sentence: string): Promise<void> {
	const result = await pack.engine.runNode(Image3dBalance, { credentials: account.credentials });
	expect(result.error?.message).toBe(sentence);
	expect(result.error).toMatchObject({ httpCode: '401', failure: { cause: 'credential-invalid' } });
	expect((await account.ledger()).requests).toEqual([]);
	const kept = await pack.engine.runNode(Image3dBalance, {
		credentials: account.credentials,
		onError: 'continueRegularOutput',
	});
	expect(kept.items).toMatchObject([
		{ json: { error: sentence, http_code: '401' }, pairedItem: { item: 0 } },
	]);
	expectNoSecrets(account, result, kept, pack.engine.logs);
}

describe('refreshing', () => {
	it.each([
		['TOKEN_EXPIRED', `The Image3D sign-in has expired. ${NEW_TOKEN}`],
		['INVALID_REFRESH_TOKEN', `The refresh token is not valid. ${NEW_TOKEN}`],
		['MISSING_REFRESH_TOKEN', `The refresh token is missing. ${NEW_TOKEN}`],
		['INVALID_GRANT_TYPE', `The refresh token was not accepted. ${NEW_TOKEN}`],
		[
			'PROJECT_NUMBER_MISMATCH',
			`The refresh token and the Firebase Web API Key belong to different projects. ${CHECK_KEY}`,
		],
		['USER_DISABLED', DISABLED],
		['USER_NOT_FOUND', 'This Image3D account no longer exists. Sign in with another account.'],
		[
			'API key not valid. Please pass a valid API key.',
			`The Firebase Web API Key is not valid. ${CHECK_KEY}`,
		],
		[
			'SOMETHING_NEW : and words about it',
			'The sign-in was not accepted (SOMETHING_NEW). Check every field of the Image3D API credential.',
		],
		[
			'what is this',
			'The sign-in was not accepted (HTTP 400). Check every field of the Image3D API credential.',
		],
	])('explains %s', async (code, sentence) => {
		const account = await pack.account();
		await account.faults({ on: 'token', kind: 'status', code, times: -1 });
		await expectSentence(account, sentence);
	});

	it('explains a sign-in that was ended elsewhere', async () => {
		const account = await pack.account();
		await account.change({ revoke: true });
		await expectSentence(account, `The Image3D sign-in has expired. ${NEW_TOKEN}`);
	});

	it('explains a disabled account', async () => {
		const account = await pack.account();
		await account.change({ disabled: true });
		await expectSentence(account, DISABLED);
	});

	it('explains a key that does not exist', async () => {
		const account = await pack.account({}, { credential: { firebaseApiKey: 'AIzaNot-a-key' } });
		await expectSentence(account, `The Firebase Web API Key is not valid. ${CHECK_KEY}`);
	});

	it('explains a key that is restricted to another site', async () => {
		const baseUrl = pack.sandbox.baseUrl.replace('127.0.0.1', '127.0.0.2');
		const account = await pack.account({ requireReferer: true }, { credential: { baseUrl } });
		await expectSentence(
			account,
			'Google does not allow this Firebase Web API Key to be used here (it may be restricted to other sites). Check the Base URL and the Firebase Web API Key in the credential.',
		);
	});
});

describe('signing in by link', () => {
	it.each([
		['INVALID_OOB_CODE', `The sign-in link is not valid or was already used. ${NEW_LINK} ${SCANNERS}`],
		['EXPIRED_OOB_CODE', `The sign-in link has expired. ${NEW_LINK}`],
		['MISSING_OOB_CODE', `The sign-in link is not complete. ${NEW_LINK}`],
		['USER_DISABLED', DISABLED],
		[
			'INVALID_EMAIL',
			'The email address does not belong to this sign-in link. Enter the address that the link was sent to.',
		],
		['EMAIL_NOT_FOUND', 'No Image3D account has this email address. Check the address in the credential.'],
		[
			'OPERATION_NOT_ALLOWED',
			'Image3D does not allow this kind of sign-in. Choose another sign-in method in the credential.',
		],
	])('explains %s', async (code, sentence) => {
		const account = await pack.account({}, { signIn: 'emailLink' });
		await account.faults({ on: 'signIn', kind: 'status', code, times: -1 });
		await expectSentence(account, sentence);
	});

	it('explains an address that the link was not sent to', async () => {
		const other = await pack.account();
		const account = await pack.account({}, { signIn: 'emailLink', credential: { email: other.user.email } });
		await expectSentence(
			account,
			'The email address does not belong to this sign-in link. Enter the address that the link was sent to.',
		);
	});

	it('calls a link damaged whose key is, and not a key that was never entered', async () => {
		const account = await pack.account({}, { signIn: 'emailLink' });
		const data = await pack.engine.credentials.read(account.credentialId);
		const emailLink = account.user.emailLink.replace('apiKey=', 'apiKey=x');
		await pack.engine.credentials.save(account.credentialId, { ...data, emailLink });
		await expectSentence(
			account,
			'The sign-in link is damaged: the key in it is not valid. Copy the whole link from the email again, or ask Image3D for a new one, and paste it unopened into the credential.',
		);
	});

	it('says that the mail system has rewritten the link', async () => {
		const emailLink = 'https://protect-eu.mimecast.com/s/AbCdEf?domain=image3d.firebaseapp.com';
		const account = await pack.account({}, { signIn: 'emailLink', credential: { emailLink } });
		await expectSentence(
			account,
			'Your mail system has replaced this sign-in link: it now leads to Mimecast, and the original link cannot be read from it. Ask your mail administrator to leave links from Image3D unchanged, then ask Image3D for a new link. If that does not help, choose the sign-in method Refresh Token.',
		);
	});

	it('gives a second credential with the spent link nothing of the first one', async () => {
		const account = await pack.account({}, { signIn: 'emailLink' });
		const balance = { credentials: account.credentials };
		expect((await pack.engine.runNode(Image3dBalance, balance)).error).toBeUndefined();
		const { emailLink } = account.user;
		const second = await pack.account({}, { signIn: 'emailLink', credential: { emailLink } });
		await expectSentence(
			second,
			`The sign-in link is not valid or was already used. ${NEW_LINK} ${SCANNERS}`,
		);
		expect((await account.ledger()).requests).toHaveLength(1);
	});

	it('explains text that is no link', async () => {
		const account = await pack.account(
			{},
			{ signIn: 'emailLink', credential: { emailLink: 'sign in here' } },
		);
		await expectSentence(
			account,
			'"Email Link" is not a sign-in link. Copy the whole link from the email without opening it, and paste it into the credential.',
		);
	});
});

describe('an auth emulator', () => {
	it.each([
		[
			'outside of the own network',
			{ authEmulatorUrl: 'https://auth.example.com' },
			/outside your own network/,
		],
		['that is no address', { authEmulatorUrl: '127.0.0.1:9099' }, /is not an address/],
	])('%s gets nothing', async (_where, credential, sentence) => {
		const account = await pack.account({}, { credential });
		const { error } = await pack.engine.runNode(Image3dBalance, { credentials: account.credentials });
		expect(error?.message).toMatch(sentence);
		expect(await account.ledger()).toMatchObject({ refreshes: 0, requests: [] });
	});

	it.each(['https://image3d.io/', 'HTTPS://Image3D.io', 'https://image3d.io.:443'])(
		'beside the real service (%s) gets nothing',
		async (baseUrl) => {
			const account = await pack.account({}, { credential: { baseUrl } });
			const { error } = await pack.engine.runNode(Image3dBalance, { credentials: account.credentials });
			expect(error?.message).toContain('the two do not go together');
			expect((await account.ledger()).refreshes).toBe(0);
		},
	);
});

describe('a service that repeats the token of the credential', () => {
	let service: WebServer;
	let status = 200;

	beforeAll(async () => {
		service = await startWebServer(({ headers }, response) => {
			const token = headers.authorization?.replace('Bearer ', '') ?? '';
			const words = `No account for ${token} (${encodeURIComponent(`${token}+/`)})\nINFO all is well`;
			response.writeHead(status, { 'content-type': 'application/json' });
			response.end(JSON.stringify(status === 200 ? { balance: 5, you: words } : { error: words }));
		});
	});

	afterAll(async () => await service.close());

	it.each([
		[
			'an API key',
			200,
			{ signIn: 'idToken' as const, credential: { staticToken: 'i3d_live_0123456789abcdef' } },
		],
		[
			'an API key',
			400,
			{ signIn: 'idToken' as const, credential: { staticToken: 'i3d_live_0123456789abcdef' } },
		],
		['an ID token', 200, { signIn: 'idToken' as const }],
		['an ID token', 400, { signIn: 'idToken' as const }],
		['a refreshed token', 200, {}],
		['a refreshed token', 400, {}],
	])(
		'does not bring %s into an error, an item or a log (HTTP %i)',
		async (_what, code, options: AccountOptions) => {
			status = code;
			const credential = { ...options.credential, baseUrl: service.url };
			const account = await pack.account({ requireReferer: false }, { ...options, credential });
			const run = { credentials: account.credentials };
			const result = await pack.engine.runNode(Image3dBalance, run);
			const kept = await pack.engine.runNode(Image3dBalance, { ...run, onError: 'continueRegularOutput' });
			const { staticToken, idToken } = await pack.engine.credentials.read(account.credentialId);
			const told = inspect([result, kept], { depth: 12 });
			expect(told).toContain('No account for');
			if (code !== 200) expect(result.error?.message).not.toContain('\n');
			expectNoSecrets(
				{ ...account, secrets: () => [String(staticToken || idToken)] },
				result,
				kept,
				pack.engine.logs,
			);
		},
	);
});

describe('a pasted token', () => {
	it('that has expired is called expired', async () => {
		const account = await pack.account({}, { signIn: 'idToken' });
		const data = await pack.engine.credentials.read(account.credentialId);
		const staticToken = expired(account.user.idToken);
		await pack.engine.credentials.save(account.credentialId, { ...data, staticToken });
		await expectSentence(
			account,
			'The pasted ID token has expired: it works for one hour. Paste a new one, or choose Refresh Token or Email Link, which stay signed in.',
		);
		expectNoSecrets({ ...account, secrets: () => [staticToken] }, pack.engine.logs);
	});

	it('that the service does not know is reported with what the service says', async () => {
		const staticToken = 'i3d_live_0123456789abcdef';
		const account = await pack.account({}, { signIn: 'idToken', credential: { staticToken } });
		const result = await pack.engine.runNode(Image3dBalance, { credentials: account.credentials });
		expect(result.error).toMatchObject({
			message: expect.stringMatching(/^Image3D did not accept the sign-in/),
			description: expect.stringContaining('Open the Image3D API credential'),
			httpCode: '401',
		});
		expectNoSecrets({ ...account, secrets: () => [staticToken] }, result, pack.engine.logs);
	});
});

describe('a sign-in service', () => {
	it.each([429, 500, 503])('that answers %i is asked again, and named when it stays so', async (status) => {
		const account = await pack.account();
		await account.faults({ on: 'token', kind: 'status', status, times: 2 });
		const result = await pack.engine.runNode(Image3dBalance, { credentials: account.credentials });
		expect(result.items).toMatchObject([{ json: { balance: 1500 } }]);
		expect(await account.ledger()).toMatchObject({ refreshes: 1, faults: [], requests: [{ status: 200 }] });
	});

	it.each([
		['TOO_MANY_ATTEMPTS_TRY_LATER', /^Too many sign-ins were tried/],
		['QUOTA_EXCEEDED', /^The sign-in service is over its limit/],
	])('that answers %s with HTTP 400 is asked again, and named when it stays so', async (code, sentence) => {
		const account = await pack.account();
		await account.faults({ on: 'token', kind: 'status', status: 400, code, times: 2 });
		const result = await pack.engine.runNode(Image3dBalance, { credentials: account.credentials });
		expect(result.items).toMatchObject([{ json: { balance: 1500 } }]);
		const other = await pack.account();
		await other.faults({ on: 'token', kind: 'status', status: 400, code, times: -1 });
		const { error } = await pack.engine.runNode(Image3dCheckout, {
			credentials: other.credentials,
			parameters: { priceId: 'price_starter' },
		});
		expect(error).toMatchObject({
			message: expect.stringMatching(sentence),
			failure: { cause: 'temporarily-unavailable' },
		});
	});

	it.each([403, 407, 511, 200])(
		'that a web page with HTTP %i stands in for is not blamed',
		async (status) => {
			const account = await pack.account();
			await account.faults({ on: 'token', kind: 'html', status, times: -1 });
			const { error } = await pack.engine.runNode(Image3dBalance, { credentials: account.credentials });
			expect(error?.message).toMatch(/(proxy|login page).* answered in place of the sign-in service/i);
			expect(error).toMatchObject({
				description: expect.not.stringMatching(/credential/),
				failure: { cause: 'temporarily-unavailable' },
			});
			expect((await account.ledger()).requests).toEqual([]);
		},
	);

	it('that keeps failing is named, not the service that was never asked', async () => {
		const account = await pack.account();
		await account.faults({ on: 'token', kind: 'status', status: 503, times: -1 });
		const { error } = await pack.engine.runNode(Image3dCheckout, {
			credentials: account.credentials,
			parameters: { priceId: 'price_starter' },
		});
		expect(error).toMatchObject({
			message: BUSY,
			description: expect.stringContaining('nothing was charged'),
			failure: { cause: 'temporarily-unavailable' },
		});
		expect((await account.ledger()).requests).toEqual([]);
	});

	it('that keeps failing is named in the connection test', async () => {
		const account = await pack.account();
		await account.faults({ on: 'token', kind: 'status', status: 503, times: -1 });
		const verdict = await pack.engine.credentials.test(account.credentialId);
		expect(verdict).toEqual({ status: 'Error', message: BUSY });
		expectNoSecrets(account, verdict, pack.engine.logs);
	});

	it('that is not there is named in the connection test', async () => {
		const account = await pack.account({}, { credential: { authEmulatorUrl: 'http://127.0.0.1:1' } });
		expect(await pack.engine.credentials.test(account.credentialId)).toEqual({
			status: 'Error',
			message:
				'The sign-in service 127.0.0.1:1 could not be reached: the connection was refused. Check the Auth Emulator URL in the Image3D API credential and the network of this n8n. Then run again.',
		});
	});
});
