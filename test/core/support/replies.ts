/** Replies as the transport hands them to the core. */
import type { HttpAnswer, NoAnswer } from '../../../nodes/shared/core/api/response';

export function answer(
	status: number,
	body: string | Record<string, unknown> = '',
	headers: Record<string, string> = {},
): HttpAnswer {
	return { kind: 'answer', status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) };
}

export const REFUSED: NoAnswer = {
	kind: 'noAnswer',
	reached: 'never',
	reason: 'the connection was refused',
};

export const RESET: NoAnswer = {
	kind: 'noAnswer',
	reached: 'maybe',
	reason: 'the connection was closed unexpectedly',
};

export const CANCELLED_REPLY: NoAnswer = {
	kind: 'noAnswer',
	reached: 'never',
	reason: 'the request was stopped',
	cancelled: true,
};

export const HTML_PAGE = '<!DOCTYPE html><html><body>Maintenance</body></html>';
