/** Replies as the transport hands them to the core. */
import type { HttpResponse, NetworkError } from '../../nodes/shared/core/api/response';

export function answer(
	status: number,
	body: string | Record<string, unknown> = '',
	headers: Record<string, string> = {},
): HttpResponse {
	return { kind: 'answer', status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) };
}

export const REFUSED: NetworkError = {
	kind: 'noAnswer',
	reached: 'never',
	reason: 'the connection was refused',
};

export const RESET: NetworkError = {
	kind: 'noAnswer',
	reached: 'maybe',
	reason: 'the connection was closed unexpectedly',
};

export const CANCELLED_REPLY: NetworkError = {
	kind: 'noAnswer',
	reached: 'never',
	reason: 'the request was stopped',
	cancelled: true,
};

export const HTML_PAGE = '<!DOCTYPE html><html><body>Maintenance</body></html>';
