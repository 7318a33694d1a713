/** Plans, credits and the limits of the service. */
import { sharedSandbox } from '../support/sandbox';

const sandbox = sharedSandbox();

describe('plans', () => {
	it('gives the free plan three generations in all', async () => {
		const user = await sandbox.createUser({ plan: 'free' });
		const api = sandbox.api(user.idToken);
		const order = { mode: 'text', prompt: 'a vase' };
		const statuses: number[] = [];
		for (let round = 0; round < 4; round += 1) statuses.push((await api.post('/generate', order)).status);
		expect(statuses).toEqual([200, 200, 200, 402]);
		expect((await api.get('/balance')).data).toEqual({ balance: 0, unit: 'credits' });
	});
});
