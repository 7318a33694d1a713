/** Accounts in the emulator: creating them, sending magic links, changing and deleting them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Auth } from 'firebase-admin/auth';
import { PROJECT_ID } from './startEmulator';
import { type IdTokenClaims, readClaims } from './gatewayTokens';

export interface SignIn {
	uid: string;
	email: string;
	idToken: string;
	/** The emulator's own refresh token. */
	refreshToken: string;
}

/** The emulator seen as a user directory; remembers to whom each mailed code went. */
export class Identity {
	private readonly emailOfCode = new Map<string, string>();

	constructor(
		private readonly admin: Auth,
		private readonly emulatorHost: string,
		private readonly addresses: { authUrl: string; baseUrl: string; webApiKey: string },
	) {}

	/** The complete magic link, as it would come in the mail. */
	async sendEmailLink(email: string): Promise<string> {
		const { code, link } = await this.requestCode(email);
		this.emailOfCode.set(code, email);
		const mailed = new URL(link);
		mailed.searchParams.set('apiKey', this.addresses.webApiKey);
		return `${this.addresses.authUrl}${mailed.pathname}${mailed.search}`;
	}

	/** Signs somebody up by an e-mail link of their own, as the login page would. */
	async signUp(email: string): Promise<SignIn> {
		const { code } = await this.requestCode(email);
		const url = `http://${this.emulatorHost}/identitytoolkit.googleapis.com/v1/accounts:signInWithEmailLink`;
		const answer = await fetch(`${url}?key=${this.addresses.webApiKey}`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({ email, oobCode: code }),
		});
		if (!answer.ok) throw new Error(`The auth emulator refused the sign-up of ${email}: ${answer.status}`);
		const { idToken, refreshToken } = (await answer.json()) as { idToken: string; refreshToken: string };
		const claims = readClaims(idToken) as IdTokenClaims;
		return { uid: claims.user_id, email, idToken, refreshToken };
	}

	/** The address a mailed code belongs to. */
	emailOf(code: string): string | undefined {
		return this.emailOfCode.get(code);
	}

	forgetCode(code: string): void {
		this.emailOfCode.delete(code);
	}

	async setDisabled(uid: string, disabled: boolean): Promise<void> {
		await this.admin.updateUser(uid, { disabled });
	}

	/**
	 * Ends every sign-in up to now. Takes up to a second: sign-in times have whole seconds, so one from the current
	 * second could not be told from one made after the revocation.
	 */
	async revoke(uid: string): Promise<void> {
		await sleep(1000 - (Date.now() % 1000));
		await this.admin.revokeRefreshTokens(uid);
	}

	async remove(uid: string, email: string): Promise<void> {
		for (const [code, owner] of this.emailOfCode) if (owner === email) this.emailOfCode.delete(code);
		await this.admin.deleteUser(uid);
	}

	private async requestCode(email: string): Promise<{ code: string; link: string }> {
		const answer = await fetch(this.adminUrl('accounts:sendOobCode'), {
			method: 'POST',
			headers: { 'content-type': 'application/json', authorization: 'Bearer owner' },
			body: JSON.stringify({
				requestType: 'EMAIL_SIGNIN',
				email,
				continueUrl: `${this.addresses.baseUrl}/login/`,
				canHandleCodeInApp: true,
				returnOobLink: true,
			}),
		});
		if (!answer.ok) throw new Error(`The auth emulator made no sign-in link: ${answer.status}`);
		const { oobCode, oobLink } = (await answer.json()) as { oobCode: string; oobLink: string };
		return { code: oobCode, link: oobLink };
	}

	private adminUrl(action: string): string {
		return `http://${this.emulatorHost}/identitytoolkit.googleapis.com/v1/projects/${PROJECT_ID}/${action}`;
	}
}
