/**
 * Credentials whose token is to be replaced before a call or after one was refused: n8n renews, and stores, a token
 * where it finds none. In goes a node's access to the API; out comes what to call with, or nothing where the token is good or
 * cannot be renewed.
 */
import type { IAdditionalCredentialOptions } from 'n8n-workflow';
import type { Clock } from '../../core/concurrency/clock';
import { type SignInData, isOfOtherSignIn } from '../../core/auth/signIn';
import { expiresSoon } from '../../core/auth/token';
import type { ApiAccess } from './apiAccess';
import { skewOf } from './serverTime';

/** The credential without an expiring or another account's token, so that it is renewed before an upload is wasted. */
export async function withoutExpiringToken(
	access: ApiAccess,
	clock: Clock,
): Promise<IAdditionalCredentialOptions | undefined> {
	const data = await access.readCredential();
	const nowMs = clock.now() + (skewOf(data) ?? 0);
	const isDue = canRenew(data) && (expiresSoon(data.idToken!, nowMs) || isOfOtherSignIn(data));
	return isDue ? withoutToken(access, data) : undefined;
}

/** The credential without the token that a call was refused with. */
export async function withoutRefusedToken(
	access: ApiAccess,
): Promise<IAdditionalCredentialOptions | undefined> {
	const data = await access.readCredential();
	return canRenew(data) ? withoutToken(access, data) : undefined;
}

function canRenew({ signInMethod, idToken }: SignInData): boolean {
	return signInMethod !== 'idToken' && typeof idToken === 'string' && idToken !== '';
}

function withoutToken(access: ApiAccess, data: SignInData): IAdditionalCredentialOptions {
	return access.credentialWith({ ...data, idToken: '', oldIdToken: data.idToken });
}
