/** The pages around the API: what this is, and what it sells. */
import { CREDITS_PER_GENERATION } from '../state/money';
import { type Addresses } from '../sandboxService';
import { PRICES } from '../state/checkouts';
import { escapeHtml, page } from './layout';

export function indexPage(addresses: Addresses): string {
	return page(
		'Image3D sandbox',
		`<p>The Image3D service on your own machine: jobs, credits, checkout and models are real, money is pretend.</p>
<table>
<tr><th>API</th><td><code>${escapeHtml(addresses.baseUrl)}/api</code></td></tr>
<tr><th>Sign-in (auth emulator)</th><td><code>${escapeHtml(addresses.authUrl)}</code></td></tr>
<tr><th>Models</th><td><code>${escapeHtml(addresses.cdnUrl)}</code></td></tr>
</table>
<p><a href="/login/">Sign in</a> · <a href="/pricing/">Pricing</a></p>`,
	);
}

export function pricingPage(): string {
	const rows = PRICES.map(
		(price) => `<tr><td>${price.name}</td><td><code>${price.id}</code></td>
<td>${price.generations} generations${price.type === 'subscription' ? ' a month' : ''}</td><td>$${price.dollars}</td></tr>`,
	);
	return page(
		'Pricing',
		`<p class="note">One generation takes ${CREDITS_PER_GENERATION} credits in any quality. Money is pretend here.</p>
<table><tr><th>Product</th><th>priceId</th><th>You get</th><th>Price</th></tr>
${rows.join('\n')}
</table>
<p>Create a checkout session with one of these price ids and open the address it answers with.</p>`,
	);
}

export function loginPage(): string {
	return page(
		'Sign in',
		`<p>Enter an e-mail address. Instead of being mailed, the magic link is shown on the next page.</p>
<form method="post" action="/login/"><p><input type="email" name="email" required placeholder="you@example.com">
<button type="submit">Send me a magic link</button></p></form>`,
	);
}

export function mailPage(email: string, link: string): string {
	return page(
		'You have mail',
		`<p>To: ${escapeHtml(email)}</p>
<p>Copy this link without opening it; it works once.</p>
<textarea rows="6" readonly onclick="this.select()">${escapeHtml(link)}</textarea>`,
	);
}
