/** Tokens that expire: renewed once however many calls meet them, and before an upload is wasted. */
import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { setTimeout as sleep } from 'node:timers/promises';
import { useShortWaits } from '../../harness/sandbox/dice';
import {
	Image3dBalance,
	Image3dGenerate,
	usePack,
	type Account,
	type AccountOptions,
} from '../../harness/sandbox/pack';
import { dying, expired } from '../../harness/sandbox/tokens';

useShortWaits();

const pack = usePack();

const readBalance = async ({ credentials }: Account) =>
	await pack.engine.runNode(Image3dBalance, { credentials });

const submit = async ({ credentials }: Account) =>
	await pack.engine.runNode(Image3dGenerate, {
		credentials,
		parameters: { prompt: 'a vase', quality: 'fast', waitForCompletion: false },
	});

/** Runs as in n8n 1.x, whose request helper takes `ignoreHttpStatusErrors` for yes or no. */
class BalanceInOlderN8n extends Image3dBalance {
	constructor() {
		super();
		this.description = { ...this.description, name: 'image3dBalanceInOlderN8n' };
	}

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const { httpRequestWithAuthentication } = this.helpers;
		const older: typeof httpRequestWithAuthentication = async function (type, options, more) {
			const ignoreHttpStatusErrors = Boolean(options.ignoreHttpStatusErrors);
			return await httpRequestWithAuthentication.call(
				this,
				type,
				{ ...options, ignoreHttpStatusErrors },
				more,
			);
		};
		const helpers = { ...this.helpers, httpRequestWithAuthentication: older };
		const context = Object.create(this, { helpers: { value: helpers } }) as IExecuteFunctions;
		return await Image3dBalance.prototype.execute.call(context);
	}
}

async function giveToken({ credentialId }: Account, idToken: string): Promise<void> {
	const data = await pack.engine.credentials.read(credentialId);
	await pack.engine.credentials.save(credentialId, { ...data, idToken });
}

async function accountWith(change: (idToken: string) => string, options?: AccountOptions): Promise<Account> {
	const account = await pack.account({ rotateRefreshTokens: true }, options);
	await giveToken(account, change(account.user.idToken));
	return account;
}

const calls = async (account: Account) =>
	(await account.ledger()).requests.map(({ route, status }) => `${route} ${status}`);

/** The sum of a run asks for the balance besides. */
const uploads = async (account: Account) =>
	(await calls(account)).filter((call) => call.startsWith('generate'));

describe('an expired token', () => {
	it('is noticed by a 401, renewed once, and the call repeated', async () => {
		const account = await accountWith(expired);
		const result = await readBalance(account);
		expect(result.items).toMatchObject([{ json: { balance: 1500 } }]);
		expect(await calls(account)).toEqual(['balance 401', 'balance 200']);
		expect((await account.ledger()).refreshes).toBe(1);
	});

	it('is renewed once by 50 parallel calls, and the database holds the rotated refresh token', async () => {
		const account = await accountWith(expired);
		const results = await Promise.all(Array.from({ length: 50 }, async () => await readBalance(account)));
		expect(results.map(({ items }) => items[0]?.json.balance)).toEqual(Array(50).fill(1500));
		const { refreshes, requests } = await account.ledger();
		expect(refreshes).toBe(1);
		expect(requests.filter(({ status }) => status === 401).length).toBeGreaterThan(10);
		const { refreshToken, idToken } = await pack.engine.credentials.read(account.credentialId);
		expect(refreshToken).not.toBe(account.user.refreshToken);
		await giveToken(account, expired(String(idToken)));
		expect((await readBalance(account)).error).toBeUndefined();
		expect((await account.ledger()).refreshes).toBe(2);
	}, 60_000);

	it('is renewed again each time it has run out', async () => {
		const account = await pack.account({ tokenLifetimeSeconds: 5 });
		for (let round = 1; round <= 2; round++) {
			expect((await readBalance(account)).error).toBeUndefined();
			expect((await account.ledger()).refreshes).toBe(round);
			if (round === 1) await new Promise((resolve) => setTimeout(resolve, 5_100));
		}
	});

	it('is renewed where n8n does not yet tell a 401 from other errors that are to be ignored', async () => {
		const account = await accountWith(expired);
		const { items } = await pack.engine.runNode(BalanceInOlderN8n, { credentials: account.credentials });
		expect(items).toMatchObject([{ json: { balance: 1500 } }]);
		expect(await calls(account)).toEqual(['balance 401', 'balance 200']);
		expect((await account.ledger()).refreshes).toBe(1);
	});

	it('that another n8n process is just renewing is not renewed again', async () => {
		const account = await accountWith(expired);
		const form = { grant_type: 'refresh_token', refresh_token: account.user.refreshToken };
		const { data } = await pack.sandbox.auth().post('/securetoken.googleapis.com/v1/token', form);
		const results = [readBalance(account), submit(account)];
		while (!(await calls(account)).includes('balance 401')) await sleep(20);
		// The other process stores what it got.
		await sleep(100);
		const stored = await pack.engine.credentials.read(account.credentialId);
		const renewed = { idToken: data.id_token, refreshToken: data.refresh_token };
		await pack.engine.credentials.save(account.credentialId, { ...stored, ...renewed });
		for (const { error } of await Promise.all(results)) expect(error).toBeUndefined();
		const { refreshes, charges } = await account.ledger();
		expect(refreshes).toBe(1);
		expect(charges).toHaveLength(1);
		expect(await pack.engine.credentials.read(account.credentialId)).toMatchObject(renewed);
	});

	it('that cannot be renewed stops the call with the reason, and nothing is spent', async () => {
		const account = await accountWith(expired);
		await account.change({ revoke: true });
		const { error, items } = await submit(account);
		expect(error?.message).toContain('The Image3D sign-in has expired.');
		expect(items).toEqual([]);
		expect(await account.ledger()).toMatchObject({ charges: [], refreshes: 0 });
	});
});

