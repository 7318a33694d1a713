/**
 * Reads the times in a Firebase ID token (a JSON web token): the token in, milliseconds out, undefined for what is none. The
 * signature is the service's to check.
 */

import { parseObject } from '../api/foreignText';

/** When a token was made, and when it ends. */
export interface TokenTimes {
	/** Milliseconds since the epoch. */
	issuedMs: number;
	expiresMs: number;
}

/** A token is renewed in the last twelfth of its life: five minutes of the usual hour. */
const EXPIRES_SOON_SHARE = 1 / 12;

/** The last moment that JavaScript's dates reach. */
const LAST_TIME_S = 8.64e12;

/** The times in the token, or undefined when it is not a readable JSON web token (an API key, for example). */
export function readTokenTimes(token: string): TokenTimes | undefined {
	const { iat, exp } = readClaims(token);
	if (!isTime(exp)) return undefined;
	const issuedS = isTime(iat) && iat < exp ? iat : Math.max(0, exp - 3600);
	return { issuedMs: issuedS * 1000, expiresMs: exp * 1000 };
}

/** Whose token it is: the same for each token of an account. An API key stands for its own account. */
export function readTokenUser(token: string): string {
	const { user_id: userId, sub } = readClaims(token);
	const user = [userId, sub].find((claim) => typeof claim === 'string' && claim !== '');
	return (user as string | undefined) ?? token;
}

function readClaims(token: string): Record<string, unknown> {
	const payload = token.split('.', 2)[1];
	if (payload === undefined) return {};
	return parseObject(Buffer.from(payload, 'base64url').toString('utf8')) ?? {};
}

/** Whether a claim is a time that a calendar knows, in seconds since the epoch. */
function isTime(claim: unknown): claim is number {
	return typeof claim === 'number' && claim >= 0 && claim <= LAST_TIME_S;
}

/** Whether a token is about to expire or has; false where nobody can tell. */
export function expiresSoon(token: string, nowMs: number): boolean {
	const times = readTokenTimes(token);
	if (times === undefined) return false;
	return nowMs >= times.expiresMs - (times.expiresMs - times.issuedMs) * EXPIRES_SOON_SHARE;
}
