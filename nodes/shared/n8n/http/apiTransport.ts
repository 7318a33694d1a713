/** The one place that calls the Image3D API: a request in, an answer, or why there was none, out. Never rejects. */
import type { IAdditionalCredentialOptions, IDataObject, IHttpRequestOptions } from 'n8n-workflow';
import { apiUrl } from '../../core/api/endpoints';
import { type Clock, withTimeLimit } from '../../core/concurrency/clock';
import { inSeconds } from '../../core/report/counted';
import { type ApiRequest, type ApiResponse, type Send } from '../../core/api/response';
import { type CallSettings, createAnswerNotes } from './answerNotes';
import type { ApiAccess } from './apiAccess';
import { createRenewalOn403 } from './renewalOn403';
import { withoutExpiringToken } from './tokenRenewal';
import { answerIn, isSignInError, isSpentSignIn, readRequestError } from './requestErrors';
import { findsLiveToken } from './signedInElsewhere';
import { toAnswer } from './toAnswer';

/** Makes the Send of a node. */
export function createSend(access: ApiAccess, settings: CallSettings, clock: Clock): Send {
	const noteAnswer = createAnswerNotes(access, settings, clock);
	const askAgainOn403 = createRenewalOn403(access);
	return async (request) => {
		const stop = new AbortController();
		const cancel = access.cancelled;
		const signal = cancel === undefined ? stop.signal : AbortSignal.any([cancel, stop.signal]);
		const ask = async (data?: IAdditionalCredentialOptions) =>
			await callApi(access, toOptions(request, settings.baseUrl, signal), signal, data);
		const askWithLiveToken = async () => {
			const credentials = request.method === 'POST' ? await withoutExpiringToken(access, clock) : undefined;
			return await ask(credentials).catch(async (error: unknown) => {
				// A token that expires soon is still good while the sign-in service has a problem.
				if (credentials === undefined || !isSignInError(error)) throw error;
				return await ask();
			});
		};
		const call = askWithLiveToken()
			.then(async (reply) => await askAgainOn403(reply, ask))
			.catch(async (error: unknown) => {
				if (!isSpentSignIn(error) || !(await findsLiveToken(access, clock, signal))) throw error;
				return await ask();
			});
		try {
			const reply = await withTimeLimit(call, request.timeoutMs, clock);
			if (reply !== 'timedOut') return await noteAnswer(reply, request);
			stop.abort();
			return await noteAnswer(await timedOut(call, request.timeoutMs, clock), request);
		} catch (error) {
			return await noteAnswer(readRequestError(error, cancel?.aborted ?? false), request);
		} finally {
			stop.abort();
		}
	};
}

async function callApi(
	access: ApiAccess,
	options: IHttpRequestOptions,
	signal: AbortSignal,
	credentials?: IAdditionalCredentialOptions,
): Promise<ApiResponse> {
	return await access.call(options, signal, credentials).then(toAnswer, (error: unknown) => {
		const answer = isSignInError(error) ? undefined : answerIn(error);
		if (answer === undefined) throw error;
		return answer;
	});
}

function toOptions(request: ApiRequest, baseUrl: string, signal: AbortSignal): IHttpRequestOptions {
	return {
		method: request.method,
		url: apiUrl(baseUrl, request.path),
		headers: {
			Accept: 'application/json',
			...(ArrayBuffer.isView(request.body) ? { 'Content-Type': 'application/json' } : {}),
			...request.headers,
		},
		...(request.body === undefined ? {} : { body: request.body as IDataObject | Buffer }),
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

/** What is known of a call that was given up: it may have been sent, unless its end shows that it never was. */
async function timedOut(call: Promise<ApiResponse>, timeoutMs: number, clock: Clock): Promise<ApiResponse> {
	const reason = `no answer within ${inSeconds(timeoutMs)}`;
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
