/** Image3D Checkout against the sandbox: what it asks for, the link it puts out, and paying behind that link. */
import axios from 'axios';
import type { INodeParameters } from 'n8n-workflow';
import { Image3dCheckout, usePack, type Account } from '../../../harness/sandbox/pack';
import { expectNoSecrets } from '../../../harness/sandbox/expectNoSecrets';

const pack = usePack();

const run = async ({ credentials }: Account, parameters: INodeParameters) =>
	await pack.engine.runNode(Image3dCheckout, { credentials, parameters });

const bodies = async (account: Account) => (await account.ledger()).checkouts.map(({ body }) => body);

/** Opens the page and presses its one button, as a user would; resolves with the text of the page behind it. */
async function pay(checkoutUrl: string): Promise<string> {
	const browser = axios.create({ proxy: false });
	const page = (await browser.get<string>(checkoutUrl)).data;
	const [, action] = /<form method="post" action="([^"]+)"/.exec(page) ?? [];
	expect(action).toBeDefined();
	return (await browser.post<string>(new URL(action, checkoutUrl).href)).data;
}

describe('output', () => {
	it('carries the answer and the link to the payment page, and nothing is charged', async () => {
		const account = await pack.account({ plan: 'pack', credits: 20 });
		const { items, error } = await run(account, { priceId: 'price_starter' });
		expect(error).toBeUndefined();
		const { url } = items[0].json;
		expect(items).toEqual([
			{ json: { url, sessionId: expect.any(String), checkout_url: url }, pairedItem: { item: 0 } },
		]);
		expect(await account.ledger()).toMatchObject({ balance: 20, charges: [], checkouts: [{ paid: false }] });
	});

	it.each([
		['url', { url: 'https://pay.example.com/1' }],
		['checkoutUrl', { checkoutUrl: 'https://pay.example.com/1' }],
		['checkout_url', { checkout_url: 'https://pay.example.com/1' }],
		['sessionUrl', { sessionUrl: 'https://pay.example.com/1' }],
		['redirect_url', { redirect_url: 'https://pay.example.com/1' }],
		['session.url', { session: { id: 'cs_1', url: 'https://pay.example.com/1' } }],
		['data.url', { data: { url: 'https://pay.example.com/1' } }],
	])('finds the link under %s', async (_name, body) => {
		const account = await pack.account();
		await account.faults({ on: 'checkout', kind: 'status', status: 200, body });
		const { items } = await run(account, { priceId: 'price_starter' });
		expect(items[0].json).toEqual({ ...body, checkout_url: 'https://pay.example.com/1' });
	});

	it('goes without checkout_url where the answer has no link', async () => {
		const account = await pack.account();
		await account.faults({
			on: 'checkout',
			kind: 'status',
			status: 200,
			body: { sessionId: 'cs_1', url: 'soon' },
		});
		const { items } = await run(account, { priceId: 'price_starter' });
		expect(items[0].json).toEqual({ sessionId: 'cs_1', url: 'soon' });
	});
});

describe('the request', () => {
	it('carries price and type alone when nothing else is filled in', async () => {
		const account = await pack.account();
		await run(account, { priceId: ' price_starter ' });
		expect(await bodies(account)).toEqual([{ priceId: 'price_starter', type: 'pack' }]);
	});

	it('carries pack, generations and extra fields', async () => {
		const account = await pack.account();
		const options = { extraFields: '{"coupon": "SPRING", "generations": 12}' };
		await run(account, { priceId: 'price_studio', pack: ' studio ', generations: 10, options });
		const priceId = 'price_studio';
		expect(await bodies(account)).toEqual([
			{ priceId, type: 'pack', pack: 'studio', generations: 12, coupon: 'SPRING' },
		]);
	});

	it('asks for a subscription without the fields of a pack', async () => {
		const account = await pack.account();
		const { items } = await run(account, {
			type: 'subscription',
			priceId: 'price_pro_monthly',
			pack: 'starter',
			generations: 5,
		});
		expect(items[0].json.checkout_url).toMatch(/^http/);
		expect(await bodies(account)).toEqual([{ priceId: 'price_pro_monthly', type: 'subscription' }]);
	});
});

describe('paying on the page', () => {
	it('raises the balance by the pack', async () => {
		const account = await pack.account({ plan: 'pack', credits: 20 });
		const { items } = await run(account, { priceId: 'price_starter' });
		const checkoutUrl = String(items[0].json.checkout_url);
		expect(await pay(checkoutUrl)).toContain('120 credits');
		expect(await account.ledger()).toMatchObject({ balance: 120, checkouts: [{ paid: true }] });
	});

	it('turns a free account into a Pro one', async () => {
		const account = await pack.account({ plan: 'free', credits: 0 });
		const parameters = { type: 'subscription', priceId: 'price_pro_monthly' };
		const { items } = await run(account, parameters);
		await pay(String(items[0].json.checkout_url));
		expect(await account.ledger()).toMatchObject({ plan: 'pro', balance: 1500 });
	});
});

