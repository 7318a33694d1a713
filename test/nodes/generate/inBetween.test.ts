/** Whoever stands between n8n and the service and answers in its place is told from the service. */
import { useShortWaits } from '../../../harness/sandbox/dice';
import { generate } from '../../../harness/sandbox/generation';
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

describe('303 on a submit', () => {
	it('may have been charged, and is not sent again', async () => {
		const account = await pack.account();
		await account.faults({ on: 'generate', kind: 'redirect', to: '/done', status: 303, accepted: true });
		const { error } = await generate(pack, account, {}, { retryOnFail: true, waitBetweenTries: 1 });
		expect(error).toMatchObject({
			message: expect.stringContaining('never confirmed'),
			description: expect.stringContaining('may have been charged'),
		});
		expect((error as { description?: string }).description).not.toContain('not charged');
		expect(await account.tally()).toMatchObject({ submits: 1, charges: 1 });
	});

	it('is told from the redirects that say that nothing was done', async () => {
		const account = await pack.account();
		await account.faults({ on: 'generate', kind: 'redirect', to: '/login', status: 302 });
		const { error } = await generate(pack, account);
		expect(error).toMatchObject({ description: expect.stringContaining('This request was not charged') });
	});
});
