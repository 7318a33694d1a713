/**
 * A 403 may mean that the token is no good any more. A refused answer and the means to ask again in; the second answer out,
 * or the first one where a new token would not help. Fails as the second call does.
 */
import type { IAdditionalCredentialOptions } from 'n8n-workflow';
import { looksLikeHtml } from '../../core/api/foreignText';
import type { ApiResponse } from '../../core/api/response';
import type { ApiAccess } from './apiAccess';
import { withoutRefusedToken } from './tokenRenewal';

/** A renewal that calls at the same time share. */
interface Renewal {
	readonly credentials: Promise<IAdditionalCredentialOptions | undefined>;
	/** The new token was refused as well: then it is not the token, and nothing is renewed before an answer is good. */
	isInVain: boolean;
}

/** Asks once more with a new token, which all calls of a run that are refused at the same time share. */
export function createRenewalOn403(
	access: ApiAccess,
): (
	reply: ApiResponse,
	ask: (credentials: IAdditionalCredentialOptions) => Promise<ApiResponse>,
) => Promise<ApiResponse> {
	let renewal: Renewal | undefined;
	return async (reply, ask) => {
		if (reply.kind === 'noAnswer') return reply;
		if (reply.status === 200 && renewal?.isInVain) renewal = undefined;
		if (reply.status !== 403 || looksLikeHtml(reply.body) || renewal?.isInVain) return reply;
		const own = (renewal ??= { credentials: withoutRefusedToken(access), isInVain: false });
		try {
			const renewed = await own.credentials;
			if (renewed === undefined) return reply;
			const again = await ask(renewed);
			own.isInVain = again.kind !== 'answer' || again.status === 403;
			return again;
		} finally {
			if (renewal === own && !own.isInVain) renewal = undefined;
		}
	};
}