describe('bad input', () => {
	it.each<[string, INodeParameters, string, string]>([
		['a price that is none', { priceId: 'starter' }, '"Price ID" is not a price ID', 'It starts with price_'],
		[
			'a price with a space',
			{ priceId: 'price_a b' },
			'"Price ID" is not a price ID',
			'It starts with price_',
		],
		['an empty expression', { priceId: '={{ $json.nothing }}' }, '"Price ID" is empty', 'image3d.io/pricing'],
		[
			'extra fields that are no JSON',
			{ priceId: 'price_starter', options: { extraFields: '{coupon: 1}' } },
			'"Extra Fields" is not a JSON object',
			'double quotes',
		],
		[
			'extra fields that are a list',
			{ priceId: 'price_starter', options: { extraFields: '[1]' } },
			'"Extra Fields" is not a JSON object',
			'curly brackets',
		],
	])('is refused before anything is sent: %s', async (_name, parameters, message, remedy) => {
		const account = await pack.account();
		const { error } = await run(account, parameters);
		expect(error).toMatchObject({
			name: 'NodeOperationError',
			message,
			description: expect.stringContaining(remedy),
			failure: { cause: 'configuration-invalid' },
		});
		expect(error?.description).toContain('Nothing was charged.');
		expect((await account.ledger()).requests).toEqual([]);
	});
});

describe('a refusal of the service', () => {
	it('names the price that is not on sale, and where the prices are', async () => {
		const account = await pack.account();
		const { error } = await run(account, { priceId: 'price_nosuch' });
		expect(error).toMatchObject({
			name: 'NodeApiError',
			message: 'Image3D did not accept the request: no such price: price_nosuch',
			description: expect.stringContaining('https://image3d.io/pricing/'),
			httpCode: '400',
		});
	});

	it.each([
		[401, /did not accept the sign-in/],
		[402, /too few credits/],
		[429, /too many requests/],
		[500, /internal error \(HTTP 500\)/],
		[502, /internal error \(HTTP 502\)/],
	])('(%i) is reported, and no second session is opened', async (status, message) => {
		const account = await pack.account();
		await account.faults({ on: 'checkout', kind: 'status', status, times: -1 });
		const result = await run(account, { priceId: 'price_starter' });
		expect(result.error).toMatchObject({ httpCode: String(status), message: expect.stringMatching(message) });
		expect((await account.ledger()).requests).toHaveLength(status === 401 ? 2 : 1);
		expectNoSecrets(account, result, pack.engine.logs);
	});

	it.each([
		{ error: 'This price has ended' },
		{ success: false, message: 'This price has ended' },
		{ status: 'rejected', detail: 'This price has ended' },
	])('that comes with HTTP 200 is one: %j', async (body) => {
		const account = await pack.account();
		await account.faults({ on: 'checkout', kind: 'status', status: 200, body });
		const { error } = await run(account, { priceId: 'price_starter' });
		expect(error).toMatchObject({
			message: 'Image3D made no link to a payment page: This price has ended',
			description: expect.stringContaining('Nothing was charged.'),
		});
	});

	it.each([
		['html', 'a web page'],
		['malformedJson', 'unreadable data'],
		['emptyBody', 'an empty page'],
	] as const)('that is %s instead of JSON is called that', async (kind, what) => {
		const account = await pack.account();
		await account.faults({ on: 'checkout', kind });
		const { error } = await run(account, { priceId: 'price_starter' });
		expect(error?.message).toBe(`Image3D sent ${what} where JSON was expected (HTTP 200)`);
	});

	it('that never comes is reported as not reached', async () => {
		const account = await pack.account();
		await account.faults({ on: 'checkout', kind: 'resetBefore' });
		const { error } = await run(account, { priceId: 'price_starter' });
		expect(error?.message).toBe('Image3D could not be reached: the connection was closed unexpectedly');
	});
});

describe('three items with the middle one failing', () => {
	const items = ['price_starter', 'price_nosuch', 'price_studio'].map((priceId) => ({ json: { priceId } }));

	const runThree = async (account: Account, onError?: 'continueRegularOutput' | 'continueErrorOutput') =>
		await pack.engine.runNode(Image3dCheckout, {
			credentials: account.credentials,
			parameters: { priceId: '={{ $json.priceId }}' },
			items,
			onError,
		});

	it('stop the node at the failing one, by default', async () => {
		const account = await pack.account();
		expect(await runThree(account)).toMatchObject({ items: [], error: { context: { itemIndex: 1 } } });
		expect(await bodies(account)).toHaveLength(1);
	});

	it('go on with an error item in its place', async () => {
		const account = await pack.account();
		const result = await runThree(account, 'continueRegularOutput');
		expect(result.items).toMatchObject([
			{ json: { checkout_url: expect.any(String) }, pairedItem: { item: 0 } },
			{
				json: { error: expect.stringContaining('no such price'), http_code: '400' },
				pairedItem: { item: 1 },
			},
			{ json: { checkout_url: expect.any(String) }, pairedItem: { item: 2 } },
		]);
		expect((await bodies(account)).map(({ priceId }) => priceId)).toEqual(['price_starter', 'price_studio']);
	});

	it('go on with it on the error output', async () => {
		const account = await pack.account();
		const { outputs } = await runThree(account, 'continueErrorOutput');
		expect(outputs.map((output) => output.length)).toEqual([2, 1]);
		expect(outputs[1][0].json).toMatchObject({ priceId: 'price_nosuch', http_code: '400' });
	});
});
