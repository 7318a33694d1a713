/**
 * What stands between a client and the service: servers on loopback that fail before a request has reached anybody
 * (TLS that does not come about, a proxy that does not connect), and a proxy that does its work. In: which of them.
 * Out: the address to call, the proxy to set, and the requests that were seen all the same.
 */
import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import {
	type AddressInfo,
	connect,
	createServer as createTcpServer,
	type Server,
	type Socket,
} from 'node:net';
import { LOOPBACK_CERTIFICATE, LOOPBACK_KEY } from './loopbackCertificate';

export const NETWORK_KINDS = [
	/** A certificate that nobody vouches for. */
	'selfSigned',
	/** Closes or resets the connection in the middle of the handshake, or leaves it hanging. */
	'handshakeClosed',
	'handshakeReset',
	'handshakeHangs',
	/** Speaks plain HTTP where TLS is expected. */
	'plainHttp',
	/** A whole service behind TLS: for clients that do not ask who vouches for it. */
	'secure',
	/** A proxy's answers to CONNECT, and the lack of one. */
	'proxy403',
	'proxy407',
	'proxy502',
	'proxyCloses',
	'proxyResets',
	'proxyHangs',
	/** A proxy that connects. */
	'proxyConnects',
] as const;
export type NetworkKind = (typeof NETWORK_KINDS)[number];

export interface Network {
	/** Where to send requests: always https. */
	url: string;
	/** For HTTPS_PROXY; undefined where there is none. */
	proxyUrl?: string;
	/** Requests that came out of an established secure connection, as `METHOD /path`. */
	readonly requests: string[];
	/** Connections that a proxy was asked for. */
	readonly connects: string[];
	close(): Promise<void>;
}

export interface NetworkOptions {
	/** Loopback's address to listen on; default 127.0.0.1. */
	host?: string;
	/** Answers what comes through, once it is secure; an empty JSON object unless told. */
	answer?: RequestListener;
}

/** Opens the network of that kind. */
export async function openNetwork(kind: NetworkKind, options: NetworkOptions = {}): Promise<Network> {
	const { host = '127.0.0.1', answer = answerNothing } = options;
	const requests: string[] = [];
	const connects: string[] = [];
	const target = targetOf(kind, (request, response) => {
		requests.push(`${request.method} ${request.url}`);
		request.resume();
		answer(request, response);
	});
	const servers = [target];
	const port = await listen(target, host);
	let proxyUrl: string | undefined;
	if (kind.startsWith('proxy')) {
		const proxy = createProxy(kind, connects);
		servers.push(proxy);
		proxyUrl = `http://127.0.0.1:${await listen(proxy, '127.0.0.1')}`;
	}
	const sockets = new Set<Socket>();
	for (const server of servers) {
		server.on('connection', (socket: Socket) => {
			sockets.add(socket);
			socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
		});
	}
	return {
		url: `https://${host}:${port}`,
		proxyUrl,
		requests,
		connects,
		close: async () => {
			for (const server of servers) {
				const closed = once(server, 'close');
				server.close();
				for (const socket of sockets) socket.destroy();
				await closed;
			}
		},
	};
}

const answerNothing: RequestListener = (_request, response) => void response.end('{}');

function targetOf(kind: NetworkKind, answer: RequestListener): Server {
	switch (kind) {
		case 'handshakeClosed':
			return createTcpServer((socket) => socket.once('data', () => socket.end()));
		case 'handshakeReset':
			return createTcpServer((socket) => socket.once('data', () => socket.resetAndDestroy()));
		case 'handshakeHangs':
			return createTcpServer();
		case 'plainHttp':
			return createHttpServer(answer);
		default:
			return createHttpsServer({ key: LOOPBACK_KEY, cert: LOOPBACK_CERTIFICATE }, answer);
	}
}

/** Proxies' answers: the two that people meet come with a page, which is not theirs to read. */
const REFUSALS: Partial<Record<NetworkKind, string>> = {
	proxy403:
		'HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\nContent-Length: 18\r\n\r\n<h1>Forbidden</h1>',
	proxy407: 'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="proxy"\r\n\r\n',
	proxy502: 'HTTP/1.1 502 Bad Gateway\r\n\r\n',
};

function createProxy(kind: NetworkKind, connects: string[]): Server {
	const proxy = createHttpServer((_request, response) => void response.writeHead(405).end());
	proxy.on('connect', (request, socket: Socket) => {
		connects.push(String(request.url));
		const refusal = REFUSALS[kind];
		if (refusal !== undefined) socket.end(refusal);
		else if (kind === 'proxyCloses') socket.end();
		else if (kind === 'proxyResets') socket.resetAndDestroy();
		else if (kind === 'proxyConnects') passThrough(String(request.url), socket);
	});
	return proxy;
}

function passThrough(address: string, near: Socket): void {
	const [host, port] = address.split(':');
	const far = connect(Number(port), host, () => {
		near.write('HTTP/1.1 200 Connection established\r\n\r\n');
		near.pipe(far).pipe(near);
	});
	far.on('error', () => near.destroy());
	near.once('close', () => far.destroy());
}

async function listen(server: Server, host: string): Promise<number> {
	server.listen(0, host);
	await once(server, 'listening');
	return (server.address() as AddressInfo).port;
}
