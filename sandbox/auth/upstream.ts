/** The way from the gateway to the emulator behind it. */
import { type Request, type Response } from 'express';
import { request as httpRequest } from 'node:http';
import { type Answer } from '../answer';

/** Sends a call on as JSON. */
export async function forward(emulatorHost: string, path: string, body: object): Promise<Answer> {
	const answer = await fetch(`http://${emulatorHost}${path}`, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify(body),
	});
	return { status: answer.status, body: await answer.json() };
}

/** Sends a call on untouched, streams both ways. */
export function passThrough(emulatorHost: string, request: Request, response: Response): void {
	const [hostname, port] = emulatorHost.split(':');
	const { method, originalUrl: path } = request;
	const headers = { ...request.headers, host: emulatorHost };
	const onward = httpRequest({ hostname, port, method, path, headers }, (answer) => {
		response.writeHead(answer.statusCode ?? 502, answer.headers);
		answer.pipe(response);
	});
	onward.on('error', () => (response.headersSent ? response.destroy() : response.sendStatus(502)));
	request.pipe(onward);
}
