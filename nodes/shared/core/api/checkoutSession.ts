/**
 * Buying credits: a price id in, checked; the service's answer in, the link to the pay page in it out. Fails on what is no
 * price id.
 */
import { type Outcome, badInput, succeed } from '../failure';
import { isObject } from './foreignText';

/** Stripe's price ids, as the API documentation shows them (`price_xxxxx`). */
export function checkPriceId(value: string): Outcome<string> {
	const priceId = value.trim();
	if (/^price_[A-Za-z0-9_]+$/.test(priceId)) return succeed(priceId);
	const problem = priceId === '' ? '"Price ID" is empty' : '"Price ID" is not a price ID';
	return badInput(
		problem,
		'It starts with price_ and is shown with the packs at https://image3d.io/pricing/.',
	);
}

const URL_NAMES = [
	'checkout_url',
	'checkoutUrl',
	'url',
	'session_url',
	'sessionUrl',
	'redirect_url',
	'redirectUrl',
	'link',
];

/** The pay page's address under any of its usual names, at the top or in `session`/`data`; undefined if there is none. */
export function findCheckoutUrl(answer: Record<string, unknown>): string | undefined {
	for (const place of [answer, answer.session, answer.data]) {
		if (!isObject(place)) continue;
		for (const name of URL_NAMES) {
			const value = place[name];
			if (typeof value === 'string' && /^https?:\/\//i.test(value)) return value;
		}
	}
	return undefined;
}
