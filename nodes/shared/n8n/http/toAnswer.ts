/** What n8n's request helper returns, in; the answer as the core knows it out. Nothing fails. */
import type { IN8nHttpFullResponse } from 'n8n-workflow';
import type { HttpResponse } from '../../core/api/response';

/** The answer to a request that asked for the full response as text. */
export function toAnswer({ statusCode, headers, body }: IN8nHttpFullResponse): HttpResponse {
	return {
		kind: 'answer',
		status: statusCode,
		headers: headers as HttpResponse['headers'],
		body: typeof body === 'string' ? body : JSON.stringify(body ?? ''),
	};
}
