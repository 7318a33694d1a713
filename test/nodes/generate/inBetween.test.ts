/** Whoever stands between n8n and the service and answers in its place is told from the service. */
import { useShortWaits } from '../../../harness/sandbox/dice';
import { PROMPT_OF_ITEM, generate, promptItems } from '../../../harness/sandbox/generation';
import { usePack } from '../../../harness/sandbox/pack';

const pack = usePack();
useShortWaits();

describe('a web page with 403', () => {
	it('is a firewall, not the sign-in, and is not sent again', async () => {
		const account = await pack.account();
		await account.faults({ on: 'generate', kind: 'html', status: 403 });
		const { error } = await generate(pack, account);
		expect(error).toMatchObject({
			name: 'NodeApiError',
			httpCode: '403',
			message: expect.stringContaining('A firewall or proxy in front of Image3D refused the request'),
			description: expect.stringMatching(/The sign-in is not the problem.*not charged/),
		});
		expect(await account.tally()).toMatchObject({ submits: 1, charges: 0 });
	});

	it('on a status call is asked again, for the task is paid for', async () => {
		const account = await pack.account();
		await account.faults({ on: 'status', kind: 'html', status: 403, times: 2 });
		const { items } = await generate(pack, account);
		expect(items[0].json.status).toBe('success');
		expect((await account.tally()).charges).toBe(1);
	});
});

it('403 as JSON is still the sign-in', async () => {
	const account = await pack.account({}, { signIn: 'idToken' });
	await account.faults({ on: 'generate', kind: 'status', status: 403, times: -1 });
	const { error } = await generate(pack, account);
	expect(error).toMatchObject({ message: expect.stringContaining('did not accept the sign-in') });
});

it.each([
	[407, /a proxy on the way asks for a user name and password \(HTTP 407\)/, /HTTP_PROXY/],
	[511, /the network of this n8n asks for a login first \(HTTP 511\)/, /Log in to the network/],
])('%i names the login that is wanted', async (status, reason, remedy) => {
	const account = await pack.account();
	await account.faults({ on: 'generate', kind: 'html', status, times: -1 });
	const { error } = await generate(pack, account);
	expect(error).toMatchObject({
		httpCode: String(status),
		message: expect.stringMatching(reason),
		description: expect.stringMatching(remedy),
	});
	expect((error as { description?: string }).description).toContain('not charged');
	expect(await account.tally()).toMatchObject({ submits: 1, charges: 0 });
});

describe('a redirect of a submit', () => {
	it.each([301, 302, 303, 307, 308])('(%i) may have been charged, and is not sent again', async (status) => {
		const account = await pack.account();
		await account.faults({ on: 'generate', kind: 'redirect', to: '/done', status, accepted: true });
		const { error } = await generate(pack, account, {}, { retryOnFail: true, waitBetweenTries: 1 });
		expect(error).toMatchObject({
			message: expect.stringContaining('never confirmed'),
			description: expect.stringContaining('may have been charged'),
		});
		expect((error as { description?: string }).description).not.toContain('not charged');
		expect(await account.tally()).toMatchObject({ submits: 1, charges: 1 });
	});

	it('is of the address: under Continue no more is sent, and the other items say that they were not', async () => {
		const account = await pack.account();
		await account.faults({ on: 'generate', kind: 'redirect', to: '/login', status: 302, times: -1 });
		const parameters = { prompt: PROMPT_OF_ITEM, options: { concurrency: 1 } };
		const items = promptItems('a', 'b', 'c');
		const result = await generate(pack, account, parameters, { items, onError: 'continueRegularOutput' });
		expect(result.items[0].json).toMatchObject({ may_be_charged: true, http_code: '302' });
		for (const { json } of result.items.slice(1)) {
			expect(json).toMatchObject({
				error: expect.stringContaining('redirect (HTTP 302)'),
				hint: expect.stringMatching(/Check the Base URL.*nothing was charged/),
			});
			expect(json).not.toHaveProperty('may_be_charged');
		}
		expect(result.hints.map(({ message }) => message).join()).toMatch(/1 may have been charged/);
		expect(await account.tally()).toMatchObject({ submits: 1, charges: 0 });
	});
});
