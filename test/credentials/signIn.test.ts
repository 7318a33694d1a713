/** The three ways to sign in, and how rarely a sign-in is spent. */
import { Image3dBalance, usePack, type Account, type AccountOptions } from '../../harness/sandbox/pack';
import { expired } from '../../harness/sandbox/tokens';

const pack = usePack();

const readBalance = async ({ credentials }: Account) =>
	await pack.engine.runNode(Image3dBalance, { credentials });

async function expectBalance(account: Account): Promise<void> {
	const result = await readBalance(account);
	expect(result.error).toBeUndefined();
	expect(result.items).toEqual([{ json: { balance: 1500, unit: 'credits' }, pairedItem: { item: 0 } }]);
}

/** The stored credential with some fields replaced, as an import or another n8n would leave it. */
async function rewrite({ credentialId }: Account, change: object): Promise<void> {
	const data = await pack.engine.credentials.read(credentialId);
	await pack.engine.credentials.save(credentialId, { ...data, ...change });
}

describe('by refresh token', () => {
	it('gets an ID token, stores it and uses it for later runs', async () => {
		const account = await pack.account();
		for (let run = 0; run < 3; run++) await expectBalance(account);
		const { refreshes, signIns, requests } = await account.ledger();
		expect({ refreshes, signIns }).toEqual({ refreshes: 1, signIns: 0 });
		expect(requests.map(({ status }) => status)).toEqual([200, 200, 200]);
		const { idToken, refreshToken } = await pack.engine.credentials.read(account.credentialId);
		expect(idToken).toMatch(/^eyJ/);
		expect(refreshToken).toBe(account.user.refreshToken);
	});

	it('stores a rotated refresh token, and goes on with it', async () => {
		const account = await pack.account({ rotateRefreshTokens: true });
		await expectBalance(account);
		const first = await pack.engine.credentials.read(account.credentialId);
		expect(first.refreshToken).not.toBe(account.user.refreshToken);
		await rewrite(account, { idToken: expired(String(first.idToken)) });
		await expectBalance(account);
		const second = await pack.engine.credentials.read(account.credentialId);
		expect(second.refreshToken).not.toBe(first.refreshToken);
		expect((await account.ledger()).refreshes).toBe(2);
	});

	it('takes fields with spaces around them, and a base URL with a slash at its end', async () => {
		const { baseUrl, authUrl } = pack.sandbox.addresses;
		const credential = { baseUrl: ` ${baseUrl}/ `, authEmulatorUrl: ` ${authUrl}/ ` };
		const account = await pack.account({ requireReferer: true }, { credential });
		await rewrite(account, { refreshToken: ` ${account.user.refreshToken}\n` });
		await expectBalance(account);
	});

	it('names its site as the referrer, as a web key restricted to it requires', async () => {
		const account = await pack.account({ requireReferer: true });
		await expectBalance(account);
		expect((await account.ledger()).refreshes).toBe(1);
	});
});

describe('by email link', () => {
	const emailLink: AccountOptions = { signIn: 'emailLink' };

	it('uses the link once however many runs there are, and the key that is in it', async () => {
		const account = await pack.account({ requireReferer: true }, emailLink);
		for (let run = 0; run < 3; run++) await expectBalance(account);
		expect(await account.ledger()).toMatchObject({ signIns: 1, refreshes: 0 });
		const stored = await pack.engine.credentials.read(account.credentialId);
		expect(stored.refreshToken).toMatch(/^AMf-/);
		expect(stored.firebaseApiKey ?? '').toBe('');
	});

	it('uses the link once for runs that start together', async () => {
		const account = await pack.account({}, emailLink);
		await Promise.all(Array.from({ length: 8 }, async () => await expectBalance(account)));
		expect(await account.ledger()).toMatchObject({ signIns: 1, refreshes: 0 });
	});

	it('renews an expired token by the refresh token that the link brought', async () => {
		const account = await pack.account({ rotateRefreshTokens: true }, emailLink);
		await expectBalance(account);
		for (let renewal = 1; renewal <= 3; renewal++) {
			const before = await pack.engine.credentials.read(account.credentialId);
			await rewrite(account, { idToken: expired(String(before.idToken)) });
			await expectBalance(account);
			const after = await pack.engine.credentials.read(account.credentialId);
			expect(after.refreshToken).not.toBe(before.refreshToken);
			expect(await account.ledger()).toMatchObject({ signIns: 1, refreshes: renewal });
		}
	});

	it('signs in afresh with a new link, whoever was signed in by the old one', async () => {
		const account = await pack.account({}, emailLink);
		await expectBalance(account);
		const other = await pack.account({ plan: 'pack', credits: 70 });
		await rewrite(account, { email: other.user.email, emailLink: other.user.emailLink });
		await rewrite(account, { idToken: '' });
		expect((await readBalance(account)).items[0].json).toEqual({ balance: 70, unit: 'credits' });
		expect(await other.ledger()).toMatchObject({ signIns: 1 });
		expect(await account.ledger()).toMatchObject({ signIns: 1, refreshes: 0 });
	});

	const wrap = (parameter: string, link: string) =>
		`https://redirect.example.com/go?x=1&${parameter}=${encodeURIComponent(link)}`;

	it.each<[string, (link: string) => string]>([
		['wrapped in link=', (link) => wrap('link', link)],
		['wrapped in continueUrl=', (link) => wrap('continueUrl', link)],
		['wrapped twice', (link) => wrap('url', wrap('link', link))],
		['copied from HTML source', (link) => link.replaceAll('&', '&amp;')],
		['in angle brackets, broken over two lines', (link) => `<${link.slice(0, 60)}\n${link.slice(60)}>`],
	])('takes a link %s', async (_name, change) => {
		const account = await pack.account({}, emailLink);
		await rewrite(account, { emailLink: change(account.user.emailLink) });
		await expectBalance(account);
		expect(await account.ledger()).toMatchObject({ signIns: 1 });
	});
});

describe('by pasted token', () => {
	it.each<[string, (token: string) => string]>([
		['as it is', (token) => token],
		['with "Bearer " before it and a line break behind', (token) => `Bearer ${token}\n`],
		['with "bearer" in small letters', (token) => ` bearer  ${token}`],
	])('sends the token %s', async (_name, change) => {
		const account = await pack.account({}, { signIn: 'idToken' });
		await rewrite(account, { staticToken: change(account.user.idToken) });
		await expectBalance(account);
		expect(await account.ledger()).toMatchObject({ signIns: 0, refreshes: 0, requests: [{ status: 200 }] });
	});

	it('counts a token that is pasted anew at once', async () => {
		const account = await pack.account({}, { signIn: 'idToken' });
		await expectBalance(account);
		const other = await pack.account({ plan: 'pack', credits: 30 });
		await rewrite(account, { staticToken: other.user.idToken });
		expect((await readBalance(account)).items[0].json).toMatchObject({ balance: 30 });
	});
});
