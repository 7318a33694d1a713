/** The way to the Image3D API: a request in, an answer, or why there was none, out, in the time that it is given. Never rejects. */
import type { IAdditionalCredentialOptions } from 'n8n-workflow';
import { type Clock, withTimeLimit } from '../../core/concurrency/clock';
import { inSeconds } from '../../core/report/counted';
import type { ApiResponse, Send } from '../../core/api/response';
import { type CallSettings, createAnswerNotes } from './answerNotes';
import type { ApiAccess } from './apiAccess';
import { callApi } from './callApi';
import { isSignInError, isSpentSignIn, readRequestError } from './requestErrors';
import { createTokenRenewal } from './tokenRenewal';

/** Makes the Send of a node. */
export function createSend(access: ApiAccess, settings: CallSettings, clock: Clock): Send {
	const noteAnswer = createAnswerNotes(access, settings, clock);
	const tokens = createTokenRenewal(access, clock);
	return async (request) => {
		const stop = new AbortController();
		const cancel = access.cancelled;
		const signal = cancel === undefined ? stop.signal : AbortSignal.any([cancel, stop.signal]);
		const ask = async (data?: IAdditionalCredentialOptions) =>
			await callApi(access, { ...request, baseUrl: settings.baseUrl }, signal, data);
		const askWithLiveToken = async () => {
			const credentials = request.method === 'POST' ? await tokens.beforeUpload() : undefined;
			return await ask(credentials).catch(async (error: unknown) => {
				// A token that expires soon is still good while the sign-in service has a problem.
				if (credentials === undefined || !isSignInError(error)) throw error;
				return await ask();
			});
		};
		const call = askWithLiveToken()
			.then(async (reply) => await tokens.after403(reply, ask))
			.catch(async (error: unknown) => {
				if (!isSpentSignIn(error) || !(await tokens.comesFromElsewhere(signal))) throw error;
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
