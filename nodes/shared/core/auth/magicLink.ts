/**
 * The sign-in link that Image3D mails: finds the one-time code in it, however many redirects it is wrapped in. In goes
 * what the user pasted; out comes the code, or what the text is instead.
 */
import { createHash } from 'crypto';
import { cleanPastedLink } from './pastedLink';
import { decode, fromProofpoint3, linksIn } from './wrappedLink';

/** What a mailed link is good for, once. */
export interface MagicLink {
	/** Firebase's one-time code. */
	oobCode: string;
	/** The Firebase web API key that the link carries. */
	apiKey?: string;
}

/** Wrappings that are followed; mail goes through two or three of them. */
const DEEPEST_WRAPPING = 6;

/** Links that are looked at in all, so that a text full of links ends soon. */
const MOST_LINKS = 60;

/** Longer than any link that works; the rest of a pasted page is not searched. */
const LONGEST_PASTE = 20_000;

/** Reads the link as pasted: whole, wrapped, escaped, broken into lines. */
export function parseMagicLink(text: string): MagicLink | undefined {
	const pasted = cleanPastedLink(text.slice(0, LONGEST_PASTE));
	const search = { left: MOST_LINKS };
	return pasted === '' ? undefined : findCode(pasted, DEEPEST_WRAPPING, search);
}

/** The host that a pasted link leads to, where it is a link at all. */
export function hostOfLink(text: string): string | undefined {
	const pasted = cleanPastedLink(text.slice(0, LONGEST_PASTE));
	return /^https?:/i.test(pasted) ? toUrl(pasted)?.hostname : undefined;
}

function findCode(link: string, depth: number, search: { left: number }): MagicLink | undefined {
	if (depth === 0 || search.left-- <= 0) return undefined;
	const inner = fromProofpoint3(link);
	if (inner !== undefined) return findCode(inner, depth - 1, search);
	return findInUrl(link, depth, search) ?? findEscaped(link, depth, search);
}

function findInUrl(link: string, depth: number, search: { left: number }): MagicLink | undefined {
	const url = toUrl(link);
	if (url === undefined) return undefined;
	// A single-page app may carry the whole query behind its "#".
	const queries = [url.searchParams, new URLSearchParams(url.hash.replace(/^#[^?]*\?|^#/, ''))];
	for (const query of queries) {
		const oobCode = query.get('oobCode')?.trim();
		if (oobCode) return { oobCode, apiKey: query.get('apiKey')?.trim() || undefined };
	}
	for (const next of linksIn(url, queries)) {
		const found = findCode(next, depth - 1, search);
		if (found !== undefined) return found;
	}
	return undefined;
}

/** A link that was escaped once more than it should have been, as a whole or from its "?" on. */
function findEscaped(link: string, depth: number, search: { left: number }): MagicLink | undefined {
	if (!/%(?:3A|3D|25)/i.test(link)) return undefined;
	const decoded = decode(link);
	return decoded === undefined || decoded === link ? undefined : findCode(decoded, depth - 1, search);
}

/** Tells one sign-in from another without keeping the link: it is stored beside the refresh token obtained from it. */
export function linkFingerprint(...origin: string[]): string {
	return createHash('sha256').update(origin.join('\n')).digest('hex').slice(0, 16);
}

function toUrl(text: string): URL | undefined {
	return URL.canParse(text) ? new URL(text) : undefined;
}
