/** Checkout sessions: what the sandbox sells, and what becomes of a session when somebody pays. */
import { randomBytes } from 'node:crypto';
import { CREDITS_PER_GENERATION } from './money';
import { RequestProblem } from '../problem';
import { type User } from './users';

export interface Price {
	id: string;
	name: string;
	type: 'pack' | 'subscription';
	/** Generations bought; per month for a subscription. */
	generations: number;
	/** Pretend dollars. */
	dollars: number;
}

export const PRICES: readonly Price[] = [
	{ id: 'price_starter', name: 'Starter pack', type: 'pack', generations: 10, dollars: 5 },
	{ id: 'price_studio', name: 'Studio pack', type: 'pack', generations: 50, dollars: 20 },
	{ id: 'price_pro_monthly', name: 'Pro subscription', type: 'subscription', generations: 150, dollars: 29 },
];

export interface CheckoutSession {
	id: string;
	user: User;
	price: Price;
	/** The request body, as it came. */
	body: Record<string, unknown>;
	paid: boolean;
}

export class Checkouts {
	private readonly byId = new Map<string, CheckoutSession>();

	open(user: User, price: Price, body: Record<string, unknown>): CheckoutSession {
		const id = `cs_test_${randomBytes(24).toString('base64url')}`;
		const session = { id, user, price, body, paid: false };
		this.byId.set(id, session);
		return session;
	}

	/** @throws RequestProblem (404) */
	get(id: string): CheckoutSession {
		const session = this.byId.get(id);
		if (!session) throw new RequestProblem(404, 'This checkout session does not exist');
		return session;
	}

	/** What a user opened, oldest first. */
	of(user: User): CheckoutSession[] {
		return [...this.byId.values()].filter((session) => session.user === user);
	}

	/** Pays once; paying again changes nothing. */
	pay(session: CheckoutSession): void {
		if (session.paid) return;
		session.paid = true;
		const { user, price } = session;
		if (price.type === 'subscription') user.settings = { ...user.settings, plan: 'pro' };
		else {
			user.credits += price.generations * CREDITS_PER_GENERATION;
			if (user.settings.plan === 'free') user.settings = { ...user.settings, plan: 'pack' };
		}
	}

	forgetUser(user: User): void {
		for (const [id, session] of this.byId) if (session.user === user) this.byId.delete(id);
	}
}
