/** The credential outside of this pack's nodes, and a token that stays with its host. */
import { Image3dBalance, Image3dCheckout, usePack, type Account } from '../../harness/sandbox/pack';
import { expectNoSecrets } from '../../harness/sandbox/expectNoSecrets';
import { expired } from '../../harness/sandbox/tokens';

const pack = usePack();

describe('in the HTTP Request node', () => {
	const request = async ({ credentials }: Account) =>
		await pack.engine.runNode('n8n-nodes-base.httpRequest', {
			parameters: { url: `${pack.sandbox.baseUrl}/api/balance`, nodeCredentialType: 'image3dApi' },
			credentials,
		});

	it.each(['refreshToken', 'emailLink', 'idToken'] as const)('signs in by %s', async (signIn) => {
		const account = await pack.account({}, { signIn });
		const result = await request(account);
		expect(result.items).toMatchObject([{ json: { balance: 1500, unit: 'credits' } }]);
	});

	it('renews an expired token once and stores it', async () => {
		const account = await pack.account();
		const data = await pack.engine.credentials.read(account.credentialId);
		const idToken = expired(account.user.idToken);
		await pack.engine.credentials.save(account.credentialId, { ...data, idToken });
		expect((await request(account)).items).toMatchObject([{ json: { balance: 1500 } }]);
		expect((await account.ledger()).refreshes).toBe(1);
		expect((await pack.engine.credentials.read(account.credentialId)).idToken).not.toBe(idToken);
	});
});

describe('a redirect', () => {
	it.each([301, 302, 307, 308])('(%i) is refused, with the token kept', async (status) => {
		const account = await pack.account();
		const to = `${pack.sandbox.baseUrl.replace('127.0.0.1', 'localhost')}/api/balance`;
		await account.faults({ on: 'balance', kind: 'redirect', status, to, times: -1 });
		const { error } = await pack.engine.runNode(Image3dBalance, { credentials: account.credentials });
		expect(error?.message).toBe(`Image3D answered with a redirect (HTTP ${status}) to another address`);
		expect(error?.description).toContain('Check the Base URL');
		expect((await account.ledger()).requests).toMatchObject([{ status }]);
		expectNoSecrets(account, error, pack.engine.logs);
	});

	it('of a POST is refused as well', async () => {
		const account = await pack.account();
		await account.faults({
			on: 'checkout',
			kind: 'redirect',
			status: 307,
			to: `${pack.sandbox.baseUrl}/api/balance`,
		});
		const { error } = await pack.engine.runNode(Image3dCheckout, {
			credentials: account.credentials,
			parameters: { priceId: 'price_starter' },
		});
		expect(error?.message).toContain('redirect (HTTP 307)');
		expect((await account.ledger()).requests).toHaveLength(1);
	});
});
