/** Error bodies in Firebase's own shapes. */

const REASONS: Record<number, { reason: string; status: string }> = {
	400: { reason: 'invalid', status: 'INVALID_ARGUMENT' },
	403: { reason: 'forbidden', status: 'PERMISSION_DENIED' },
	429: { reason: 'rateLimitExceeded', status: 'RESOURCE_EXHAUSTED' },
	500: { reason: 'backendError', status: 'INTERNAL' },
	503: { reason: 'backendError', status: 'UNAVAILABLE' },
};

/** `{ error: { code, message, errors, status } }`, and with `detail` the reason of Google's API front end. */
export function firebaseError(status: number, message: string, detail?: string): object {
	const known = REASONS[status] ?? REASONS[status >= 500 ? 500 : 400];
	return {
		error: {
			code: status,
			message,
			errors: [{ message, domain: 'global', reason: known.reason }],
			status: known.status,
			...(detail && {
				details: [
					{
						'@type': 'type.googleapis.com/google.rpc.ErrorInfo',
						reason: detail,
						domain: 'googleapis.com',
					},
				],
			}),
		},
	};
}

/** A web API key that does not exist. */
export const INVALID_KEY = firebaseError(
	400,
	'API key not valid. Please pass a valid API key.',
	'API_KEY_INVALID',
);

/** No key at all. */
export const MISSING_KEY = firebaseError(403, 'The request is missing a valid API key.');

/** A key restricted by referrer, used from elsewhere. */
export function blockedReferer(referer: string | undefined): object {
	const message = `Requests from referer ${referer ?? '<empty>'} are blocked.`;
	return firebaseError(403, message, 'API_KEY_HTTP_REFERRER_BLOCKED');
}
