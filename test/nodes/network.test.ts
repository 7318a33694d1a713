/** A network that fails: every node says the same reason, and what never left is never said to be charged. */
import { inAcceleratedTime, useAcceleratedClock } from '../../harness/sandbox/acceleratedClock';
import { useShortWaits } from '../../harness/sandbox/dice';
import { generate } from '../../harness/sandbox/generation';
import {
	inNetwork,
	trustingLoopback,
	underProtection,
	type Network,
	type NetworkKind,
} from '../../harness/sandbox/network';
import {
	Image3dBalance,
	Image3dCheckout,
	Image3dStatus,
	Image3dTrigger,
	usePack,
	type Account,
} from '../../harness/sandbox/pack';

const pack = usePack();

useAcceleratedClock();

useShortWaits();

/** The sum of a run asks for the balance besides. */
const submits = (requests: readonly string[]) => requests.filter((request) => request.startsWith('POST '));

/** An address that n8n's protection blocks although the sandbox's own is allowed. */
const BLOCKED_HOST = '127.0.0.2';

interface Way {
	kind: NetworkKind | 'blocked';
	reason: RegExp;
	helps: RegExp;
}

const WAYS: Way[] = [
	{
		kind: 'selfSigned',
		reason: /certificate is not one that this n8n trusts/,
		helps: /NODE_EXTRA_CA_CERTS.*clock/,
	},
	{ kind: 'handshakeClosed', reason: /cut off before it was secure/, helps: /proxy or firewall.*clock/ },
	{ kind: 'handshakeReset', reason: /cut off before it was secure/, helps: /proxy or firewall.*clock/ },
	{ kind: 'plainHttp', reason: /no secure connection \(TLS\) could be agreed on/, helps: /port.*proxy/ },
	{ kind: 'proxy403', reason: /proxy of this n8n refused to connect to it \(HTTP 403\)/, helps: /NO_PROXY/ },
	{
		kind: 'proxy407',
		reason: /proxy of this n8n asks for a user name and password \(HTTP 407\)/,
		helps: /HTTPS_PROXY/,
	},
	{
		kind: 'proxy502',
		reason: /proxy of this n8n refused to connect to it \(HTTP 502\)/,
		helps: /HTTPS_PROXY/,
	},
	{
		kind: 'proxyResets',
		reason: /proxy of this n8n closed the connection without an answer/,
		helps: /HTTPS_PROXY/,
	},
	{
		kind: 'blocked',
		reason: /own protection \(N8N_SSRF_PROTECTION_ENABLED\) blocks this address/,
		helps: /N8N_SSRF_ALLOWED_HOSTNAMES or N8N_SSRF_ALLOWED_IP_RANGES/,
	},
];

async function onTheWay<T>(kind: Way['kind'], work: (network: Network) => Promise<T>): Promise<T> {
	if (kind !== 'blocked') return await inNetwork(kind, work);
	const host = BLOCKED_HOST;
	return await underProtection(['127.0.0.1/32'], async () => await inNetwork('secure', work, { host }));
}

/** A pasted token: nothing but the one request is sent. */
async function accountAt(baseUrl: string): Promise<Account> {
	return await pack.account({ requireReferer: false }, { signIn: 'idToken', credential: { baseUrl } });
}

type Says = (network: Network) => Promise<{ text: string; account: Account }>;

function textOf(error: unknown): string {
	const { message, description } = error as { message: string; description?: string };
	return `${message} ${description}`;
}

const NODES: Record<string, Says> = {
	'Image3D Generate': async ({ url }) => {
		const account = await accountAt(url);
		const { error } = await generate(pack, account);
		return { text: textOf(error), account };
	},
	'Image3D Status': async ({ url }) => {
		const account = await accountAt(url);
		const { credentials } = account;
		const { error } = await pack.engine.runNode(Image3dStatus, {
			credentials,
			parameters: { taskId: 'task-1' },
		});
		return { text: textOf(error), account };
	},
	'Image3D Balance': async ({ url }) => {
		const account = await accountAt(url);
		const { error } = await pack.engine.runNode(Image3dBalance, { credentials: account.credentials });
		return { text: textOf(error), account };
	},
	'Image URL': async ({ url }) => {
		const account = await pack.account();
		const parameters = { mode: 'image', imageSource: 'url', imageUrl: `${url}/chair.png` };
		const { error } = await generate(pack, account, parameters);
		return { text: textOf(error), account };
	},
	'the download': async ({ url }) => {
		const account = await pack.account();
		const taskId = await account.addTask({ state: 'success' });
		const body = { task_id: taskId, status: 'success', model_url: `${url}/model.glb` };
		await account.faults({ on: 'status', kind: 'status', status: 200, body, times: -1 });
		const { credentials } = account;
		const { error } = await pack.engine.runNode(Image3dStatus, { credentials, parameters: { taskId } });
		return { text: textOf(error), account };
	},
};

