/**
 * Credentials whose token is to be replaced before a call or after one was refused: n8n renews, and stores, a token
 * where it finds none. In goes a node's context; out comes what to call with, or nothing where the token is good or
 * cannot be renewed.
 */
import type { IAdditionalCredentialOptions, IDataObject } from 'n8n-workflow';
import type { Clock } from '../../core/concurrency/clock';
import { type SignInData, isOfOtherSignIn } from '../../core/auth/signIn';
import { expiresSoon } from '../../core/auth/token';
import { CREDENTIAL, type NodeContext } from '../items/context';
import { skewOf } from './serverTime';

/** The credential without a dying or another account's token, so that it is renewed before an upload is wasted. */
export async function withoutDyingToken(
	context: NodeContext,
	clock: Clock,
): Promise<IAdditionalCredentialOptions | undefined> {
	const data = await readCredential(context);
	const nowMs = clock.now() + (skewOf(data) ?? 0);
	const isDue = canRenew(data) && (expiresSoon(data.idToken!, nowMs) || isOfOtherSignIn(data));
	return isDue ? withoutToken(context, data) : undefined;
}

/** The credential without the token that a call was refused with. */
export async function withoutRefusedToken(
	context: NodeContext,
): Promise<IAdditionalCredentialOptions | undefined> {
	const data = await readCredential(context);
	return canRenew(data) ? withoutToken(context, data) : undefined;
}

export async function readCredential(context: NodeContext): Promise<SignInData & IDataObject> {
	return await context.getCredentials<SignInData & IDataObject>(CREDENTIAL);
}

function canRenew({ signInMethod, idToken }: SignInData): boolean {
	return signInMethod !== 'idToken' && typeof idToken === 'string' && idToken !== '';
}

function withoutToken(context: NodeContext, data: SignInData & IDataObject): IAdditionalCredentialOptions {
	const { id, name } = context.getNode().credentials![CREDENTIAL];
	const renewing = { ...data, idToken: '', oldIdToken: data.idToken };
	return {
		credentialsDecrypted: { id: id ?? '', name, type: CREDENTIAL, data: renewing as never },
	};
}
