/** The credential dialog: what its connection test says, and what Save does to a sign-in. */
import { Image3dGenerate, usePack, type Account } from '../../harness/sandbox/pack';
import { expectNoSecrets } from '../../harness/sandbox/expectNoSecrets';
import { expired } from '../../harness/sandbox/tokens';

const pack = usePack();

const GREEN = { status: 'OK', message: 'Connection successful!' };

const read = async ({ credentialId }: Account) => await pack.engine.credentials.read(credentialId);

describe('the connection test', () => {
	it.each(['refreshToken', 'emailLink', 'idToken'] as const)(
		'is green by %s, and asks for the balance',
		async (signIn) => {
			const account = await pack.account({}, { signIn });
			expect(await pack.engine.credentials.test(account.credentialId)).toEqual(GREEN);
			const { requests } = await account.ledger();
			expect(requests).toMatchObject([{ route: 'balance', method: 'GET', status: 200 }]);
		},
	);

	it('is green with an expired token in store, and renews it', async () => {
		const account = await pack.account();
		const data = await read(account);
		await pack.engine.credentials.save(account.credentialId, {
			...data,
			idToken: expired(account.user.idToken),
		});
		expect(await pack.engine.credentials.test(account.credentialId)).toEqual(GREEN);
		expect((await account.ledger()).refreshes).toBe(1);
	});

	it('is green with slashes and spaces around the base URL', async () => {
		const credential = { baseUrl: ` ${pack.sandbox.baseUrl}// ` };
		const account = await pack.account({}, { credential });
		expect(await pack.engine.credentials.test(account.credentialId)).toEqual(GREEN);
	});

	it('says what to do about a refresh token that is not valid', async () => {
		const account = await pack.account({}, { credential: { refreshToken: 'AMf-not-a-token' } });
		expect(await pack.engine.credentials.test(account.credentialId)).toEqual({
			status: 'Error',
			message:
				'The refresh token is not valid. Sign in at Image3D again and paste a new refresh token into the credential.',
		});
	});

	it('says that a link was used, once it is', async () => {
		const account = await pack.account({}, { signIn: 'emailLink' });
		const { email, emailLink } = account.user;
		const oobCode = new URL(emailLink).searchParams.get('oobCode');
		await pack.sandbox
			.auth()
			.post('/identitytoolkit.googleapis.com/v1/accounts:signInWithEmailLink', { email, oobCode });
		const verdict = await pack.engine.credentials.test(account.credentialId);
		expect(verdict.message).toBe(
			'The sign-in link is not valid or was already used. Ask Image3D for a new sign-in link and paste it unopened into the credential. Some mail scanners open every link before you do: if that happens, choose the sign-in method Refresh Token.',
		);
		expectNoSecrets(account, verdict, pack.engine.logs);
	});

	it.each([
		[{ refreshToken: ' ' }, '"Refresh Token" is empty in the Image3D API credential. Fill it in and save.'],
		[
			{ firebaseApiKey: '' },
			'"Firebase Web API Key" is empty in the Image3D API credential. Fill it in and save.',
		],
		[
			{ signInMethod: 'emailLink', emailLink: 'https://image3d.io/login/', email: 'a@b.c' },
			'"Email Link" is not a sign-in link. Copy the whole link from the email without opening it, and paste it into the credential.',
		],
		[
			{ signInMethod: 'idToken', staticToken: '' },
			'"Token" is empty in the Image3D API credential. Fill it in and save.',
		],
	])('names the field that is missing or wrong: %j', async (credential, message) => {
		const account = await pack.account({}, { credential });
		expect(await pack.engine.credentials.test(account.credentialId)).toEqual({ status: 'Error', message });
		expect((await account.ledger()).refreshes).toBe(0);
	});

	it.each([
		[401, /did not accept the sign-in.*Sign in there again/],
		[403, /firewall.*Base URL/],
		[404, /no Image3D at this Base URL/],
		[429, /too many requests/],
		[503, /problem at the moment/],
	])('says what HTTP %i means', async (status, sentence) => {
		const account = await pack.account({}, { signIn: 'idToken' });
		await account.faults({ on: 'balance', kind: 'status', status, times: -1 });
		expect(await pack.engine.credentials.test(account.credentialId)).toEqual({
			status: 'Error',
			message: expect.stringMatching(sentence),
		});
	});

	it('is red where a web page answers in place of the service', async () => {
		const account = await pack.account();
		await account.faults({ on: 'balance', kind: 'html', times: -1 });
		expect(await pack.engine.credentials.test(account.credentialId)).toEqual({
			status: 'Error',
			message: expect.stringMatching(/does not lead to Image3D.*login page/),
		});
	});

	it('is red where the address is not that of the service', async () => {
		const credential = { baseUrl: 'http://127.0.0.1:1' };
		const account = await pack.account({}, { signIn: 'idToken', credential });
		const verdict = await pack.engine.credentials.test(account.credentialId);
		expect(verdict).toEqual({ status: 'Error', message: 'ECONNREFUSED' });
	});

	it('is red on a redirect, and does not take the token elsewhere', async () => {
		const account = await pack.account();
		const other = await pack.account();
		await account.faults({
			on: 'balance',
			kind: 'redirect',
			to: `${pack.sandbox.baseUrl}/api/balance`,
			times: -1,
		});
		expect((await pack.engine.credentials.test(account.credentialId)).status).toBe('Error');
		expect((await account.ledger()).requests).toHaveLength(1);
		expect((await other.ledger()).requests).toHaveLength(0);
	});
});

