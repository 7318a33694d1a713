/**
 * Firebase's error codes in, sentences that say what to do out. A code that nobody knows is named. Source: Firebase Auth REST
 * API, "Common error codes".
 */
import { isObject } from '../api/foreignText';

const NEW_REFRESH_TOKEN = 'Sign in at Image3D again and paste a new refresh token into the credential.';
const NEW_LINK = 'Ask Image3D for a new sign-in link and paste it unopened into the credential.';
const CHECK_KEY = 'Check the Firebase Web API Key in the credential.';

/** Said of a key that the user never entered. */
const DAMAGED_LINK = `The sign-in link is damaged: the key in it is not valid. Copy the whole link from the email again, or ask Image3D for a new one, and paste it unopened into the credential.`;

const SERVICE_PROBLEM = 'The sign-in service has a problem at the moment. Wait a little, then run again.';
const OVER_ITS_LIMIT = 'The sign-in service is over its limit. Wait some minutes, then run again.';

const SENTENCES: Record<string, string> = {
	TOKEN_EXPIRED: `The Image3D sign-in has expired. ${NEW_REFRESH_TOKEN}`,
	INVALID_REFRESH_TOKEN: `The refresh token is not valid. ${NEW_REFRESH_TOKEN}`,
	MISSING_REFRESH_TOKEN: `The refresh token is missing. ${NEW_REFRESH_TOKEN}`,
	INVALID_GRANT_TYPE: `The refresh token was not accepted. ${NEW_REFRESH_TOKEN}`,
	PROJECT_NUMBER_MISMATCH: `The refresh token and the Firebase Web API Key belong to different projects. ${CHECK_KEY}`,
	USER_DISABLED: 'This Image3D account has been disabled. Write to Image3D support, or use another account.',
	USER_NOT_FOUND: 'This Image3D account no longer exists. Sign in with another account.',
	API_KEY_INVALID: `The Firebase Web API Key is not valid. ${CHECK_KEY}`,
	INVALID_OOB_CODE: `The sign-in link is not valid or was already used. ${NEW_LINK} Some mail scanners open every link before you do: if that happens, choose the sign-in method Refresh Token.`,
	EXPIRED_OOB_CODE: `The sign-in link has expired. ${NEW_LINK}`,
	MISSING_OOB_CODE: `The sign-in link is not complete. ${NEW_LINK}`,
	INVALID_EMAIL:
		'The email address does not belong to this sign-in link. Enter the address that the link was sent to.',
	EMAIL_NOT_FOUND: 'No Image3D account has this email address. Check the address in the credential.',
	OPERATION_NOT_ALLOWED:
		'Image3D does not allow this kind of sign-in. Choose another sign-in method in the credential.',
	TOO_MANY_ATTEMPTS_TRY_LATER: 'Too many sign-ins were tried. Wait some minutes, then run again.',
	QUOTA_EXCEEDED: OVER_ITS_LIMIT,
	RATE_LIMIT_EXCEEDED: OVER_ITS_LIMIT,
	RESOURCE_EXHAUSTED: OVER_ITS_LIMIT,
};

/** Passing, also where they come with HTTP 400. */
const PASSING = [
	'TOO_MANY_ATTEMPTS_TRY_LATER',
	'QUOTA_EXCEEDED',
	'RATE_LIMIT_EXCEEDED',
	'RESOURCE_EXHAUSTED',
];

/** What is good for one use only, used by somebody else. */
const SPENT = ['TOKEN_EXPIRED', 'INVALID_REFRESH_TOKEN', 'INVALID_OOB_CODE'];

/** Whether another n8n process may just have signed in with the same refresh token or link. */
export function mayBeSpent(body: Record<string, unknown>): boolean {
	return SPENT.includes(findCode(body) ?? '');
}

/** Whether waiting mends it. */
export function mayPass(status: number, body: Record<string, unknown>): boolean {
	return status === 429 || status >= 500 || PASSING.includes(findCode(body) ?? '');
}

/**
 * A sentence for a failed sign-in answer. Never quotes what the service said: it may repeat the key. `isKeyOfLink`: the
 * user entered no key, so that a wrong one is a damaged link's.
 */
export function describeFirebaseError(
	status: number,
	body: Record<string, unknown>,
	isKeyOfLink = false,
): string {
	const code = findCode(body);
	if (code === 'API_KEY_INVALID' && isKeyOfLink) return DAMAGED_LINK;
	if (code !== undefined && Object.hasOwn(SENTENCES, code)) return SENTENCES[code];
	if (status === 403) {
		return `Google does not allow this Firebase Web API Key to be used here (it may be restricted to other sites). Check the Base URL and the Firebase Web API Key in the credential.`;
	}
	if (status === 429) return OVER_ITS_LIMIT;
	if (status >= 500) return SERVICE_PROBLEM;
	const named = code === undefined ? `HTTP ${status}` : code;
	return `The sign-in was not accepted (${named}). Check every field of the Image3D API credential.`;
}

/** A sentence for an answer that Firebase never gives: a web page, or nothing. */
export function describeForeignAnswer(status: number): string {
	if (status === 429) return OVER_ITS_LIMIT;
	if (status >= 500 && status !== 511) return SERVICE_PROBLEM;
	const who =
		status === 407
			? 'A proxy that asks for its own login'
			: status === 511
				? 'The login page of a network'
				: 'A proxy, a firewall or another server';
	return `${who} answered in place of the sign-in service (HTTP ${status}). Check the network of this n8n, its proxy settings, and the Auth Emulator URL of the credential if there is one.`;
}

/** The code in Firebase's two shapes of error: `error.message` ("CODE : details") and `error.details[].reason`. */
function findCode(body: Record<string, unknown>): string | undefined {
	const error = isObject(body.error) ? body.error : undefined;
	const details = Array.isArray(error?.details) ? error.details : [];
	for (const detail of details) {
		if (isObject(detail) && typeof detail.reason === 'string' && Object.hasOwn(SENTENCES, detail.reason))
			return detail.reason;
	}
	const message =
		typeof error?.message === 'string' ? error.message : typeof body.error === 'string' ? body.error : '';
	if (/api key not valid/i.test(message)) return 'API_KEY_INVALID';
	return /^[A-Z][A-Z_]{1,60}/.exec(message)?.[0];
}
