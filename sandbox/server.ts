/** The API port: the documented endpoints, the web pages and the control plane. */
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { RequestProblem } from './problem';
import { balance } from './routes/balance';
import { apiCall } from './routes/call';
import { checkoutPages, createCheckoutSession } from './routes/checkout';
import { controlRoutes } from './routes/control';
import { generate } from './routes/generate';
import { siteRoutes } from './routes/site';
import { status } from './routes/status';
import { type Service } from './sandboxService';

/** Largest request body, bytes: the largest picture in base64 (4/3) and room for the other fields. */
const MAX_BODY_BYTES = 32 * 1024 * 1024;

/** @param log gets one line per unexpected error. */
export function createServer(service: Service, log: (line: string) => void): Express {
	const app = express().disable('x-powered-by').disable('etag');
	// The whole body is read before anything is refused: a client still sending would see a reset, not the answer.
	app.use('/api', express.raw({ type: () => true, limit: MAX_BODY_BYTES }));
	app.post('/api/generate', apiCall(service, 'generate', generate));
	app.get('/api/status/:id', apiCall(service, 'status', status));
	app.get('/api/balance', apiCall(service, 'balance', balance));
	app.post('/api/create-checkout-session', apiCall(service, 'checkout', createCheckoutSession));
	app.use('/sandbox', controlRoutes(service));
	app.use(checkoutPages(service));
	app.use(siteRoutes(service));
	app.use((_request: Request, _response: Response) => {
		throw new RequestProblem(404, 'Not found');
	});
	app.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
		if (response.headersSent) return next(error);
		const problem = toProblem(error);
		if (problem.status === 500) log(`Unexpected error: ${(error as Error).stack ?? String(error)}`);
		return response.status(problem.status).set(problem.headers).json({ error: problem.message });
	});
	return app;
}

function toProblem(error: unknown): RequestProblem {
	if (error instanceof RequestProblem) return error;
	const { status, message } = error as { status?: number; message?: string };
	// What express's own parsers refuse carries its status.
	if (status !== undefined && status < 500) return new RequestProblem(status, message ?? 'Bad request');
	return new RequestProblem(500, 'Internal server error');
}
