/** Spend what was meant to be spent: limits, minimum balance, and credits that run out on the way. */
import { useShortWaits } from '../../../harness/sandbox/dice';
import { generate, PROMPT_OF_ITEM, promptItems, runLoopOfTwo } from '../../../harness/sandbox/generation';
import { usePack } from '../../../harness/sandbox/pack';

const pack = usePack();
useShortWaits();

const items = promptItems('a', 'b', 'c', 'd');
const withOptions = (options: object) => ({
	prompt: PROMPT_OF_ITEM,
	options: { concurrency: 1, ...options },
});

describe('spendLimit', () => {
	it('skips the items beyond it, with the reason', async () => {
		const account = await pack.account();
		const { items: output } = await generate(pack, account, withOptions({ spendLimit: 2 }), { items });
		expect(output.map(({ json }) => json.status)).toEqual(['success', 'success', 'skipped', 'skipped']);
		expect(output[3]).toEqual({
			json: {
				status: 'skipped',
				reason: 'The option Spend Limit allows 2 generations in one run.',
				mode: 'text',
				quality: 'fast',
			},
			pairedItem: { item: 3 },
		});
		expect(await account.tally()).toMatchObject({ submits: 2, charges: 2 });
	});

	it('holds when everything is sent at once', async () => {
		const account = await pack.account();
		const options = { concurrency: 5, spendLimit: 2 };
		const { items: output } = await generate(pack, account, withOptions(options), { items });
		expect(output.filter(({ json }) => json.status === 'skipped')).toHaveLength(2);
		expect(await account.tally()).toMatchObject({ submits: 2, charges: 2 });
	});

	it('of 0 starts nothing', async () => {
		const account = await pack.account();
		const { items: output } = await generate(pack, account, withOptions({ spendLimit: 0 }), { items });
		expect(output.map(({ json }) => json.status)).toEqual(items.map(() => 'skipped'));
		expect((await account.tally()).submits).toBe(0);
	});

	it.each([
		['Retry On Fail', { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 }],
		[
			'Retry On Fail under Continue',
			{ retryOnFail: true, waitBetweenTries: 1, onError: 'continueRegularOutput' },
		],
	] as const)('counts what the tries before have started: %s', async (_how, more) => {
		const account = await pack.account();
		// The first task of each try ends without a model, so that a try again would make a new one.
		await account.faults({ on: 'generate', kind: 'failJob', times: -1 });
		await generate(pack, account, withOptions({ spendLimit: 2 }), { items, ...more });
		expect(await account.tally()).toMatchObject({ submits: 2, charges: 2 });
	});

	it('counts anew in the next iteration of a loop', async () => {
		const account = await pack.account();
		const rounds = await runLoopOfTwo(pack, account, items, withOptions({ spendLimit: 1 }));
		const one = ['success', 'skipped', 'skipped', 'skipped'];
		expect(rounds.map((round) => round.map(({ json }) => json.status))).toEqual([one, one]);
	});

	it.each([
		-1,
		'five',
		'={{ NaN }}',
		'={{ "-1" }}',
		'={{ true }}',
		'={{ [] }}',
		'={{ "  " }}',
		'={{ Infinity }}',
	])('of %s is refused before anything is spent', async (spendLimit) => {
		const account = await pack.account();
		const { error } = await generate(pack, account, withOptions({ spendLimit }), { items });
		expect(error).toMatchObject({
			name: 'NodeOperationError',
			message: expect.stringContaining('"Spend Limit" is not a number of 0 or more'),
			description: expect.stringContaining('Nothing was charged'),
		});
		expect((await account.ledger()).requests).toEqual([]);
	});

	it.each(['={{ $json.nothing }}', '={{ "" }}', '={{ null }}'])(
		'whose expression (%s) gives nothing is no limit that was meant, and nothing is spent',
		async (spendLimit) => {
			const account = await pack.account();
			const { error } = await generate(pack, account, withOptions({ spendLimit }), { items });
			expect(error!.message).toContain('The expression in "Spend Limit" has no result');
			expect((await account.ledger()).requests).toEqual([]);
		},
	);

	it('that was left empty limits nothing', async () => {
		const account = await pack.account();
		await generate(pack, account, withOptions({ spendLimit: '' }), { items });
		expect((await account.tally()).charges).toBe(items.length);
	});

	it('that is none fails every item under Continue, and nothing is sent', async () => {
		const account = await pack.account();
		const onError = 'continueRegularOutput' as const;
		const { items: output } = await generate(pack, account, withOptions({ spendLimit: 'five' }), {
			items,
			onError,
		});
		expect(output).toHaveLength(items.length);
		for (const { json } of output) expect(json.error).toContain('"Spend Limit" is not a number');
		expect((await account.ledger()).requests).toEqual([]);
	});

	it('may be text that is a number', async () => {
		const account = await pack.account();
		const options = withOptions({ spendLimit: '={{ "2" }}' });
		await generate(pack, account, options, { items });
		expect((await account.tally()).charges).toBe(2);
	});

	it('is not used up by a submit that the service refused', async () => {
		const account = await pack.account();
		await account.faults({ on: 'generate', kind: 'status', status: 400 });
		const onError = 'continueRegularOutput' as const;
		const { items: output } = await generate(pack, account, withOptions({ spendLimit: 2 }), {
			items,
			onError,
		});
		expect(output.map(({ json }) => json.status)).toEqual([undefined, 'success', 'success', 'skipped']);
		expect((await account.tally()).charges).toBe(2);
	});
});

