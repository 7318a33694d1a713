/** The one place that calls the Image3D API: n8n's authenticated request in, a Reply out. */
import type {
	IAdditionalCredentialOptions,
	IDataObject,
	IHttpRequestOptions,
	IN8nHttpFullResponse,
} from 'n8n-workflow';
import { apiUrl } from '../core/api';
import { type Clock, withTimeLimit } from '../core/clock';
import type { ApiRequest, HttpAnswer, Reply, Send } from '../core/reply';
import { type SignInData, isOfOtherSignIn } from '../core/signIn/signIn';
import { isDying } from '../core/signIn/token';
import { CREDENTIAL, type NodeContext, cancelSignalOf } from './context';
import { answerIn, isSignInError, isSpentSignIn, readRequestError } from './requestErrors';
import { findsLiveToken } from './signedInElsewhere';

/** Makes the Send of a node. `baseUrl` is the credential's. */
export function createSend(context: NodeContext, baseUrl: string, clock: Clock): Send {
	return async (request) => {
		const stop = new AbortController();
		const cancel = cancelSignalOf(context);
		const signal = cancel === undefined ? stop.signal : AbortSignal.any([cancel, stop.signal]);
		try {
			const credentials = request.method === 'POST' ? await renewedCredentials(context, clock) : undefined;
			const ask = async (data?: IAdditionalCredentialOptions) =>
				await callApi(context, toOptions(request, baseUrl, signal), signal, data);
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
			if (answer !== 'timedOut') return answer;
			stop.abort();
			return await timedOut(call, request.timeoutMs, clock);
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
): Promise<Reply> {
	const call = context.helpers.httpRequestWithAuthentication.call(
		withSignal(context, signal),
		CREDENTIAL,
		options,
		credentials,
	) as Promise<IN8nHttpFullResponse>;
	return await call.then(toAnswer, (error: unknown) => {
		const answer = isSignInError(error) ? undefined : answerIn(error);
		if (answer === undefined) throw error;
		return answer;
	});
}

function toAnswer({ statusCode, headers, body }: IN8nHttpFullResponse): HttpAnswer {
	return {
		kind: 'answer',
		status: statusCode,
		headers: headers as HttpAnswer['headers'],
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
		// A status that is none of success stays an error: n8n renews the token on a 401, and the error, unlike an
		// answer, shows whether the server or a proxy on the way gave it.
		ignoreHttpStatusErrors: false,
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

/** What is known of a call that was given up: it may have been sent, unless its end shows that it never was. */
async function timedOut(call: Promise<Reply>, timeoutMs: number, clock: Clock): Promise<Reply> {
	const reason = `no answer within ${Math.round(timeoutMs / 1000)} seconds`;
	const end = await withTimeLimit(
		call.catch((error: unknown) => readRequestError(error, false)),
		STOPPING_MS,
		clock,
	);
	if (end === 'timedOut' || (end.kind === 'noAnswer' && end.reached === 'maybe'))
		return { kind: 'noAnswer', reached: 'maybe', reason };
	return end;
}

/** A call that is given up ends at once where it hangs in the network; in the sign-in it may go on for a while. */
const STOPPING_MS = 1_000;

export type { Reply };
