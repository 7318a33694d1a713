/** ID tokens as the auth emulator makes them (unsigned), with other times in them. */

/** The same token, issued and expiring so many seconds from now. */
function withTimes(
	idToken: string,
	{ issuedInSeconds, expiresInSeconds }: { issuedInSeconds: number; expiresInSeconds: number },
): string {
	const [header, payload, signature] = idToken.split('.');
	const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
	const now = Math.floor(Date.now() / 1000);
	const changed = { ...claims, iat: now + issuedInSeconds, exp: now + expiresInSeconds };
	return [header, Buffer.from(JSON.stringify(changed)).toString('base64url'), signature].join('.');
}

/** Expired a minute ago. */
export function expired(idToken: string): string {
	return withTimes(idToken, { issuedInSeconds: -3660, expiresInSeconds: -60 });
}

/** Still valid, with less than a twelfth of its life to go. */
export function dying(idToken: string): string {
	return withTimes(idToken, { issuedInSeconds: -3400, expiresInSeconds: 200 });
}
