/** Image3D Balance against the sandbox: what it puts out, what it survives and how it fails. */
import type { INodeParameters } from 'n8n-workflow';
import { useShortWaits } from '../../../harness/sandbox/dice';
import { Image3dBalance, usePack, type Account } from '../../../harness/sandbox/pack';
import { expectNoSecrets } from '../../../harness/sandbox/expectNoSecrets';

useShortWaits();

const pack = usePack();

const statuses = async (account: Account) => (await account.ledger()).requests.map(({ status }) => status);

const run = async ({ credentials }: Account, parameters: INodeParameters = {}, count = 1) =>
	await pack.engine.runNode(Image3dBalance, {
		credentials,
		parameters,
		items: Array.from({ length: count }, (_, index) => ({ json: { index } })),
	});

describe('output', () => {
	it('is what the service says, once per item, paired with it', async () => {
		const account = await pack.account({ credits: 580 });
		const { items } = await run(account, {}, 3);
		expect(items).toEqual(
			[0, 1, 2].map((item) => ({ json: { balance: 580, unit: 'credits' }, pairedItem: { item } })),
		);
		expect(await statuses(account)).toEqual([200, 200, 200]);
	});

	it.each([
		[580, true],
		[581, false],
		[0, true],
	])(
		'says for a minimum of %i that 580 credits being sufficient is %s',
		async (minimumBalance, sufficient) => {
			const account = await pack.account({ credits: 580 });
			const { items } = await run(account, { options: { minimumBalance } });
			expect(items[0].json).toEqual({ balance: 580, unit: 'credits', sufficient });
		},
	);

	it('takes the minimum of each item from its expression, and none from an empty one', async () => {
		const account = await pack.account({ credits: 100 });
		const { items } = await run(
			account,
			{ options: { minimumBalance: '={{ [50, 200, ""][$json.index] }}' } },
			3,
		);
		expect(items.map(({ json }) => json.sufficient)).toEqual([true, false, undefined]);
	});

	it.each([-1, 'five', '={{ NaN }}'])(
		'does not say for a minimum of %s that anything suffices',
		async (minimumBalance) => {
			const account = await pack.account({ credits: 580 });
			const { error } = await run(account, { options: { minimumBalance } });
			expect(error).toMatchObject({ message: expect.stringContaining('"Minimum Balance" is not a number') });
		},
	);

	it('does not say that an answer without a number suffices, for a minimum of 0 either', async () => {
		const account = await pack.account();
		await account.faults({ on: 'balance', kind: 'status', status: 200, body: { unit: 'credits' } });
		const { items } = await run(account, { options: { minimumBalance: 0 } });
		expect(items[0].json).toEqual({ unit: 'credits', sufficient: false });
	});

	it('keeps fields that the service adds', async () => {
		const account = await pack.account();
		await account.faults({
			on: 'balance',
			kind: 'status',
			status: 200,
			body: { balance: '12.5', unit: 'credits', expires: 'never' },
		});
		const { items } = await run(account, { options: { minimumBalance: 12 } });
		expect(items[0].json).toEqual({ balance: '12.5', unit: 'credits', expires: 'never', sufficient: true });
	});
});

describe('a passing fault', () => {
	it('is waited out: 429 for as long as Retry-After says', async () => {
		const account = await pack.account();
		await account.faults({ on: 'balance', kind: 'status', status: 429, headers: { 'Retry-After': '1' } });
		const { items } = await run(account);
		expect(items).toMatchObject([{ json: { balance: 1500 } }]);
		const { requests } = await account.ledger();
		expect(requests.map(({ status }) => status)).toEqual([429, 200]);
		expect(requests[1].at - requests[0].at).toBeGreaterThanOrEqual(1000);
	});

	it.each([
		['500', { kind: 'status', status: 500 }],
		['503', { kind: 'status', status: 503 }],
		['a web page', { kind: 'html' }],
		['malformed JSON', { kind: 'malformedJson' }],
		['an empty answer', { kind: 'emptyBody' }],
		['a reset connection', { kind: 'resetBefore' }],
	] as const)('is asked again: %s', async (_name, fault) => {
		const account = await pack.account();
		await account.faults({ on: 'balance', ...fault });
		const { items, error } = await run(account);
		expect(error).toBeUndefined();
		expect(items).toMatchObject([{ json: { balance: 1500 } }]);
		expect(await statuses(account)).toHaveLength(2);
	});
});