describe('a credential of an earlier version', () => {
	it('that stored Refresh Token by storing no method still signs in by it', async () => {
		const account = await pack.account({ rotateRefreshTokens: true });
		const { signInMethod, ...older } = await read(account);
		expect(signInMethod).toBe('refreshToken');
		await pack.engine.credentials.save(account.credentialId, older);
		expect(await pack.engine.credentials.test(account.credentialId)).toEqual(GREEN);
		const stored = await read(account);
		expect(stored.refreshToken).not.toBe(account.user.refreshToken);
		await pack.engine.credentials.save(account.credentialId, {
			...stored,
			idToken: expired(String(stored.idToken)),
		});
		expect(await pack.engine.credentials.test(account.credentialId)).toEqual(GREEN);
		expect((await account.ledger()).refreshes).toBe(2);
	});

	it('keeps the key that was entered beside a link', async () => {
		const account = await pack.account({}, { signIn: 'emailLink' });
		const emailLink = account.user.emailLink.replace(/apiKey=[^&]*&/, '');
		const firebaseApiKey = pack.sandbox.addresses.webApiKey;
		await pack.engine.credentials.save(account.credentialId, {
			...(await read(account)),
			emailLink,
			firebaseApiKey,
		});
		expect(await pack.engine.credentials.test(account.credentialId)).toEqual(GREEN);
	});
});

describe('Save', () => {
	it('in the dialog of a new credential, after its test, leaves a link that still signs in', async () => {
		const account = await pack.account({ rotateRefreshTokens: true }, { signIn: 'emailLink' });
		const typed = await read(account);
		expect(await pack.engine.credentials.test(account.credentialId, typed)).toEqual(GREEN);
		expect((await read(account)).refreshToken).toMatch(/^AMf-/);
		for (let save = 0; save < 3; save++) {
			await pack.engine.credentials.save(account.credentialId, { ...typed, refreshToken: '', idToken: '' });
			expect(await pack.engine.credentials.test(account.credentialId, typed)).toEqual(GREEN);
			expect((await read(account)).refreshToken).toMatch(/^AMf-/);
		}
		expect((await account.ledger()).signIns).toBe(1);
	});

	it('in the dialog opened again keeps what the link brought', async () => {
		const account = await pack.account({}, { signIn: 'emailLink' });
		await pack.engine.credentials.test(account.credentialId);
		const before = await read(account);
		const dialog = await pack.engine.credentials.open(account.credentialId);
		for (const name of ['emailLink', 'refreshToken', 'idToken']) expect(dialog[name]).toMatch(/^__n8n_/);
		await pack.engine.credentials.save(account.credentialId, dialog);
		expect(await read(account)).toEqual(before);
		expect(await pack.engine.credentials.test(account.credentialId, dialog)).toEqual(GREEN);
		expect(await account.ledger()).toMatchObject({ signIns: 1, refreshes: 0 });
	});

	it('with a new link in it signs in by that link', async () => {
		const account = await pack.account({}, { signIn: 'emailLink' });
		await pack.engine.credentials.test(account.credentialId);
		const before = await read(account);
		const dialog = {
			...(await pack.engine.credentials.open(account.credentialId)),
			emailLink: await pack.sandbox.sendEmailLink(account.uid),
			idToken: '',
		};
		await pack.engine.credentials.save(account.credentialId, dialog);
		expect(await pack.engine.credentials.test(account.credentialId, dialog)).toEqual(GREEN);
		expect((await account.ledger()).signIns).toBe(2);
		const after = await read(account);
		expect(after.linkFingerprint).not.toBe(before.linkFingerprint);
		expect(after.refreshToken).not.toBe(before.refreshToken);
	});

	it.each(['refreshToken', 'emailLink'] as const)(
		'with the %s of another account works for that account from the next call on',
		async (signIn) => {
			const account = await pack.account({}, { signIn });
			await pack.engine.credentials.test(account.credentialId);
			const other = await pack.account({ plan: 'pack', credits: 70 });
			const { email, emailLink, refreshToken } = other.user;
			const typed: object = signIn === 'emailLink' ? { email, emailLink } : { refreshToken };
			const dialog = { ...(await pack.engine.credentials.open(account.credentialId)), ...typed };
			await pack.engine.credentials.save(account.credentialId, dialog);
			const before = await account.ledger();
			for (let run = 0; run < 2; run++) {
				const { error } = await pack.engine.runNode(Image3dGenerate, {
					credentials: account.credentials,
					parameters: { prompt: 'a vase', quality: 'fast', waitForCompletion: false },
				});
				expect(error).toBeUndefined();
			}
			expect((await other.ledger()).charges).toHaveLength(2);
			expect(await account.ledger()).toEqual(before);
			expect(await pack.engine.credentials.test(account.credentialId, dialog)).toEqual(GREEN);
		},
	);
});
