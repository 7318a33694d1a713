/**
 * When the calls of a run need another token: before a large request, after one was refused, and where another n8n process has
 * got it first. In goes a node's access to the API; out comes what to call with: n8n renews, and stores, a token where it finds
 * none. Fails as the calls do.
 */
import type { IAdditionalCredentialOptions } from 'n8n-workflow';
import { looksLikeHtml } from '../../core/api/foreignText';
import type { ApiResponse } from '../../core/api/response';
import { type SignInData, isOfOtherSignIn } from '../../core/auth/signIn';
import type { Clock } from '../../core/concurrency/clock';
import type { ApiAccess } from './apiAccess';
import { isExpiring } from './serverTime';

/** For all calls of a run. */
export interface TokenRenewal {
	/**
	 * The credential without an expiring or another account's token, so that it is renewed before an upload is wasted; undefined
	 * where the token is good or cannot be renewed.
	 */
	beforeUpload(): Promise<IAdditionalCredentialOptions | undefined>;
	/**
	 * Asks once more with a new token, which all calls that are refused at the same time share: a 403 may mean that the token is
	 * no good any more. The first answer, where a new token would not help.
	 */
	after403(
		reply: ApiResponse,
		ask: (credentials: IAdditionalCredentialOptions) => Promise<ApiResponse>,
	): Promise<ApiResponse>;
	/**
	 * Whether the stored credential gets a token within a moment after all: n8n's workers share a credential but not their memory.
	 * Two that meet the same expired token both renew it, and where a refresh token is good for one use, the slower one is
	 * refused while the faster one stores what it got.
	 */
	comesFromElsewhere(signal: AbortSignal): Promise<boolean>;
}

/** A renewal that calls at the same time share. */
interface Renewal {
	readonly credentials: Promise<IAdditionalCredentialOptions | undefined>;
	/** The new token was refused as well: then it is not the token, and nothing is renewed before an answer is good. */
	isInVain: boolean;
}

/** From the sign-in service's answer to another n8n process till n8n has stored it: milliseconds, seconds under load. */
const STORING_WAITS_MS = [200, 500, 800];

/** One per run of a node. */
export function createTokenRenewal(access: ApiAccess, clock: Clock): TokenRenewal {
	let renewal: Renewal | undefined;
	const withoutToken = (data: SignInData) =>
		access.credentialWith({ ...data, idToken: '', oldIdToken: data.idToken });
	const withoutRefusedToken = async () => {
		const data = await access.readCredential();
		return canRenew(data) ? withoutToken(data) : undefined;
	};
	return {
		beforeUpload: async () => {
			const data = await access.readCredential();
			const isDue = canRenew(data) && (isExpiring(data, clock.now()) || isOfOtherSignIn(data));
			return isDue ? withoutToken(data) : undefined;
		},
		after403: async (reply, ask) => {
			if (reply.kind === 'noAnswer') return reply;
			if (reply.status === 200 && renewal?.isInVain) renewal = undefined;
			if (reply.status !== 403 || looksLikeHtml(reply.body) || renewal?.isInVain) return reply;
			const own = (renewal ??= { credentials: withoutRefusedToken(), isInVain: false });
			try {
				const renewed = await own.credentials;
				if (renewed === undefined) return reply;
				const again = await ask(renewed);
				own.isInVain = again.kind !== 'answer' || again.status === 403;
				return again;
			} finally {
				if (renewal === own && !own.isInVain) renewal = undefined;
			}
		},
		comesFromElsewhere: async (signal) => {
			for (const waitMs of STORING_WAITS_MS) {
				await clock.sleep(waitMs, signal);
				if (signal.aborted) return false;
				const data = await access.readCredential();
				if (hasToken(data) && !isExpiring(data, clock.now())) return true;
			}
			return false;
		},
	};
}

/** A token that the user has pasted is not renewed. */
function canRenew(data: SignInData): data is SignInData & { idToken: string } {
	return data.signInMethod !== 'idToken' && hasToken(data);
}

function hasToken(data: SignInData): data is SignInData & { idToken: string } {
	return typeof data.idToken === 'string' && data.idToken !== '';
}
