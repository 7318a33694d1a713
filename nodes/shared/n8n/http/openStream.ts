/**
 * Opens a file on the web, without any credential: n8n's request options in, the answer with its body as a stream out.
 * Rejects where there was no answer of the server, also where a proxy on the way refused to connect to it.
 */
import type { IHttpRequestOptions, IN8nHttpFullResponse } from 'n8n-workflow';
import { answerIn, causesOf } from './requestErrors';

/** The answer may have any status; its body has to be read or destroyed by the caller. */
export async function openStream(
	request: (options: IHttpRequestOptions) => Promise<unknown>,
	options: IHttpRequestOptions,
): Promise<IN8nHttpFullResponse> {
	const opening = request({
		...options,
		encoding: 'stream',
		returnFullResponse: true,
		// As an error an answer shows whether the server or a proxy gave it.
		ignoreHttpStatusErrors: false,
	}) as Promise<IN8nHttpFullResponse>;
	return await opening.catch((error: unknown) => {
		if (answerIn(error)?.kind !== 'answer') throw error;
		const response = causesOf(error).find((link) => link.response !== undefined)!.response as AxiosAnswer;
		return { statusCode: response.status, headers: response.headers, body: response.data };
	});
}

interface AxiosAnswer {
	status: number;
	headers: IN8nHttpFullResponse['headers'];
	data: IN8nHttpFullResponse['body'];
}
