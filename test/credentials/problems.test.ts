/** Sign-ins that fail: every reason becomes a sentence that says what to do, and no secret gets out. */
import { Image3dBalance, Image3dCheckout, openPack, type Account, type Pack } from '../support/pack';
import { expectNoSecrets } from '../support/secrets';
import { expired } from '../support/tokens';

let pack: Pack;

beforeAll(async () => {
	pack = await openPack();
});

afterAll(async () => await pack.close());

const NEW_TOKEN = 'Sign in at Image3D again and paste a new refresh token into the credential.';
const NEW_LINK = 'Ask Image3D for a new sign-in link and paste it unopened into the credential.';
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
		['INVALID_OOB_CODE', `The sign-in link is not valid or was already used. ${NEW_LINK}`],
		['EXPIRED_OOB_CODE', `The sign-in link has expired. ${NEW_LINK}`],
		['MISSING_OOB_CODE', `The sign-in link is not complete. ${NEW_LINK}`],
		['USER_DISABLED', DISABLED],
		[
			'INVALID_EMAIL',
			'The e-mail address does not belong to this sign-in link. Enter the address that the link was sent to.',
		],
		['EMAIL_NOT_FOUND', 'No Image3D account has this e-mail address. Check the address in the credential.'],
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
			'The e-mail address does not belong to this sign-in link. Enter the address that the link was sent to.',
		);
	});

	it('explains text that is no link', async () => {
		const account = await pack.account(
			{},
			{ signIn: 'emailLink', credential: { emailLink: 'sign in here' } },
		);
		await expectSentence(
			account,
			'"Email Link" is not a sign-in link. Copy the whole link from the e-mail without opening it, and paste it into the credential.',
		);
	});
});

describe('a pasted token', () => {
	it('that has expired is called expired', async () => {
		const account = await pack.account({}, { signIn: 'idToken' });
		const data = await pack.engine.credentials.read(account.credentialId);
		const staticToken = expired(account.user.idToken);
		await pack.engine.credentials.save(account.credentialId, { ...data, staticToken });
		await expectSentence(
			account,
			'The pasted ID token has expired: it lives for one hour. Paste a new one, or choose Refresh Token or Email Link, which stay signed in.',
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
				'The sign-in service could not be reached: the connection was refused. Wait a little, then run again.',
		});
	});
});
