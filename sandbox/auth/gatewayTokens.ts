/** Tokens as the gateway hands them out: ID tokens with a shortened life, refresh tokens that can be rotated and revoked. */
import { randomBytes } from 'node:crypto';

/** Seconds an ID token lives (documented: one hour). */
export const TOKEN_LIFETIME_SECONDS = 3600;

export interface RefreshToken {
	uid: string;
	/** What the emulator knows it as. */
	emulatorToken: string;
	revoked: boolean;
}

/** The refresh tokens in circulation, by the text that clients hold. */
export class RefreshTokens {
	private readonly byText = new Map<string, RefreshToken>();

	issue(uid: string, emulatorToken: string): string {
		const text = `AMf-${randomBytes(48).toString('base64url')}`;
		this.byText.set(text, { uid, emulatorToken, revoked: false });
		return text;
	}

	find(text: string): RefreshToken | undefined {
		return this.byText.get(text);
	}

	forget(text: string): void {
		this.byText.delete(text);
	}

	/** Ends every refresh token of a user; they answer `TOKEN_EXPIRED` from now on. */
	revokeAll(uid: string): void {
		for (const token of this.byText.values()) if (token.uid === uid) token.revoked = true;
	}

	forgetAll(uid: string): void {
		for (const [text, token] of this.byText) if (token.uid === uid) this.byText.delete(text);
	}
}

export interface IdTokenClaims {
	user_id: string;
	email?: string;
	iat: number;
	exp: number;
}

/** Reads the claims without checking anything; undefined where the text is no JWT. */
export function readClaims(idToken: string): IdTokenClaims | undefined {
	try {
		const claims = JSON.parse(Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString()) as unknown;
		return claims !== null && typeof claims === 'object' ? (claims as IdTokenClaims) : undefined;
	} catch {
		return undefined;
	}
}

/** Gives an emulator's (unsigned) ID token another life span, seconds from its `iat`. */
export function withLifetime(idToken: string, lifetimeSeconds: number): string {
	const [header, payload, signature] = idToken.split('.');
	const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as IdTokenClaims;
	const changed = { ...claims, exp: claims.iat + lifetimeSeconds };
	return [header, Buffer.from(JSON.stringify(changed)).toString('base64url'), signature].join('.');
}
