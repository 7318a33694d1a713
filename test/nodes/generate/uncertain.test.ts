/** A submit whose fate is unknown: not repeated by anything but the user's own wish, and never under another key. */
import { useShortWaits } from '../../../harness/sandbox/dice';
import { generate, PROMPT_OF_ITEM, promptItems } from '../../../harness/sandbox/generation';
import { usePack } from '../../../harness/sandbox/pack';

const pack = usePack();
useShortWaits();

const RETRY = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };
const SUBMIT_AGAIN = { options: { onUncertainCharge: 'submitAgain' } };

/** As Varnish and Fastly send it when their backend has not answered in time. */
const PAGE = '<?xml version="1.0"?><html><head><title>503 Backend fetch failed</title></head></html>';

const spoilt = [
	['the connection is reset after the service has accepted', { kind: 'resetAfter' }, 1],
	['the connection is reset before the service has acted', { kind: 'resetBefore' }, 0],
	['a gateway answers 504', { kind: 'gatewayTimeoutAfter', status: 504 }, 1],
	['a gateway answers 502', { kind: 'gatewayTimeoutAfter', status: 502 }, 1],
	['a proxy answers 503', { kind: 'html', status: 503, accepted: true }, 1],
	['a proxy answers 499', { kind: 'status', status: 499, accepted: true }, 1],
	...[301, 302, 303, 307, 308].map(
		(status) =>
			[`it is redirected (${status})`, { kind: 'redirect', status, to: '/done', accepted: true }, 1] as const,
	),
	[
		'a cache answers 503 with a Retry-After, though the service has acted',
		{ kind: 'status', status: 503, body: PAGE, headers: { 'Retry-After': '1' }, accepted: true },
		1,
	],
	['a proxy answers 500 with a page', { kind: 'status', status: 500, body: PAGE, accepted: true }, 1],
	['a web page comes instead of JSON', { kind: 'html', accepted: true }, 1],
	['malformed JSON comes', { kind: 'malformedJson', accepted: true }, 1],
	['an empty answer comes', { kind: 'emptyBody', accepted: true }, 1],
	['the answer carries no task id', { kind: 'status', status: 200, body: {}, accepted: true }, 1],
] as const;

describe.each(spoilt)('when %s', (_how, fault, charges) => {
	it('says that the charge is uncertain, and neither Retry On Fail nor Retry sends it again', async () => {
		const account = await pack.account();
		await account.faults({ on: 'generate', ...fault });
		const first = await generate(pack, account);
		expect(first.error).toMatchObject({
			name: 'NodeApiError',
			message: expect.stringContaining('It is not known whether Image3D accepted this generation'),
			description: expect.stringMatching(/may have been charged.*"If a Charge Is Uncertain"/),
		});
		const second = await pack.engine.retryNode(first);
		expect(second.error!.message).toContain('An earlier try of this generation was never confirmed');
		const third = await pack.engine.retryNode(second);
		expect(third.status).toBe('error');
		expect(await account.tally()).toMatchObject({ submits: 1, charges });
	});
});

it('an item that may be charged says so, for a workflow that would otherwise send it again', async () => {
	const account = await pack.account();
	await account.faults({ on: 'generate', kind: 'resetAfter' });
	const { items } = await generate(pack, account, {}, { onError: 'continueRegularOutput' });
	expect(items[0].json).toMatchObject({ may_be_charged: true });
	await account.faults({ on: 'generate', kind: 'status', status: 400 });
	const refused = await generate(pack, account, {}, { onError: 'continueRegularOutput' });
	expect(refused.items[0].json).not.toHaveProperty('may_be_charged');
});

