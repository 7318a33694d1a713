/**
 * Takes tokens and keys out of a text before a user, an item or a log sees it. In goes whatever a service, a network or
 * a file name said, and the secrets that are known by value; out comes one line. Linear in the text, whatever it holds.
 */
import { cutText, oneLine } from './oneLine';

/** A sentence and its details; more is no reason but a page, and costs time to search. */
export const LONGEST_QUOTED_TEXT = 2_048;

/** A shorter secret is part of too many ordinary words; no service gives one that short. */
const SHORTEST_SECRET = 8;

const HIDDEN = '[hidden]';

/** None of them may look back over what it has read: each stops at the first character that is not its own. */
const SECRETS: Array<[RegExp, string]> = [
	[/\beyJ[\w-]+(?:\.[\w-]*){0,4}/g, '[token]'],
	[/\bAIza[\w-]{4,}/g, '[key]'],
	[/\bAMf-[\w-]{4,}/g, '[token]'],
	[/\b(Bearer)\s+\S+/gi, '$1 [token]'],
	[
		/([?&](?:key|apiKey|token|oobCode|signature|sig|x-(?:amz|goog)-[\w-]+|refresh_token|id_token)=)[^&\s"']+/gi,
		`$1${HIDDEN}`,
	],
];

/** The text without JSON web tokens, Google keys, bearer values, signed query parameters and the given `secrets`. */
export function redact(text: string, secrets: readonly string[] = []): string {
	const known = hideSecrets(text, secrets);
	const quoted = oneLine(cutText(known, LONGEST_QUOTED_TEXT), LONGEST_QUOTED_TEXT);
	return SECRETS.reduce((clean, [pattern, replacement]) => clean.replace(pattern, replacement), quoted);
}

/** The whole text with each of the secrets, as it is or as it stands in a URL, replaced; everything else is kept. */
export function hideSecrets(text: string, secrets: readonly string[]): string {
	let clean = text;
	for (const secret of secrets) {
		const value = secret.trim();
		if (value.length < SHORTEST_SECRET) continue;
		for (const form of new Set([value, inUrl(value)])) clean = clean.replaceAll(form, HIDDEN);
	}
	return clean;
}

function inUrl(value: string): string {
	try {
		return encodeURIComponent(value);
	} catch {
		// Half a character, which no URL can hold.
		return value;
	}
}
