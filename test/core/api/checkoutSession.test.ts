import { checkPriceId, findCheckoutUrl } from '../../../nodes/shared/core/api/checkoutSession';
import { failureIn, valueOf } from '../../../harness/simulation/outcomes';

describe('checkPriceId', () => {
	it.each(['price_1AbC', ' price_xxxxx ', 'price_a_b'])('accepts "%s"', (value) => {
		expect(valueOf(checkPriceId(value))).toBe(value.trim());
	});

	it('says that nothing was filled in', () => {
		expect(failureIn(checkPriceId(' '))).toMatchObject({ kind: 'badInput', message: '"Price ID" is empty' });
	});

	it.each(['prod_1', 'price_', 'price_1 2', 'price_1;', 'PRICE_1', '10', 'xprice_1'])(
		'refuses "%s" and says where to find one',
		(value) => {
			const failure = failureIn(checkPriceId(value));
			expect(failure).toMatchObject({ kind: 'badInput', message: '"Price ID" is not a price ID' });
			expect(failure.hint).toMatch(/image3d\.io\/pricing/);
		},
	);
});

describe('findCheckoutUrl', () => {
	const url = 'https://checkout.test/pay/1';

	it.each([
		'checkout_url',
		'checkoutUrl',
		'url',
		'session_url',
		'sessionUrl',
		'redirect_url',
		'redirectUrl',
		'link',
	])('finds it under %s, at the top, in session and in data', (name) => {
		expect(findCheckoutUrl({ id: 'cs_1', [name]: url })).toBe(url);
		expect(findCheckoutUrl({ session: { [name]: url } })).toBe(url);
		expect(findCheckoutUrl({ data: { [name]: url } })).toBe(url);
	});

	it('passes over what is not a web address', () => {
		expect(findCheckoutUrl({ url: '/pay/1', link: url })).toBe(url);
		expect(findCheckoutUrl({ url: null, session: { url } })).toBe(url);
		expect(findCheckoutUrl({ url: 'javascript:alert(1)' })).toBeUndefined();
	});

	it.each([{}, { sessionId: 'cs_1' }, { session: 'cs_1', data: [url] }, { image: url }])(
		'finds none in %j',
		(answer) => {
			expect(findCheckoutUrl(answer)).toBeUndefined();
		},
	);
});