const NOT_SPENDING: Record<string, Says> = {
	'Image3D Checkout': async ({ url }) => {
		const account = await accountAt(url);
		const { credentials } = account;
		const parameters = { priceId: 'price_starter' };
		const { error } = await pack.engine.runNode(Image3dCheckout, { credentials, parameters });
		return { text: textOf(error), account };
	},
	'the sign-in': async ({ url }) => {
		const account = await pack.account({}, { credential: { authEmulatorUrl: url } });
		const { error } = await pack.engine.runNode(Image3dBalance, { credentials: account.credentials });
		return { text: textOf(error), account };
	},
	'the Data Tables': async ({ url }) => {
		const account = await pack.account();
		const key = { instanceUrl: url, apiKey: 'a-key' };
		const image3dN8nApi = await pack.engine.credentials.add('image3dN8nApi', key);
		const table = { mode: 'id', value: 'table-1' };
		const poller = pack.engine.poller(Image3dTrigger, {
			credentials: { ...account.credentials, image3dN8nApi },
			parameters: {
				event: 'taskFinished',
				taskSource: 'dataTable',
				dataTableId: table,
				taskIdColumn: 'task_id',
			},
		});
		const { error } = await poller.poll();
		return { text: textOf(error), account };
	},
};

describe.each(WAYS)('$kind', ({ kind, reason, helps }) => {
	it.each(Object.entries({ ...NODES, ...NOT_SPENDING }))(
		'is named by %s, with what helps',
		async (_node, says) => {
			await onTheWay(kind, async (network) => {
				const { text, account } = await says(network);
				expect(text).toMatch(reason);
				expect(text).toMatch(helps);
				expect(text).not.toMatch(/may have been charged|sign in again|correct it/i);
				expect(text).not.toMatch(/wait a little|a little later/i);
				expect(network.requests).toEqual([]);
				expect((await account.tally()).charges).toBe(0);
			});
		},
	);

	it('leaves no doubt that the generation was not charged', async () => {
		await onTheWay(kind, async ({ url }) => {
			const { error } = await generate(pack, await accountAt(url));
			expect(textOf(error)).toContain('nothing was charged');
		});
	});
});

describe('a submit that nobody answers', () => {
	it.each<[NetworkKind, RegExp]>([
		['handshakeHangs', /no secure connection \(TLS\) was made in time/],
		['proxyHangs', /the proxy of this n8n did not answer in time/],
		// n8n's proxy agent does not always notice the end of such a connection.
		['proxyCloses', /the proxy of this n8n (did not answer in time|closed the connection)/],
	])('was never sent in %s', async (kind, reason) => {
		await inNetwork(kind, async ({ url }) => {
			const account = await accountAt(url);
			const { error } = await inAcceleratedTime(
				400,
				() => 0,
				async () => await generate(pack, account),
			);
			expect(textOf(error)).toMatch(reason);
			expect(textOf(error)).toContain('nothing was charged');
			expect(textOf(error)).not.toContain('may have been charged');
		});
	});

	it('may have been accepted where the connection stood', async () => {
		await trustingLoopback(async () => {
			await inNetwork(
				'secure',
				async ({ url, requests }) => {
					const account = await accountAt(url);
					const { error } = await inAcceleratedTime(
						400,
						() => 0,
						async () => await generate(pack, account),
					);
					expect(textOf(error)).toContain('no answer within 120 seconds');
					expect(textOf(error)).toContain('may have been charged');
					expect(submits(requests)).toHaveLength(1);
				},
				{ answer: () => undefined },
			);
		});
	});
});

describe('a secure connection that stood', () => {
	it('and broke off may have carried the generation, and it is not sent again', async () => {
		const answer = (_request: unknown, response: { destroy(): void }) => response.destroy();
		await trustingLoopback(async () => {
			await inNetwork(
				'secure',
				async ({ url, requests }) => {
					const { error } = await generate(pack, await accountAt(url));
					expect(textOf(error)).toContain('may have been charged');
					expect(submits(requests)).toHaveLength(1);
				},
				{ answer },
			);
		});
	});

	it('serves a request through a proxy that connects', async () => {
		await trustingLoopback(async () => {
			await inNetwork(
				'proxyConnects',
				async ({ url, connects }) => {
					const { credentials } = await accountAt(url);
					const { items } = await pack.engine.runNode(Image3dBalance, { credentials });
					expect(items[0].json).toEqual({ balance: 7 });
					expect(connects).toEqual([new URL(url).host]);
				},
				{ answer: (_request, response) => void response.end('{"balance": 7}') },
			);
		});
	});

	it('through a proxy may have carried a generation that a gateway behind it answers with 502', async () => {
		await trustingLoopback(async () => {
			await inNetwork(
				'proxyConnects',
				async ({ url, requests, connects }) => {
					const { error } = await generate(pack, await accountAt(url));
					expect(textOf(error)).toContain('may have been charged');
					expect(submits(requests)).toHaveLength(1);
					expect(new Set(connects)).toEqual(new Set([new URL(url).host]));
				},
				{ answer: (_request, response) => void response.writeHead(502).end('<html>Bad Gateway</html>') },
			);
		});
	});
});
