/**
 * What a run learns from each answer beside its text: the server's time, whose account it is, and which of the
 * credential's secrets the service has repeated. In goes an answer; out comes the same without secrets, and with what
 * explains a refusal. Never rejects: an answer that was paid for must not be lost for the sake of a note.
 */
import { apiUrl } from '../../core/api/endpoints';
import type { Clock } from '../../core/concurrency/clock';
import { hideSecrets } from '../../core/report/redact';
import type { ApiRequest, ApiResponse } from '../../core/api/response';
import type { SignInData } from '../../core/auth/signIn';
import type { ApiAccess } from './apiAccess';
import { RunAccount } from './runAccount';
import { serverClock } from './serverTime';

/** What a credential tells about its calls, beside the token that n8n puts into them. */
export interface CallSettings {
	baseUrl: string;
	/** Hidden wherever the service repeats them. */
	secrets: string[];
}

/** Answers that may mean a wrong account: not signed in, not allowed, not known. */
const REFUSALS = [401, 403, 404];

/** How every ID token begins. */
const TOKEN_START = 'eyJ';

/** One per run of a node. */
export function createAnswerNotes(
	access: ApiAccess,
	{ baseUrl, secrets }: CallSettings,
	clock: Clock,
): (reply: ApiResponse, request: ApiRequest) => Promise<ApiResponse> {
	const account = new RunAccount(access);
	const server = apiUrl(baseUrl, '');
	return async (answer, request) => {
		if (answer.kind === 'noAnswer') return answer;
		serverClock.note(server, answer.headers, clock.now());
		const clean = { ...answer, body: hideSecrets(answer.body, await secretsIn(answer.body)) };
		if (answer.status === 200) await account.note(request.method === 'POST').catch(() => undefined);
		if (!REFUSALS.includes(answer.status)) return clean;
		const isOtherAccount = await account.hasChanged().catch(() => false);
		const skewMs = serverClock.skewMs(server);
		return { ...clean, ...(isOtherAccount && { isOtherAccount }), ...(skewMs && { skewMs }) };
	};

	/** A token that was renewed meanwhile is one of them, where a text may hold it. */
	async function secretsIn(body: string): Promise<string[]> {
		if (!body.includes(TOKEN_START)) return secrets;
		const { idToken } = await access.readCredential().catch((): SignInData => ({}));
		return idToken ? [...secrets, idToken] : secrets;
	}
}
