/** The one place that calls the Image3D API: n8n's authenticated request in, a Reply out. */
import type {
	IAdditionalCredentialOptions,
	IDataObject,
	IHttpRequestOptions,
	IN8nHttpFullResponse,
} from 'n8n-workflow';
import { apiUrl } from '../core/api';
import { type Clock, withTimeLimit } from '../core/clock';
import type { ApiRequest, HttpAnswer, NoAnswer, Reply, Send } from '../core/reply';
import { type SignInData, isOfOtherSignIn } from '../core/signIn/signIn';
import { isDying } from '../core/signIn/token';
import { CREDENTIAL, type NodeContext, cancelSignalOf } from './context';
import { isSignInError, isSpentSignIn, readRequestError } from './requestErrors';
import { findsLiveToken } from './signedInElsewhere';

/** Makes the Send of a node. `baseUrl` is the credential's. */
export function createSend(context: NodeContext, baseUrl: string, clock: Clock): Send {
	return async (request) => {
		const stop = new AbortController();
		const cancel = cancelSignalOf(context);
		const signal = cancel === undefined ? stop.signal : AbortSignal.any([cancel, stop.signal]);
		try {
			const credentials = request.method === 'POST' ? await renewedCredentials(context, clock) : undefined;
			const ask = async (data?: IAdditionalCredentialOptions) => {
				const options = toOptions(request, baseUrl, signal);
				const answer = await callApi(context, options, signal, data);
				if (answer.status !== 401) return answer;
				// Older n8n knows no `except`: once more, and it sees the 401, renews the token and asks again.
				return await callApi(context, { ...options, ignoreHttpStatusErrors: false }, signal);
			};
			// A dying token is still good while the sign-in service has a problem.
			const call = ask(credentials)
				.catch(async (error: unknown) => {
					if (credentials === undefined || !isSignInError(error)) throw error;
					return await ask();
				})
				.catch(async (error: unknown) => {
					if (!isSpentSignIn(error) || !(await findsLiveToken(context, clock, signal))) throw error;
					return await ask();
				});
			const answer = await withTimeLimit(call, request.timeoutMs, clock);
			return answer === 'timedOut' ? timedOut(request.timeoutMs) : answer;
		} catch (error) {
			return readRequestError(error, cancel?.aborted ?? false);
		} finally {
			stop.abort();
		}
	};
}

async function callApi(
	context: NodeContext,
	options: IHttpRequestOptions,
	signal: AbortSignal,
	credentials?: IAdditionalCredentialOptions,
): Promise<HttpAnswer> {
	const response = (await context.helpers.httpRequestWithAuthentication.call(
		withSignal(context, signal),
		CREDENTIAL,
		options,
		credentials,
	)) as IN8nHttpFullResponse;
	const { body } = response;
	return {
		kind: 'answer',
		status: response.statusCode,
		headers: response.headers as HttpAnswer['headers'],
		body: typeof body === 'string' ? body : JSON.stringify(body ?? ''),
	};
}

function toOptions(request: ApiRequest, baseUrl: string, signal: AbortSignal): IHttpRequestOptions {
	return {
		method: request.method,
		url: apiUrl(baseUrl, request.path),
		headers: { Accept: 'application/json', ...request.headers },
		...(request.body === undefined ? {} : { body: request.body as IDataObject }),
		encoding: 'text',
		returnFullResponse: true,
		timeout: request.timeoutMs,
		abortSignal: signal,
		// n8n would follow a redirect with the token, to any host.
		disableFollowRedirect: true,
		// A 401 stays an error, for n8n then renews the token and asks again.
		ignoreHttpStatusErrors: { ignore: true, except: [401] },
	};
}

/** n8n puts the execution's cancel signal over the request's own: hand it one that also ends at the time limit. */
function withSignal(context: NodeContext, signal: AbortSignal): NodeContext {
	if (!('getExecutionCancelSignal' in context)) return context;
	return Object.create(context, { getExecutionCancelSignal: { value: () => signal } }) as NodeContext;
}

/**
 * The credential with a dying or another account's token taken out, so that n8n renews and stores it before an upload is wasted;
 * undefined where the token is good or cannot be renewed.
 */
async function renewedCredentials(
	context: NodeContext,
	clock: Clock,
): Promise<IAdditionalCredentialOptions | undefined> {
	const data = await context.getCredentials<SignInData & IDataObject>(CREDENTIAL);
	const canRenew = data.signInMethod !== 'idToken' && typeof data.idToken === 'string' && data.idToken !== '';
	const isDue = canRenew && (isDying(data.idToken!, clock.now()) || isOfOtherSignIn(data));
	if (!isDue) return undefined;
	const { id, name } = context.getNode().credentials![CREDENTIAL];
	return {
		credentialsDecrypted: { id: id ?? '', name, type: CREDENTIAL, data: { ...data, idToken: '' } as never },
	};
}

function timedOut(timeoutMs: number): NoAnswer {
	return {
		kind: 'noAnswer',
		reached: 'maybe',
		reason: `no answer within ${Math.round(timeoutMs / 1000)} seconds`,
	};
}

export type { Reply };
