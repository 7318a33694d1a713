/**
 * n8n's preAuthentication for the Image3D credential: the stored fields in, the fields to store out. Throws what n8n shows
 * the user.
 */
import type { ICredentialDataDecryptedObject, IHttpRequestHelper, IN8nHttpFullResponse } from 'n8n-workflow';
import { API_PATHS, apiUrl } from '../../core/api/endpoints';
import { READ_TIMEOUT_MS } from '../../core/limits';
import { parseObject } from '../../core/api/foreignText';
import type { SignInRequest } from '../../core/auth/firebase';
import { Sessions } from '../../core/auth/session';
import { type SendSignIn, type SignInData, type TokenClock, signIn } from '../../core/auth/signIn';
import { readRequestError } from './requestErrors';
import { serverClock, signInServer, skewOf } from './serverTime';

/** One for the whole n8n process: parallel calls with the same expired token share one refresh. */
const sessions = new Sessions(
	({ emulatorRoot }) => Date.now() + (serverClock.skewMs(signInServer(emulatorRoot)) ?? 0),
);

/** The answer to a question for the time; a server that does not give it soon is not waited for. */
const TIME_TIMEOUT_MS = 5_000;

/** A live token, and what else changed. Rejects with a sentence for the user, never with a request in it. */
export async function renewSession(
	helper: IHttpRequestHelper,
	credentials: ICredentialDataDecryptedObject,
): Promise<ICredentialDataDecryptedObject> {
	const data = credentials as SignInData;
	const send: SendSignIn = async (request) => await sendSignIn(helper, request);
	return { ...(await signIn(data, send, sessions, tokenClock(helper, data))) };
}

function tokenClock(helper: IHttpRequestHelper, data: SignInData): TokenClock {
	return {
		nowMs: () => Date.now() + (skewOf(data) ?? 0),
		skewMs: () => skewOf(data),
		ask: async () => {
			if (skewOf(data) === undefined) await askTime(helper, apiUrl(data.baseUrl ?? '', ''));
		},
	};
}

async function sendSignIn(helper: IHttpRequestHelper, request: SignInRequest): ReturnType<SendSignIn> {
	const note = (headers: object) =>
		serverClock.note(signInServer(request.emulatorRoot), { ...headers }, Date.now());
	try {
		const response = (await helper.helpers.httpRequest({
			method: 'POST',
			url: request.url,
			headers: request.headers,
			body: request.body as never,
			encoding: 'text',
			returnFullResponse: true,
			disableFollowRedirect: true,
			timeout: READ_TIMEOUT_MS,
		})) as IN8nHttpFullResponse;
		const { body, statusCode, headers } = response;
		note(headers);
		return { status: statusCode, body: typeof body === 'string' ? parseObject(body) : body };
	} catch (error) {
		const reply = readRequestError(error, false);
		if (reply.kind === 'answer') {
			note(reply.headers);
			return { status: reply.status, body: parseObject(reply.body) };
		}
		const { reason, remedy, isLasting } = reply;
		return { unreachable: reason, remedy, isLasting };
	}
}

/** Every answer carries the time, a refusal too: the service is asked without a token. */
async function askTime(helper: IHttpRequestHelper, server: string): Promise<void> {
	try {
		const response = (await helper.helpers.httpRequest({
			method: 'GET',
			url: apiUrl(server, API_PATHS.balance),
			encoding: 'text',
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
			timeout: TIME_TIMEOUT_MS,
		})) as IN8nHttpFullResponse;
		serverClock.note(server, response.headers, Date.now());
	} catch {
		// Then this machine's clock is all there is.
	}
}
