/** The sign-in link that Image3D mails: finds the one-time code in it, however many redirects it is wrapped in. */
import { createHash } from 'crypto';

export interface MagicLink {
	/** Firebase's one-time code. */
	oobCode: string;
	/** The Firebase web API key that the link carries. */
	apiKey?: string;
}

/** Query parameters in which mailers, Firebase and link protection wrap another link. */
const WRAPPERS = ['link', 'deep_link_id', 'continueUrl', 'url', 'q', 'u', 'target'];
const DEEPEST_WRAPPING = 6;

/** Reads the link as pasted: whole, with or without angle brackets, HTML entities or line breaks. */
export function parseMagicLink(text: string): MagicLink | undefined {
	const pasted = text.replace(/&amp;/gi, '&').replace(/[\s<>"']+/g, '');
	return pasted === '' ? undefined : findCode(pasted, DEEPEST_WRAPPING);
}

function findCode(link: string, depth: number): MagicLink | undefined {
	const url = toUrl(link);
	if (url === undefined || depth === 0) return undefined;
	// A single-page app may carry the whole query behind its "#".
	const queries = [url.searchParams, new URLSearchParams(url.hash.replace(/^#[^?]*\?|^#/, ''))];
	for (const query of queries) {
		const oobCode = query.get('oobCode');
		if (oobCode) return { oobCode, apiKey: query.get('apiKey') || undefined };
	}
	for (const query of queries) {
		for (const name of WRAPPERS) {
			const inner = query.get(name);
			const found = inner ? findCode(inner, depth - 1) : undefined;
			if (found !== undefined) return found;
		}
	}
	return undefined;
}

/** Tells one link from another without keeping the link: it is stored beside the refresh token won from it. */
export function linkFingerprint(link: MagicLink): string {
	return createHash('sha256').update(link.oobCode).digest('hex').slice(0, 16);
}

function toUrl(text: string): URL | undefined {
	return URL.canParse(text) ? new URL(text) : undefined;
}