describe('an answer with HTTP 200 that reports a problem', () => {
	const says = { on: 'balance', kind: 'status', status: 200 } as const;

	it('is asked again', async () => {
		const account = await pack.account();
		await account.faults({ ...says, body: { success: false } });
		const { items } = await run(account);
		expect(items).toMatchObject([{ json: { balance: 1500 } }]);
	});

	it.each([
		['error', { error: 'The ledger is being rebuilt' }],
		['success', { success: false, message: 'The ledger is being rebuilt' }],
		['status', { status: 'error', data: { detail: 'The ledger is being rebuilt' } }],
	])("and stays gives the service's reason (%s)", async (_name, body) => {
		const account = await pack.account();
		await account.faults({ ...says, body, times: -1 });
		const { error } = await run(account, { options: { minimumBalance: 0 } });
		expect(error).toMatchObject({
			message: 'Image3D could not tell the balance: The ledger is being rebuilt',
			failure: { cause: 'temporarily-unavailable' },
		});
	});

	it('is no problem where the number is there', async () => {
		const account = await pack.account();
		const body = { balance: 5, error: 'no longer in use' };
		await account.faults({ ...says, body });
		const { items } = await run(account);
		expect(items[0].json).toEqual(body);
	});
});

describe('a lasting fault', () => {
	it('(401) is reported after one renewal of the token', async () => {
		const account = await pack.account();
		await account.faults({ on: 'balance', kind: 'status', status: 401, times: -1 });
		const result = await run(account);
		expect(result.error).toMatchObject({
			name: 'NodeApiError',
			message: expect.stringMatching(/^Image3D did not accept the sign-in/),
			description: expect.stringContaining('run its connection test'),
			httpCode: '401',
			failure: { cause: 'credential-invalid' },
		});
		expect(await statuses(account)).toEqual([401, 401]);
		expect((await account.ledger()).refreshes).toBe(2);
		expectNoSecrets(account, result, pack.engine.logs);
	});

	it("(429 beyond the node's patience) is reported at once with the time to wait", async () => {
		const account = await pack.account();
		await account.faults({ on: 'balance', kind: 'status', status: 429, headers: { 'Retry-After': '120' } });
		const { error } = await run(account);
		expect(error).toMatchObject({
			httpCode: '429',
			message: expect.stringContaining('too many requests'),
			failure: { cause: 'rate-limited', retryAfterMs: 120_000 },
		});
		expect(await statuses(account)).toEqual([429]);
	});

	it.each([
		[400, 'Image3D did not accept the request: Fault: 400', 'Nothing was charged.'],
		[402, 'The Image3D account has too few credits: Fault: 402', 'https://image3d.io/pricing/'],
		[404, 'Image3D does not know what was asked for: Fault: 404', 'Check the task ID'],
	])('(%i) is reported at once, with what to do', async (status, message, remedy) => {
		const account = await pack.account();
		await account.faults({ on: 'balance', kind: 'status', status, times: -1 });
		const { error } = await run(account);
		expect(error).toMatchObject({
			message,
			description: expect.stringContaining(remedy),
			httpCode: String(status),
		});
		expect(await statuses(account)).toEqual([status]);
	});

	it('(500) is reported after six tries', async () => {
		const account = await pack.account();
		await account.faults({
			on: 'balance',
			kind: 'status',
			status: 500,
			headers: { 'Retry-After': '0' },
			times: -1,
		});
		const { error } = await run(account);
		expect(error).toMatchObject({
			message: 'Image3D had an internal error (HTTP 500): Fault: 500',
			description: 'Wait a few seconds and run again.',
			httpCode: '500',
			failure: { cause: 'temporarily-unavailable' },
		});
		expect(await statuses(account)).toEqual(Array(6).fill(500));
	});
});

describe('three items with the middle one failing', () => {
	const fail = async () => {
		const account = await pack.account();
		await account.faults({ on: 'balance', kind: 'status', status: 402, after: 1 });
		return account;
	};

	const runThree = async (onError?: 'continueRegularOutput' | 'continueErrorOutput') => {
		const account = await fail();
		const items = [0, 1, 2].map((index) => ({ json: { index } }));
		const result = await pack.engine.runNode(Image3dBalance, {
			credentials: account.credentials,
			items,
			onError,
		});
		return { result, account };
	};

	it('stop the node at the failing one, by default', async () => {
		const { result, account } = await runThree();
		expect(result).toMatchObject({ status: 'error', items: [], error: { context: { itemIndex: 1 } } });
		expect(await statuses(account)).toEqual([200, 402]);
	});

	it('go on with an error item in its place', async () => {
		const { result } = await runThree('continueRegularOutput');
		expect(result.items).toEqual([
			{ json: { balance: 1500, unit: 'credits' }, pairedItem: { item: 0 } },
			{
				json: {
					error: 'The Image3D account has too few credits: Fault: 402',
					hint: expect.stringContaining('pricing'),
					http_code: '402',
				},
				pairedItem: { item: 1 },
			},
			{ json: { balance: 1500, unit: 'credits' }, pairedItem: { item: 2 } },
		]);
	});

	it('go on with it on the error output', async () => {
		const { result } = await runThree('continueErrorOutput');
		expect(result.outputs[0].map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 2 }]);
		expect(result.outputs[1]).toMatchObject([
			{ json: { index: 1, error: expect.stringContaining('too few credits'), http_code: '402' } },
		]);
	});
});