describe('minimumBalance', () => {
	it('skips everything when the account has less, asking once', async () => {
		const account = await pack.account({ credits: 30 });
		const options = { concurrency: 5, minimumBalance: 31 };
		const { items: output } = await generate(pack, account, withOptions(options), { items });
		expect(output.map(({ json }) => json.status)).toEqual(items.map(() => 'skipped'));
		expect(output[0].json.reason).toBe('The balance is 30 credits, less than the Minimum Balance of 31.');
		const { requests } = await account.ledger();
		// The sum of the run asks before and after it.
		expect(requests.map(({ route }) => route)).toEqual(['balance', 'balance', 'balance']);
	});

	it('lets a balance of exactly that much pass, and does not ask again as it falls', async () => {
		const account = await pack.account({ credits: 40 });
		const { items: output } = await generate(pack, account, withOptions({ minimumBalance: 40 }), { items });
		expect(output.map(({ json }) => json.status)).toEqual(items.map(() => 'success'));
		const { requests, balance } = await account.ledger();
		expect(requests.filter(({ route }) => route === 'balance')).toHaveLength(3);
		expect(balance).toBe(0);
	});

	it('submits nothing while the balance cannot be read', async () => {
		const account = await pack.account();
		await account.faults({ on: 'balance', kind: 'html', times: -1 });
		const { error } = await generate(pack, account, withOptions({ minimumBalance: 10 }), { items });
		expect(error).toMatchObject({
			message: expect.stringContaining('web page where JSON was expected'),
			description: expect.stringContaining('Nothing was submitted'),
		});
		expect((await account.tally()).submits).toBe(0);
	});
});

describe('minimumBalance that cannot guard', () => {
	it.each([-1, 'five', '={{ NaN }}'])('%s is refused before anything is spent', async (minimumBalance) => {
		const account = await pack.account();
		const { error } = await generate(pack, account, withOptions({ minimumBalance }), { items });
		expect(error).toMatchObject({ message: expect.stringContaining('"Minimum Balance" is not a number') });
		expect((await account.ledger()).requests).toEqual([]);
	});

	it.each([{}, { balance: null }, { balance: 'many' }, { balance: { amount: 7 } }])(
		'the answer %j, which holds no number, stops before anything is spent',
		async (body) => {
			const account = await pack.account();
			await account.faults({ on: 'balance', kind: 'status', status: 200, body, times: -1 });
			const { error } = await generate(pack, account, withOptions({ minimumBalance: 10 }), { items });
			expect(error).toMatchObject({
				message: 'Image3D gave no number for the balance',
				description: expect.stringMatching(/nothing was charged.*remove the option/),
			});
			expect(await account.tally()).toMatchObject({ submits: 0, charges: 0 });
		},
	);
});

describe('credits that run out', () => {
	it('deliver what is in flight and skip the rest, without asking the service for each', async () => {
		const account = await pack.account({ credits: 20 });
		const many = promptItems(...'abcdef');
		const { items: output, error } = await generate(pack, account, withOptions({}), { items: many });
		expect(error).toBeUndefined();
		expect(output.map(({ json }) => json.status)).toEqual([
			'success',
			'success',
			'skipped',
			'skipped',
			'skipped',
			'skipped',
		]);
		expect(output.slice(0, 2).every(({ binary }) => binary !== undefined)).toBe(true);
		expect(output[2].json.reason).toContain('too few credits');
		expect(await account.tally()).toMatchObject({ submits: 3, charges: 2 });
	});

	it('deliver what is in flight when several submits meet the end together', async () => {
		const account = await pack.account({ plan: 'free', speed: 20 });
		const many = promptItems(...'abcde');
		const { items: output } = await generate(pack, account, withOptions({ concurrency: 5 }), { items: many });
		const statuses = output.map(({ json }) => json.status);
		expect(statuses.filter((status) => status === 'success')).toHaveLength(3);
		expect(statuses.filter((status) => status === 'skipped')).toHaveLength(2);
		expect(await account.tally()).toMatchObject({ charges: 3, downloads: 3 });
	});

	it('lose no item when the refusal is heard before the acceptance', async () => {
		const account = await pack.account({ credits: 10 });
		await account.faults({ on: 'generate', kind: 'slow', ms: 300 });
		const many = promptItems(...'abcdefgh');
		const { items: output } = await generate(pack, account, withOptions({ concurrency: 2 }), { items: many });
		const statuses = output.map(({ json }) => json.status);
		expect(statuses.filter((status) => status === 'success')).toHaveLength(1);
		expect(statuses.filter((status) => status === 'skipped')).toHaveLength(7);
		expect(await account.tally()).toMatchObject({ submits: 2, charges: 1, downloads: 1 });
	});

	it('fail the node when not even the first generation was paid for', async () => {
		const account = await pack.account({ credits: 5 });
		const { error } = await generate(pack, account, withOptions({}), { items });
		expect(error).toMatchObject({
			name: 'NodeApiError',
			httpCode: '402',
			message: expect.stringContaining('too few credits'),
			description: expect.stringContaining('https://image3d.io/pricing/'),
		});
		expect(await account.tally()).toMatchObject({ submits: 1, charges: 0 });
	});

	it('fail the first item and skip the others under Continue', async () => {
		const account = await pack.account({ credits: 5 });
		const onError = 'continueRegularOutput' as const;
		const { items: output } = await generate(pack, account, withOptions({}), { items, onError });
		expect(output[0].json).toMatchObject({
			http_code: '402',
			error: expect.stringContaining('too few credits'),
		});
		expect(output.slice(1).map(({ json }) => json.status)).toEqual(['skipped', 'skipped', 'skipped']);
		expect((await account.tally()).submits).toBe(1);
	});
});
