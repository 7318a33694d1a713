/** Plans, credits and the limit of five running jobs. */
import { sharedSandbox } from '../../harness/sandbox/sandbox';
import { submit } from '../../harness/sandbox/jobs';

const sandbox = sharedSandbox();
const ORDER = { mode: 'text', prompt: 'a vase', quality: 'fast' };

describe('plans', () => {
	it('gives the free plan three generations in all', async () => {
		const user = await sandbox.createUser({ plan: 'free', speed: 10_000 });
		const api = sandbox.api(user.idToken);
		const statuses: number[] = [];
		for (let round = 0; round < 4; round += 1) statuses.push((await api.post('/generate', ORDER)).status);
		expect(statuses).toEqual([200, 200, 200, 402]);
		expect((await api.get('/balance')).data).toEqual({ balance: 0, unit: 'credits' });
	});

	it('lets a pack be used up, and says where to buy', async () => {
		const user = await sandbox.createUser({ plan: 'pack', credits: 15 });
		const api = sandbox.api(user.idToken);
		expect((await api.post('/generate', ORDER)).status).toBe(200);
		const refused = await api.post('/generate', ORDER);
		expect(refused.status).toBe(402);
		expect(refused.data).toEqual({ error: expect.stringContaining('/pricing/') });
		expect((await api.get('/balance')).data.balance).toBe(5);
	});

	it('gives Pro 150 generations a month, then takes purchased credits', async () => {
		const user = await sandbox.createUser({ plan: 'pro', credits: 10, speed: 100_000 });
		const api = sandbox.api(user.idToken);
		expect((await api.get('/balance')).data.balance).toBe(1510);
		for (let round = 0; round < 151; round += 1) await submit(api, ORDER);
		expect((await api.post('/generate', ORDER)).status).toBe(402);
		const { charges } = await sandbox.ledger(user.uid);
		expect(charges.filter((charge) => charge.fromAllowance)).toHaveLength(150);
		expect(charges).toHaveLength(151);
	});
});

describe('running jobs', () => {
	it('are five at most: the sixth gets 429 with Retry-After, and nothing is charged', async () => {
		const user = await sandbox.createUser({ plan: 'pro', speed: 5 });
		const api = sandbox.api(user.idToken);
		const answers = await Promise.all(Array.from({ length: 7 }, () => api.post('/generate', ORDER)));
		expect(answers.map((answer) => answer.status).sort()).toEqual([200, 200, 200, 200, 200, 429, 429]);
		const refused = answers.find((answer) => answer.status === 429);
		expect(refused?.data).toEqual({ error: expect.stringContaining('Rate limited') });
		expect(refused?.headers['retry-after']).toBe('2');
		expect((await sandbox.ledger(user.uid)).charges).toHaveLength(5);
		await new Promise((resolve) => setTimeout(resolve, 2000));
		expect((await api.post('/generate', ORDER)).status).toBe(200);
	});
});