describe('onUncertainCharge', () => {
	const fault = { on: 'generate', kind: 'resetAfter' } as const;

	it('stop (the default): Retry On Fail does not repeat the submit', async () => {
		const account = await pack.account();
		await account.faults(fault);
		const { error } = await generate(pack, account, {}, RETRY);
		expect(error!.message).toContain('never confirmed');
		expect(await account.tally()).toMatchObject({ submits: 1, charges: 1 });
	});

	it('submitAgain: Retry On Fail repeats it under the same idempotency key', async () => {
		const account = await pack.account();
		await account.faults(fault);
		const { items, error } = await generate(pack, account, SUBMIT_AGAIN, RETRY);
		expect(error).toBeUndefined();
		const { requests, charges } = await account.ledger();
		const submits = requests.filter(({ route }) => route === 'generate');
		expect(submits).toHaveLength(2);
		expect(submits[0].idempotencyKey).toMatch(/^[\w-]{20,}$/);
		expect(submits[1].idempotencyKey).toBe(submits[0].idempotencyKey);
		expect(items[0].json.task_id).toBe(charges[1].taskId);
	});

	it('submitAgain: a repeat that is refused leaves the first in doubt, and says so', async () => {
		const account = await pack.account();
		await account.faults(fault);
		const first = await generate(pack, account, SUBMIT_AGAIN);
		await account.faults({ on: 'generate', kind: 'status', status: 400 });
		const refused = await pack.engine.retryNode(first);
		expect(refused.error).toMatchObject({
			message: expect.stringContaining('did not accept the request'),
			description: expect.stringMatching(/An earlier request for it may have been charged/),
		});
		expect(refused.error!.description).not.toMatch(/nothing was charged|more may have been charged/i);
		const third = await pack.engine.retryNode(refused);
		expect(third.status).toBe('success');
		const keys = (await account.ledger()).requests.flatMap(({ route, idempotencyKey }) =>
			route === 'generate' ? [idempotencyKey] : [],
		);
		expect(keys).toHaveLength(3);
		expect(new Set(keys).size).toBe(1);
	});

	it('is read for each item', async () => {
		for (const choices of [
			['submitAgain', 'stop'],
			['stop', 'submitAgain'],
		]) {
			const account = await pack.account();
			await account.faults({ ...fault, times: 2 });
			const items = choices.map((choice) => ({ json: { choice, prompt: choice } }));
			const options = { concurrency: 1, onUncertainCharge: '={{ $json.choice }}' };
			const onError = 'continueRegularOutput' as const;
			const { items: output } = await generate(
				pack,
				account,
				{ prompt: PROMPT_OF_ITEM, options },
				{ ...RETRY, items, onError },
			);
			expect(await account.tally()).toMatchObject({ submits: 3, charges: 3 });
			const again = choices.indexOf('submitAgain');
			expect(output[again].json.status).toBe('success');
			expect(output[1 - again].json).toMatchObject({ may_be_charged: true });
		}
	});

	it('submitAgain: one run alone does not repeat it', async () => {
		const account = await pack.account();
		await account.faults(fault);
		const { error } = await generate(pack, account, SUBMIT_AGAIN);
		expect(error!.message).toContain('not known whether');
		expect((await account.tally()).submits).toBe(1);
	});
});

describe('with the balance known from before', () => {
	const options = { minimumBalance: 10 };

	it.each([
		['was charged', 'resetAfter', 'The balance was 50 credits before this run and is 40 now'],
		[
			'has not been charged',
			'resetBefore',
			'The balance is still 50 credits, so it has not been charged so far',
		],
	] as const)('tells that an unconfirmed submit %s', async (_what, kind, sentence) => {
		const account = await pack.account({ credits: 50 });
		await account.faults({ on: 'generate', kind });
		const { error } = await generate(pack, account, { options });
		expect(error!.description).toContain(sentence);
	});
});

describe('an uncertain item in a batch', () => {
	const items = promptItems('a', 'b', 'c');
	const parameters = { prompt: PROMPT_OF_ITEM, options: { concurrency: 1 } };

	it('is one error item under Continue, and the others are delivered', async () => {
		const account = await pack.account();
		await account.faults({ on: 'generate', kind: 'resetAfter', after: 1 });
		const onError = 'continueRegularOutput' as const;
		const { items: output } = await generate(pack, account, parameters, { items, onError });
		expect(output.map(({ json }) => json.status)).toEqual(['success', undefined, 'success']);
		expect(output[1].json.hint).toContain('may have been charged');
		expect(await account.tally()).toMatchObject({ submits: 3, charges: 3, downloads: 2 });
	});

	it('stays unsent on Retry, whose other items are taken up', async () => {
		const account = await pack.account();
		await account.faults({ on: 'generate', kind: 'resetAfter', after: 1 });
		const failed = await generate(pack, account, parameters, { items });
		const [first] = (await account.ledger()).charges;
		expect(failed.error!.description).toContain(`Also submitted and paid for: ${first.taskId}`);
		const again = await pack.engine.retryNode(failed);
		expect(again.error!.message).toContain('never confirmed');
		expect((await account.ledger()).requests.filter(({ route }) => route === 'generate')).toHaveLength(2);
	});
});