describe('a token in the last twelfth of its life', () => {
	it('is renewed before an upload, so that no upload meets a 401', async () => {
		const account = await accountWith(dying);
		expect((await submit(account)).error).toBeUndefined();
		expect(await uploads(account)).toEqual(['generate 200']);
		expect((await account.ledger()).refreshes).toBe(1);
		const { idToken, refreshToken } = await pack.engine.credentials.read(account.credentialId);
		expect(idToken).not.toBe(dying(account.user.idToken));
		expect(refreshToken).not.toBe(account.user.refreshToken);
	});

	it('is renewed once by uploads that start together', async () => {
		const account = await accountWith(dying);
		const results = await Promise.all(Array.from({ length: 5 }, async () => await submit(account)));
		expect(results.map(({ error }) => error)).toEqual(Array(5).fill(undefined));
		expect(await uploads(account)).toEqual(Array(5).fill('generate 200'));
		expect((await account.ledger()).refreshes).toBe(1);
	});

	it('is good enough for a question', async () => {
		const account = await accountWith(dying);
		await readBalance(account);
		expect(await calls(account)).toEqual(['balance 200']);
		expect((await account.ledger()).refreshes).toBe(0);
	});

	it('is used as it is when it was pasted', async () => {
		const account = await pack.account({}, { signIn: 'idToken' });
		const data = await pack.engine.credentials.read(account.credentialId);
		const staticToken = dying(account.user.idToken);
		await pack.engine.credentials.save(account.credentialId, { ...data, staticToken });
		expect((await submit(account)).error).toBeUndefined();
		expect(await uploads(account)).toEqual(['generate 200']);
	});

	it('is used as it is while the sign-in service is down', async () => {
		const account = await accountWith(dying);
		await account.faults({ on: 'token', kind: 'status', status: 503, times: -1 });
		expect((await submit(account)).error).toBeUndefined();
		expect(await uploads(account)).toEqual(['generate 200']);
	});
});

it('leaves a token with more life in it alone before an upload', async () => {
	const account = await accountWith((token) => token);
	await submit(account);
	expect(await uploads(account)).toEqual(['generate 200']);
	expect((await account.ledger()).refreshes).toBe(0);
});

describe('a dead token that is answered with 403', () => {
	const deadToken = { deadTokenStatus: 403 };

	it('is renewed once, and the call repeated', async () => {
		const account = await accountWith(expired);
		await account.change(deadToken);
		expect((await readBalance(account)).items).toMatchObject([{ json: { balance: 1500 } }]);
		expect(await calls(account)).toEqual(['balance 403', 'balance 200']);
		expect((await account.ledger()).refreshes).toBe(1);
	});

	it('that cannot be renewed stops the call with the reason, and nothing is spent', async () => {
		const account = await accountWith(expired);
		await account.change({ ...deadToken, revoke: true });
		const { error } = await readBalance(account);
		expect(error?.message).toContain('The Image3D sign-in has expired.');
	});

	it('is the same with an upload, which is charged once', async () => {
		const account = await pack.account({ ...deadToken, tokenLifetimeSeconds: 4 });
		await readBalance(account);
		await sleep(4_100);
		const results = await Promise.all([submit(account), submit(account), submit(account)]);
		expect(results.map(({ error }) => error)).toEqual(Array(3).fill(undefined));
		expect((await account.ledger()).charges).toHaveLength(3);
		expect((await account.ledger()).refreshes).toBe(2);
	});

	it.each([
		['a refusal that a new token does not change', { status: 403, body: { error: 'Not on your plan' } }, 1],
		['a web page from a firewall', { kind: 'html' as const, status: 403 }, 0],
	])('is told from %s', async (_what, fault, refreshes) => {
		const account = await accountWith((token) => token);
		await account.faults({ on: 'balance', kind: 'status', times: -1, ...fault });
		expect((await readBalance(account)).error).toMatchObject({ httpCode: '403' });
		expect((await account.ledger()).refreshes).toBe(refreshes);
	});

	it('is renewed once in a run, however often it is refused', async () => {
		const account = await accountWith((token) => token);
		await account.faults({ on: 'generate', kind: 'status', status: 403, times: -1 });
		const { error } = await pack.engine.runNode(Image3dGenerate, {
			credentials: account.credentials,
			parameters: { prompt: '={{ $json.prompt }}', quality: 'fast', waitForCompletion: false },
			items: ['a', 'b', 'c', 'd'].map((prompt) => ({ json: { prompt } })),
			onError: 'continueRegularOutput',
		});
		expect(error).toBeUndefined();
		expect((await account.ledger()).charges).toEqual([]);
		expect((await account.ledger()).refreshes).toBe(1);
	});
});

