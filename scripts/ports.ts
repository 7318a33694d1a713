/** Free TCP ports on the loopback interface. */
import { createServer } from 'node:net';

/** A port nobody listens on: `preferred` when it is free, else one the system picks. */
export async function findFreePort(preferred?: number): Promise<number> {
	if (preferred !== undefined && (await isFree(preferred))) return preferred;
	return await listen(0, '127.0.0.1');
}

/** `count` different free ports. */
export async function findFreePorts(count: number): Promise<number[]> {
	const ports = new Set<number>();
	while (ports.size < count) ports.add(await findFreePort());
	return [...ports];
}

async function isFree(port: number): Promise<boolean> {
	// A program that listens on every interface does not stop one that binds 127.0.0.1 alone: try both.
	for (const host of ['127.0.0.1', undefined]) {
		try {
			await listen(port, host);
		} catch {
			return false;
		}
	}
	return true;
}

async function listen(port: number, host: string | undefined): Promise<number> {
	return await new Promise((resolve, reject) => {
		const server = createServer();
		server.once('error', reject);
		server.listen({ port, host }, () => {
			const address = server.address();
			server.close(() => resolve(typeof address === 'object' && address ? address.port : port));
		});
	});
}
