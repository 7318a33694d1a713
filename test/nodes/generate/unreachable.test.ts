/** A service that cannot be reached: what certainly never left is sent again, and nothing is charged. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

import { useShortWaits } from '../../../harness/sandbox/dice';
import { generate } from '../../../harness/sandbox/generation';
import { usePack } from '../../../harness/sandbox/pack';

const pack = usePack();
useShortWaits();

describe('a submit that never left', () => {
	it('is sent again until the service can be reached', async () => {
		const port = await freePort();
		const account = await pack.account(
			{ requireReferer: false },
			{ credential: { baseUrl: `http://127.0.0.1:${port}/` } },
		);
		let closeTunnel = () => {};
		setTimeout(() => (closeTunnel = openTunnel(port, pack.sandbox.baseUrl)), 80);
		try {
			const { items, error } = await generate(pack, account);
			expect(error).toBeUndefined();
			expect(items[0].json.status).toBe('success');
			expect(await account.tally()).toMatchObject({ submits: 1, charges: 1 });
		} finally {
			closeTunnel();
		}
	});

	it('is given up with the word that nothing was charged', async () => {
		const baseUrl = `http://127.0.0.1:${await freePort()}`;
		const account = await pack.account({ requireReferer: false }, { credential: { baseUrl } });
		const { error } = await generate(pack, account);
		expect(error).toMatchObject({
			name: 'NodeApiError',
			message: 'Image3D could not be reached: the connection was refused',
			description: expect.stringMatching(/Check the Base URL.*nothing was charged/),
			failure: { cause: 'temporarily-unavailable' },
		});
		expect((await account.tally()).charges).toBe(0);
	});
});

async function freePort(): Promise<number> {
	const server = createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	server.close();
	await once(server, 'close');
	return port;
}

/** Hands every connection on `port` through to the address; returns what ends it. */
function openTunnel(port: number, to: string): () => void {
	const { hostname, port: target } = new URL(to);
	const sockets: Socket[] = [];
	const server = createServer((near) => {
		const far = connect(Number(target), hostname);
		sockets.push(near, far);
		near.pipe(far).pipe(near);
		for (const socket of [near, far]) socket.on('error', () => [near, far].forEach((end) => end.destroy()));
	});
	server.listen(port, '127.0.0.1');
	return () => {
		server.close();
		for (const socket of sockets) socket.destroy();
	};
}
