/** Free TCP ports on the loopback interface. */
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Below every system's range for outgoing connections (Linux: from 32768, others: from 49152): between choosing a
 * port and listening on it no connection can take it.
 */
const FIRST_PORT = 15_000;
const LAST_PORT = 29_999;

const given = new Set<number>();

/** A port nobody listens on: `preferred` when it is free, else another; never the same one twice. */
export async function findFreePort(preferred?: number): Promise<number> {
	if (preferred !== undefined && (await isFree(preferred))) return preferred;
	for (;;) {
		const port = randomInt(FIRST_PORT, LAST_PORT + 1);
		if (given.has(port)) continue;
		given.add(port);
		if (await isFree(port)) return port;
	}
}

async function isFree(port: number): Promise<boolean> {
	// A program that listens on every interface does not stop one that binds 127.0.0.1 alone: try both.
	return (await canListen(port, '127.0.0.1')) && (await canListen(port));
}

async function canListen(port: number, host?: string): Promise<boolean> {
	return await new Promise((resolve) => {
		const server = createServer();
		server.once('error', () => resolve(false));
		server.listen({ port, host }, () => server.close(() => resolve(true)));
	});
}
