/** POST /api/create-checkout-session, and the page it leads to, where a user pays with pretend money. */
import express, { type Request, type Response, Router } from 'express';
import { type Answer } from '../answer';
import { checkoutPage, successPage } from '../pages/checkoutPages';
import { RequestProblem } from '../problem';
import { type Service } from '../sandboxService';
import { PRICES } from '../state/checkouts';
import { balanceOf } from '../state/money';
import { type Call } from './call';

export function createCheckoutSession(call: Call): Answer {
	const { body, service } = call;
	if (typeof body.priceId !== 'string' || body.priceId === '') {
		throw new RequestProblem(400, 'Bad request: priceId is required');
	}
	const price = PRICES.find((candidate) => candidate.id === body.priceId);
	if (!price) throw new RequestProblem(400, `Bad request: no such price: ${body.priceId}`);
	if (body.type !== price.type) {
		throw new RequestProblem(400, `Bad request: type must be "${price.type}" for this price`);
	}
	const { generations } = body;
	if (generations !== undefined && !(Number.isInteger(generations) && (generations as number) > 0)) {
		throw new RequestProblem(400, 'Bad request: generations must be a positive whole number');
	}
	const session = service.checkouts.open(call.user, price, body);
	return { status: 200, body: { url: `${service.baseUrl}/checkout/${session.id}`, sessionId: session.id } };
}

/** `GET /checkout/:id` with its Pay button, `POST` behind it, and the page that says thank you. No token needed. */
export function checkoutPages(service: Service): Router {
	const router = Router();
	router.get('/checkout/:id', (request: Request<{ id: string }>, response: Response) => {
		const session = service.checkouts.get(request.params.id);
		if (session.paid) return response.redirect(303, `/checkout/${session.id}/success`);
		return response.type('html').send(checkoutPage(session));
	});
	router.post(
		'/checkout/:id/pay',
		express.urlencoded({ extended: false }),
		(request: Request<{ id: string }>, response: Response) => {
			const session = service.checkouts.get(request.params.id);
			service.checkouts.pay(session);
			response.redirect(303, `/checkout/${session.id}/success`);
		},
	);
	router.get('/checkout/:id/success', (request: Request<{ id: string }>, response: Response) => {
		const session = service.checkouts.get(request.params.id);
		if (!session.paid) return response.redirect(303, `/checkout/${session.id}`);
		return response.type('html').send(successPage(session, balanceOf(session.user, Date.now())));
	});
	return router;
}
