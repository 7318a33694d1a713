/** The values of a credential that nobody may read, wherever a service repeats them: its fields in, those values out. */
import { parseMagicLink } from './magicLink';
import type { SignInData } from './signIn';

/** In goes the credential's data; out come its secrets, each as a text to be hidden. */
export function secretsOf(data: SignInData): string[] {
	const { idToken, staticToken, refreshToken, firebaseApiKey, emailLink } = data;
	const token = staticToken?.trim().split(' ').at(-1);
	const link = emailLink ? parseMagicLink(emailLink) : undefined;
	const all = [idToken, token, refreshToken, firebaseApiKey, emailLink, link?.oobCode, link?.apiKey];
	// The longest first: a link holds its code.
	return all
		.filter((text): text is string => typeof text === 'string' && text !== '')
		.sort((a, b) => b.length - a.length);
}
