/** Faults: each does to a call what it promises, as often as ordered, and charges only where it should. */
import { type FaultOrder } from '../../sandbox/faults';
import { sharedSandbox } from '../../harness/sandbox/sandbox';
import { errorCode, finish, submit } from '../../harness/sandbox/jobs';

const sandbox = sharedSandbox();
const ORDER = { mode: 'text', prompt: 'a vase', quality: 'fast' };

async function withFaults(...faults: FaultOrder[]) {
	const user = await sandbox.createUser({ credits: 1000, speed: 10_000 });
	await sandbox.addFaults(user.uid, ...faults);
	const charges = async () => (await sandbox.ledger(user.uid)).charges.length;
	return { user, api: sandbox.api(user.idToken), charges };
}

describe('faults that keep a call from taking place', () => {
	it('answers any status, with headers and body as ordered', async () => {
		const { api, charges } = await withFaults(
			{ on: 'generate', kind: 'status', status: 429, headers: { 'Retry-After': '3' } },
			{ on: 'generate', kind: 'status', status: 500, body: { error: 'Internal server error' } },
			{ on: 'generate', kind: 'status', status: 502, body: '<h1>Bad Gateway</h1>' },
		);
		const limited = await api.post('/generate', ORDER);
		expect([limited.status, limited.headers['retry-after']]).toEqual([429, '3']);
		expect(limited.data).toEqual({ error: expect.any(String) });
		expect((await api.post('/generate', ORDER)).data).toEqual({ error: 'Internal server error' });
		expect((await api.post('/generate', ORDER)).data).toBe('<h1>Bad Gateway</h1>');
		expect(await charges()).toBe(0);
		expect((await api.post('/generate', ORDER)).status).toBe(200);
	});

	it.each<[FaultOrder['kind'], number, RegExp, RegExp]>([
		['html', 200, /text\/html/, /^<!doctype html>/],
		['malformedJson', 200, /application\/json/, /^{"status": "proc$/],
		['emptyBody', 200, /application\/json/, /^$/],
	])('answers %s', async (kind, status, type, text) => {
		const { api, charges } = await withFaults({ on: 'generate', kind });
		const answer = await api.post('/generate', ORDER, { responseType: 'text', transformResponse: [] });
		expect(answer.status).toBe(status);
		expect(answer.headers['content-type']).toMatch(type);
		expect(answer.data).toMatch(text);
		expect(await charges()).toBe(0);
	});

	it('resets before acceptance', async () => {
		const { api, charges, user } = await withFaults({ on: 'generate', kind: 'resetBefore' });
		expect(await errorCode(api.post('/generate', ORDER))).toBe('ECONNRESET');
		expect(await charges()).toBe(0);
		const [request] = (await sandbox.ledger(user.uid)).requests;
		expect(request).toMatchObject({ route: 'generate', status: 0, fault: 'resetBefore' });
	});

	it('hangs, then resets; giving up ends it at once', async () => {
		const { api, charges, user } = await withFaults(
			{ on: 'generate', kind: 'hang', ms: 300 },
			{ on: 'balance', kind: 'hang', ms: 60_000 },
		);
		const started = Date.now();
		expect(await errorCode(api.post('/generate', ORDER))).toBe('ECONNRESET');
		expect(Date.now() - started).toBeGreaterThanOrEqual(295);
		expect(await charges()).toBe(0);
		const hanging = errorCode(api.get('/balance', { timeout: 200 }));
		await new Promise((resolve) => setTimeout(resolve, 100));
		expect((await sandbox.ledger(user.uid)).openRequests).toBe(1);
		expect(await hanging).toBe('ECONNABORTED');
		await new Promise((resolve) => setTimeout(resolve, 50));
		expect((await sandbox.ledger(user.uid)).openRequests).toBe(0);
	});

	it('redirects', async () => {
		const { api } = await withFaults({ on: 'balance', kind: 'redirect', to: 'http://127.0.0.1:9/elsewhere' });
		const answer = await api.get('/balance');
		expect([answer.status, answer.headers.location]).toEqual([302, 'http://127.0.0.1:9/elsewhere']);
	});
});

describe('faults that spoil the answer of a call that took place', () => {
	it.each<[string, FaultOrder]>([
		['resetAfter', { on: 'generate', kind: 'resetAfter' }],
		['hangAfter', { on: 'generate', kind: 'hangAfter', ms: 100 }],
	])('%s: charged, then the connection is lost', async (_kind, fault) => {
		const { api, charges } = await withFaults(fault);
		expect(await errorCode(api.post('/generate', ORDER))).toBe('ECONNRESET');
		expect(await charges()).toBe(1);
	});

	it.each([502, 504])('gatewayTimeoutAfter: charged, then %i with an HTML page', async (status) => {
		const { api, charges } = await withFaults({ on: 'generate', kind: 'gatewayTimeoutAfter', status });
		const answer = await api.post('/generate', ORDER);
		expect(answer.status).toBe(status);
		expect(answer.headers['content-type']).toContain('text/html');
		expect(await charges()).toBe(1);
	});

	it('accepted: charged, then answered with something unreadable', async () => {
		const { api, charges } = await withFaults({ on: 'generate', kind: 'malformedJson', accepted: true });
		const answer = await api.post('/generate', ORDER, { responseType: 'text', transformResponse: [] });
		expect(answer.data).toBe('{"status": "proc');
		expect(await charges()).toBe(1);
	});

	it('slow: the whole answer, in pieces', async () => {
		const { api } = await withFaults({ on: 'balance', kind: 'slow', ms: 400 });
		const started = Date.now();
		expect((await api.get('/balance')).data).toEqual({ balance: 1000, unit: 'credits' });
		expect(Date.now() - started).toBeGreaterThanOrEqual(395);
	});

	it.each(['error', 'message', 'detail'] as const)(
		'failJob: ends as failed, with the reason in %s',
		async (field) => {
			const { api } = await withFaults({ on: 'generate', kind: 'failJob', field, reason: 'Too blurry' });
			const taskId = await submit(api, ORDER);
			expect(await finish(api, taskId)).toEqual({ status: 'failed', progress: 99, [field]: 'Too blurry' });
		},
	);

	it('missingModelUrl waits for a success; unknownStatus hits any call', async () => {
		const { api, user } = await withFaults(
			{ on: 'status', kind: 'missingModelUrl' },
			{ on: 'status', kind: 'unknownStatus', value: 'dreaming', after: 2 },
		);
		const running = await sandbox.addTask(user.uid, { state: 'running' });
		const done = await sandbox.addTask(user.uid);
		expect((await api.get(`/status/${running}`)).data.status).toBe('queued');
		expect((await api.get(`/status/${done}`)).data).toEqual({ status: 'success', progress: 100 });
		expect((await api.get(`/status/${running}`)).data.status).toBe('queued');
		expect((await api.get(`/status/${running}`)).data.status).toBe('dreaming');
		expect((await api.get(`/status/${done}`)).data.model_url).toEqual(expect.any(String));
	});
});

describe('faults of words and names', () => {
	it('statusWord stands for one word only, or for any', async () => {
		const { api, user } = await withFaults(
			{ on: 'status', kind: 'statusWord', value: 'completed', instead: 'success' },
			{ on: 'status', kind: 'statusWord', value: 'rendering', after: 1 },
		);
		const running = await sandbox.addTask(user.uid, { state: 'running' });
		const done = await sandbox.addTask(user.uid);
		expect((await api.get(`/status/${running}`)).data.status).toBe('queued');
		const { data } = await api.get(`/status/${done}`);
		expect(data).toMatchObject({ status: 'completed', model_url: expect.any(String) });
		expect((await api.get(`/status/${running}`)).data.status).toBe('rendering');
	});

	it('progressAs spells the progress of a finished job too', async () => {
		const { api, user } = await withFaults(
			{ on: 'status', kind: 'progressAs', as: 'percent' },
			{ on: 'status', kind: 'progressAs', as: 'share' },
		);
		const done = await sandbox.addTask(user.uid);
		expect((await api.get(`/status/${done}`)).data.progress).toBe('100%');
		expect((await api.get(`/status/${done}`)).data.progress).toBe(1);
	});

	it('renamed moves the id and the link, and puts all of it inside an object', async () => {
		const { api } = await withFaults(
			{ on: 'generate', kind: 'renamed', idAs: 'taskId', inside: 'data' },
			{ on: 'status', kind: 'renamed', linkAs: 'model.url', times: -1 },
		);
		const { data } = (await api.post('/generate', ORDER)).data;
		expect(data).toMatchObject({ taskId: expect.any(String), status: 'queued' });
		const done = await finish(api, data.taskId);
		expect(done).toMatchObject({ status: 'success', model: { url: expect.stringMatching(/^http/) } });
		expect(done).not.toHaveProperty('model_url');
	});
});

describe('how often', () => {
	it('skips the first calls, hits as many as ordered, then is used up', async () => {
		const { api, user } = await withFaults({
			on: 'balance',
			kind: 'status',
			status: 500,
			after: 1,
			times: 2,
		});
		const statuses: number[] = [];
		for (let call = 0; call < 4; call += 1) statuses.push((await api.get('/balance')).status);
		expect(statuses).toEqual([200, 500, 500, 200]);
		expect((await sandbox.ledger(user.uid)).faults).toEqual([]);
	});

	it('hits always with times -1, until cleared, and one user only', async () => {
		const { api, user } = await withFaults({ on: 'balance', kind: 'status', status: 500, times: -1 });
		const other = await sandbox.createUser();
		for (let call = 0; call < 3; call += 1) expect((await api.get('/balance')).status).toBe(500);
		expect((await sandbox.api(other.idToken).get('/balance')).status).toBe(200);
		await sandbox.clearFaults(user.uid);
		expect((await api.get('/balance')).status).toBe(200);
	});
});

describe('the control API', () => {
	it.each([
		['an unknown place', { on: 'nowhere', kind: 'status' }],
		['an unknown kind', { on: 'status', kind: 'explode' }],
		['a kind that does not fit', { on: 'balance', kind: 'failJob' }],
		['a redirect to nowhere', { on: 'balance', kind: 'redirect' }],
	])('refuses %s', async (_case, fault) => {
		const user = await sandbox.createUser();
		const order = sandbox.addFaults(user.uid, fault as FaultOrder);
		await expect(order).rejects.toMatchObject({ response: { status: 400 } });
	});

	it.each([
		{ sped: 3 },
		{ speed: 0 },
		{ plan: 'gold' },
		{ credits: -1 },
		{ progress: 'odd' },
		{ email: 'nobody' },
	])('refuses the settings %j', async (settings) => {
		await expect(sandbox.createUser(settings as never)).rejects.toMatchObject({ response: { status: 400 } });
	});

	it('forgets a removed user with all that was theirs', async () => {
		const user = await sandbox.createUser({ credits: 100, speed: 10_000 });
		const api = sandbox.api(user.idToken);
		const taskId = await submit(api, ORDER);
		const { model_url: url } = await finish(api, taskId);
		await sandbox.removeUser(user.uid);
		expect((await api.get('/balance')).status).toBe(401);
		await expect(sandbox.ledger(user.uid)).rejects.toMatchObject({ response: { status: 404 } });
		expect((await fetch(url as string)).status).toBe(404);
	});
});