describe.each([
	['fast', 2],
	['slow', -2],
])('with the clock of n8n two hours %s', (_how, hours) => {
	const now = Date.now.bind(Date);

	/** From here on n8n's clock is off; the sandbox, a process of its own, keeps the right time. */
	const turnClock = () => jest.spyOn(Date, 'now').mockImplementation(() => now() + hours * 3_600_000);

	afterEach(() => void jest.restoreAllMocks());

	it('a good token is used for uploads as it is, once the service has told the time', async () => {
		const account = await accountWith((token) => token);
		turnClock();
		await readBalance(account);
		for (let upload = 0; upload < 3; upload++) expect((await submit(account)).error).toBeUndefined();
		expect((await account.ledger()).charges).toHaveLength(3);
		expect((await account.ledger()).refreshes).toBe(0);
	});

	it('a dying token is renewed once before an upload', async () => {
		const account = await accountWith(dying);
		turnClock();
		await readBalance(account);
		for (let upload = 0; upload < 3; upload++) expect((await submit(account)).error).toBeUndefined();
		expect(await uploads(account)).toEqual(Array(3).fill('generate 200'));
		expect((await account.ledger()).refreshes).toBe(1);
	});

	it('an expired token is renewed once by calls that start together', async () => {
		const account = await accountWith(expired);
		turnClock();
		const results = await Promise.all(Array.from({ length: 8 }, async () => await readBalance(account)));
		expect(results.map(({ error }) => error)).toEqual(Array(8).fill(undefined));
		expect((await account.ledger()).refreshes).toBe(1);
	});

	it('what was won before is not taken for alive when it has died', async () => {
		const account = await pack.account({ tokenLifetimeSeconds: 3 });
		const before = await pack.engine.credentials.read(account.credentialId);
		turnClock();
		expect((await readBalance(account)).error).toBeUndefined();
		await sleep(3_100);
		// As after an import: the credential knows nothing of its token.
		await pack.engine.credentials.save(account.credentialId, before);
		expect((await readBalance(account)).error).toBeUndefined();
		expect(await calls(account)).toEqual(['balance 200', 'balance 200']);
	});

	it('a pasted token counts as long as it lives', async () => {
		const account = await pack.account({}, { signIn: 'idToken' });
		turnClock();
		expect((await readBalance(account)).items).toMatchObject([{ json: { balance: 1500 } }]);
	});

	it('a sign-in that fails all the same names the clock', async () => {
		const account = await pack.account({}, { signIn: 'idToken' });
		const data = await pack.engine.credentials.read(account.credentialId);
		const staticToken = expired(account.user.idToken);
		await pack.engine.credentials.save(account.credentialId, { ...data, staticToken });
		turnClock();
		await pack.engine.runNode(Image3dBalance, { credentials: account.credentials });
		await pack.engine.credentials.save(account.credentialId, { ...data, staticToken, idToken: staticToken });
		const { error } = await readBalance(account);
		expect(`${error?.message} ${error?.description}`).toContain(
			`The clock of the machine that n8n runs on is 2 hours ${_how}: set it right.`,
		);
	});
});

it('a pasted token that only the fast clock of n8n takes for expired is used once the service, never met before, has told the time', async () => {
	const account = await pack.account({}, { signIn: 'idToken' });
	const data = await pack.engine.credentials.read(account.credentialId);
	// By another name, under which nothing is known of its time; nor is anything of the real sign-in service's.
	const baseUrl = String(data.baseUrl).replace('127.0.0.1', 'localhost');
	await pack.engine.credentials.save(account.credentialId, { ...data, baseUrl, authEmulatorUrl: '' });
	const now = Date.now.bind(Date);
	jest.spyOn(Date, 'now').mockImplementation(() => now() + 2 * 3_600_000);
	try {
		expect((await readBalance(account)).items).toMatchObject([{ json: { balance: 1500 } }]);
	} finally {
		jest.restoreAllMocks();
	}
	expect((await account.ledger()).refreshes).toBe(0);
});
