/**
 * Where sign-ins are sent: Google, or a Firebase Auth Emulator. An emulator gets refresh tokens and one-time codes, so
 * it has to be on this machine or in its own network, and never beside the real service. In goes what the credential
 * holds; out comes the emulator's address, nothing for Google, or why the two do not go together.
 */
import { DEFAULT_BASE_URL, withoutSlashes } from '../api/endpoints';
import { isPrivateHost } from './privateHost';

/** The real service, whose sign-ins belong to Google alone. */
const REAL_HOST = 'image3d.io';

/** Sentences for the user, by what is wrong with the address. */
const NOT_AN_ADDRESS =
	'The Auth Emulator URL is not an address. Enter it as in http://127.0.0.1:9099, or clear the field to sign in with Google.';
const NOT_PRIVATE =
	'The Auth Emulator URL is outside your own network, and sign-ins must not go there. Enter the address of an emulator on this machine or in its network, or clear the field to sign in with Google.';
const BESIDE_THE_REAL_SERVICE =
	'The Base URL is the real Image3D and the Auth Emulator URL an emulator: the two do not go together. Clear the Auth Emulator URL, or enter the Base URL of your sandbox.';

/** The emulator's root address without a slash at its end (empty: Google), or a `problem` to show. */
export function readEmulatorUrl(
	authEmulatorUrl: string | undefined,
	baseUrl: string | undefined,
): { root: string } | { problem: string } {
	const text = authEmulatorUrl?.trim() ?? '';
	if (text === '') return { root: '' };
	const url = toUrl(text);
	if (url === undefined || !/^https?:$/.test(url.protocol)) return { problem: NOT_AN_ADDRESS };
	const hasUser = url.username !== '' || url.password !== '';
	if (hasUser || !isPrivateHost(url.hostname)) return { problem: NOT_PRIVATE };
	if (isRealService(baseUrl)) return { problem: BESIDE_THE_REAL_SERVICE };
	return { root: withoutSlashes(`${url.origin}${url.pathname}`) };
}

/** Whether an address is the real service's, in whatever spelling; true where nobody can tell. */
export function isRealService(baseUrl: string | undefined): boolean {
	const text = baseUrl?.trim() || DEFAULT_BASE_URL;
	const direct = toUrl(text);
	const url = direct?.hostname || /^https?:/i.test(text) ? direct : toUrl(`https://${text}`);
	// The URL parser has folded case, full width and percent signs, and dropped port, user and line breaks.
	const host = withoutDots(url?.hostname ?? '');
	return host === '' || host === REAL_HOST || host.endsWith(`.${REAL_HOST}`);
}

function toUrl(text: string): URL | undefined {
	return URL.canParse(text) ? new URL(text) : undefined;
}

function withoutDots(host: string): string {
	let end = host.length;
	while (host[end - 1] === '.') end--;
	return host.slice(0, end);
}
