/** The pages a user sees when buying credits. */
import { type CheckoutSession } from '../state/checkouts';
import { escapeHtml, page } from './layout';

const NOTE = '<p class="note"><strong>Pretend money.</strong> This is a sandbox: nothing is paid.</p>';

export function checkoutPage({ id, price, user }: CheckoutSession): string {
	const bought =
		price.type === 'pack' ? `${price.generations} generations` : `${price.generations} generations a month`;
	return page(
		'Checkout',
		`${NOTE}
<table>
<tr><th>Product</th><td>${escapeHtml(price.name)}</td></tr>
<tr><th>You get</th><td>${bought}</td></tr>
<tr><th>For</th><td>${escapeHtml(user.email)}</td></tr>
<tr><th>Total</th><td>$${price.dollars}.00</td></tr>
</table>
<form method="post" action="/checkout/${id}/pay"><p><button type="submit">Pay $${price.dollars}.00</button></p></form>`,
	);
}

export function successPage({ price, user }: CheckoutSession, balance: number): string {
	return page(
		'Payment received',
		`${NOTE}
<p>${escapeHtml(user.email)} now has the ${escapeHtml(price.name)}. Balance: <strong>${balance} credits</strong>.</p>
<p>You can close this page and go back to your workflow.</p>`,
	);
}
