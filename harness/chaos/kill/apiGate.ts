/**
 * What stands between a run and the service, and knows of every call: each is told when it arrives, when the service has
 * answered, and when the answer is out, and waits there for whoever is told. In: the service's address; out: its own.
 */
import { createServer, request as sendRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { ApiCallKind, KillAt } from './killPlan';

export interface ApiStep {
	kind: ApiCallKind;
	at: KillAt;
	/** The accepted task, from `done` on. */
	taskId?: string;
}

export interface ApiGate {
	url: string;
	/** Nothing goes on before it resolves; what it rejects with breaks the connection. */
	onStep?: (step: ApiStep) => Promise<void>;
	close(): Promise<void>;
}

/** One for each run; `close` it. */
export async function openApiGate(serviceUrl: string): Promise<ApiGate> {
	const pass = async (request: IncomingMessage, response: ServerResponse) => {
		const kind = kindOf(request.url ?? '');
		const body = await buffer(request);
		await gate.onStep?.({ kind, at: 'arrived' });
		const answer = await forward(serviceUrl, request, body);
		const bytes = await buffer(answer);
		const taskId = kind === 'generate' ? taskIdIn(bytes) : undefined;
		await gate.onStep?.({ kind, at: 'done', taskId });
		response.writeHead(answer.statusCode ?? 502, headersOf(answer));
		response.end(bytes);
		await gate.onStep?.({ kind, at: 'answered', taskId });
	};
	const server = createServer((request, response) => {
		// A fault of the service, or a caller that died: the connection ends as the other end's did.
		pass(request, response).catch(() => request.socket.destroy());
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const gate: ApiGate = {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		close: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
	return gate;
}

function kindOf(url: string): ApiCallKind {
	if (url.startsWith('/api/generate')) return 'generate';
	return url.startsWith('/api/status') ? 'status' : 'other';
}

async function forward(serviceUrl: string, { method, url, headers }: IncomingMessage, body: Buffer) {
	return await new Promise<IncomingMessage>((resolve, reject) => {
		const target = new URL(url ?? '/', serviceUrl);
		const outgoing = sendRequest(target, { method, headers: { ...headers, host: target.host } }, resolve);
		outgoing.on('error', reject);
		outgoing.end(body);
	});
}

function headersOf({ headers }: IncomingMessage) {
	const { connection: _connection, 'transfer-encoding': _encoding, ...others } = headers;
	return others;
}

function taskIdIn(bytes: Buffer): string | undefined {
	const [, id] = /"task_?id"\s*:\s*"?([^",}\s]+)/i.exec(bytes.toString()) ?? [];
	return id;
}
