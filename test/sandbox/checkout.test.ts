/** Buying: the session, the page a user opens, and what paying changes. */
import axios from 'axios';
import { sharedSandbox } from '../../harness/sandbox/sandbox';

const sandbox = sharedSandbox();
const PACK = { priceId: 'price_starter', type: 'pack', pack: 'starter', generations: 10 };

/** Opens the page and submits its form, as a user does. */
async function pay(url: string) {
	const page = await axios.get<string>(url);
	const action = /<form method="post" action="([^"]+)"/.exec(page.data)?.[1];
	if (!action) throw new Error('The page has no form');
	return { page, success: await axios.post<string>(new URL(action, url).href) };
}

describe('checkout', () => {
	it('sells a pack: page, pretend money, higher balance, once', async () => {
		const user = await sandbox.createUser({ plan: 'free' });
		const api = sandbox.api(user.idToken);
		const { status, data } = await api.post('/create-checkout-session', PACK);
		expect(status).toBe(200);
		expect(data).toEqual({ url: expect.any(String), sessionId: expect.stringMatching(/^cs_test_/) });
		expect((await api.get('/balance')).data.balance).toBe(30);
		const { page, success } = await pay(data.url);
		expect(page.headers['content-type']).toContain('text/html');
		expect(page.data).toContain('Pretend money');
		expect(success.data).toContain('130 credits');
		await axios.post(`${data.url}/pay`);
		expect((await api.get('/balance')).data.balance).toBe(130);
		expect((await axios.get<string>(data.url)).data).toContain('Payment received');
	});

	it('sells the Pro subscription', async () => {
		const user = await sandbox.createUser({ plan: 'pack', credits: 0 });
		const api = sandbox.api(user.idToken);
		const order = { priceId: 'price_pro_monthly', type: 'subscription' };
		await pay((await api.post('/create-checkout-session', order)).data.url);
		expect((await sandbox.ledger(user.uid)).plan).toBe('pro');
		expect((await api.get('/balance')).data.balance).toBe(1500);
	});

	it.each([
		['no price', { type: 'pack' }, /priceId is required/],
		['an unknown price', { ...PACK, priceId: 'price_xxxxx' }, /no such price/],
		['the wrong type', { ...PACK, type: 'subscription' }, /type/],
		['half a generation', { ...PACK, generations: 0.5 }, /generations/],
	])('refuses %s with 400', async (_case, body, message) => {
		const user = await sandbox.createUser();
		const answer = await sandbox.api(user.idToken).post('/create-checkout-session', body);
		expect(answer.status).toBe(400);
		expect(answer.data).toEqual({ error: expect.stringMatching(message) });
	});

	it('needs the token for the session, not for the page', async () => {
		expect((await sandbox.api().post('/create-checkout-session', PACK)).status).toBe(401);
		const unknown = await axios.get(`${sandbox.baseUrl}/checkout/cs_test_no`, { validateStatus: () => true });
		expect(unknown.status).toBe(404);
	});
});

it.each([
	['/', 'Image3D sandbox'],
	['/pricing/', 'price_starter'],
	['/login/', 'magic link'],
])('shows a page at %s', async (path, text) => {
	const page = await axios.get<string>(`${sandbox.baseUrl}${path}`);
	expect(page.headers['content-type']).toContain('text/html');
	expect(page.data).toContain(text);
});
