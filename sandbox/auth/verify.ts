/** Bearer tokens as a real service checks them: by firebase-admin, with the user's state looked up. */
import { initializeApp, deleteApp, type App } from 'firebase-admin/app';
import { getAuth, type Auth } from 'firebase-admin/auth';
import { RequestProblem } from '../problem';
import { PROJECT_ID } from './startEmulator';

/** Milliseconds a verified token is believed without asking the emulator again. */
const VERIFIED_TOKEN_TTL_MS = 60_000;

export interface VerifiedUser {
	uid: string;
	email: string;
}

interface Remembered extends VerifiedUser {
	/** Milliseconds since 1970. */
	until: number;
}

/**
 * Verifies tokens against the emulator. firebase-admin reads the emulator's address from the environment, hence one
 * verifier per process.
 */
export class TokenVerifier {
	readonly admin: Auth;
	private readonly app: App;
	private readonly remembered = new Map<string, Remembered>();

	constructor(emulatorHost: string) {
		process.env.FIREBASE_AUTH_EMULATOR_HOST = emulatorHost;
		this.app = initializeApp({ projectId: PROJECT_ID }, `sandbox-${emulatorHost}`);
		this.admin = getAuth(this.app);
	}

	/**
	 * Who sent this `Authorization` header.
	 * @throws RequestProblem 401 when it is missing, malformed, expired, revoked, or its user disabled.
	 */
	async verify(authorization: string | undefined): Promise<VerifiedUser> {
		const token = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
		if (!token) throw new RequestProblem(401, 'Unauthorized: missing bearer token');
		const known = this.remembered.get(token);
		if (known && Date.now() < known.until) return known;
		this.remembered.delete(token);
		try {
			const claims = await this.admin.verifyIdToken(token, true);
			const until = Math.min(claims.exp * 1000, Date.now() + VERIFIED_TOKEN_TTL_MS);
			const user = { uid: claims.uid, email: claims.email ?? '', until };
			this.remember(token, user);
			return user;
		} catch (error) {
			throw new RequestProblem(401, describe((error as { code?: string }).code));
		}
	}

	/** Has the user's tokens looked at afresh: after a revocation, for instance. */
	forget(uid: string): void {
		for (const [token, user] of this.remembered) if (user.uid === uid) this.remembered.delete(token);
	}

	async close(): Promise<void> {
		await deleteApp(this.app);
	}

	private remember(token: string, user: Remembered): void {
		if (this.remembered.size >= 10_000) {
			const oldest = this.remembered.keys().next().value;
			if (oldest !== undefined) this.remembered.delete(oldest);
		}
		this.remembered.set(token, user);
	}
}

function describe(code: string | undefined): string {
	switch (code) {
		case 'auth/id-token-expired':
			return 'Unauthorized: the ID token has expired';
		case 'auth/id-token-revoked':
			return 'Unauthorized: the ID token has been revoked';
		case 'auth/user-disabled':
			return 'Unauthorized: the user is disabled';
		default:
			return 'Unauthorized: invalid ID token';
	}
}
