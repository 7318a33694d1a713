/** Choosing ports: free ones that no outgoing connection of the system can take in the meantime. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { findFreePort } from '../../sandbox/ports';

/** Where Linux, macOS and Windows take the ports of outgoing connections from, at the earliest. */
const FIRST_OUTGOING_PORT = 32_768;

it('gives different ports outside the range of outgoing connections', async () => {
	const ports = await Promise.all(Array.from({ length: 200 }, async () => await findFreePort()));
	expect(new Set(ports).size).toBe(200);
	for (const port of ports) expect(port).toBeLessThan(FIRST_OUTGOING_PORT);
});

it.each(['127.0.0.1', undefined])(
	'takes the preferred one unless somebody listens on it (%s)',
	async (host) => {
		const preferred = await findFreePort();
		expect(await findFreePort(preferred)).toBe(preferred);
		const server = createServer().listen(preferred, host);
		await once(server, 'listening');
		try {
			expect(await findFreePort(preferred)).not.toBe(preferred);
		} finally {
			await new Promise((resolve) => server.close(resolve));
		}
	},
);
