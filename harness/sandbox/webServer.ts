/** A web server on loopback for what is on the web in a test; it keeps what it was asked. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface WebServer {
	url: string;
	/** Path and headers of every request, oldest first. */
	requests: Array<{ path: string; headers: IncomingHttpHeaders }>;
	close(): Promise<void>;
}

export async function startWebServer(listener: RequestListener): Promise<WebServer> {
	const requests: WebServer['requests'] = [];
	const server = createServer((request, response) => {
		requests.push({ path: request.url ?? '', headers: request.headers });
		listener(request, response);
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		requests,
		close: async () => {
			const closed = once(server, 'close');
			server.close();
			server.closeAllConnections();
			await closed;
		},
	};
}
