/** One call of the Image3D API as n8n's request helper makes it: a request in, its answer out, whatever its status. */
import type { IAdditionalCredentialOptions, IDataObject, IHttpRequestOptions } from 'n8n-workflow';
import { apiUrl } from '../../core/api/endpoints';
import type { ApiRequest, ApiResponse } from '../../core/api/response';
import type { ApiAccess } from './apiAccess';
import { answerIn, isSignInError } from './requestErrors';
import { toAnswer } from './toAnswer';

/** A request, and the service that it goes to. */
interface AddressedRequest extends ApiRequest {
	baseUrl: string;
}

/** Makes the call. Rejects where no answer came, with what n8n rejects with. */
export async function callApi(
	access: ApiAccess,
	request: AddressedRequest,
	signal: AbortSignal,
	credentials?: IAdditionalCredentialOptions,
): Promise<ApiResponse> {
	const options = toOptions(request, signal);
	return await access.call(options, signal, credentials).then(toAnswer, (error: unknown) => {
		const answer = isSignInError(error) ? undefined : answerIn(error);
		if (answer === undefined) throw error;
		return answer;
	});
}

function toOptions(request: AddressedRequest, signal: AbortSignal): IHttpRequestOptions {
	return {
		method: request.method,
		url: apiUrl(request.baseUrl, request.path),
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
