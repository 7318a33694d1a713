/** The web pages a user can open: index, pricing and the login page that shows its magic links. */
import express, { type Request, type Response, Router } from 'express';
import { indexPage, loginPage, mailPage, pricingPage } from '../pages/sitePages';
import { RequestProblem } from '../problem';
import { type Service } from '../sandboxService';

export function siteRoutes(service: Service): Router {
	const router = Router();
	const html = (response: Response, text: string) => response.type('html').send(text);
	router.get('/', (_request: Request, response: Response) => html(response, indexPage(service)));
	router.get('/pricing', (_request: Request, response: Response) => html(response, pricingPage()));
	router.get('/login', (_request: Request, response: Response) => html(response, loginPage()));
	router.post(
		'/login',
		express.urlencoded({ extended: false }),
		async (request: Request, response: Response) => {
			const email = String((request.body as Record<string, unknown> | undefined)?.email ?? '');
			if (!/^\S+@\S+$/.test(email)) throw new RequestProblem(400, 'An e-mail address is needed');
			html(response, mailPage(email, await service.identity.sendEmailLink(email)));
		},
	);
	return router;
}
