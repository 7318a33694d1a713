/**
 * A link as it comes out of a mail program: broken into lines, escaped for HTML or for mail, in brackets. In goes what
 * the user pasted; out comes the text of the link, to be unwrapped. Nothing fails: what is no link stays none.
 */

/** Marks without width that mail programs put into long words, and marks that turn the reading direction. */
const WITHOUT_WIDTH = /\p{Cf}|\u034f/gu;

/** What quoted-printable makes of "=", and of a line that was too long. */
const QUOTED_EQUALS = '=3D';
const SOFT_BREAK = /=[ \t]*\r?\n/g;

/** The link in a pasted text, without what a mail program added to it. */
export function cleanPastedLink(text: string): string {
	const unquoted = fromQuotedPrintable(text.replace(WITHOUT_WIDTH, ''));
	const joined = fromHtml(unquoted).replace(/[\s<>"'`]+/g, '');
	return withoutTail(withScheme(fromText(joined)));
}

/**
 * Quoted-printable is told by its "=", each of which is written "=3D". The field of a browser drops line breaks, so that
 * of a soft break only the "=" is left.
 */
function fromQuotedPrintable(text: string): string {
	const joined = text.replace(SOFT_BREAK, '');
	const names = joined.match(/[?&;][a-z_]{1,20}=/gi) ?? [];
	const quoted = joined.match(/[?&;][a-z_]{1,20}=3D/gi) ?? [];
	const isQuoted = quoted.length > 0 && quoted.length === names.length;
	// One name alone may have a value that begins like this.
	if (!isQuoted || (names.length === 1 && joined === text && !/=3Dhttp/i.test(joined))) return joined;
	return joined
		.split(QUOTED_EQUALS)
		.map((part) => part.replaceAll('=', ''))
		.join('=');
}

/** "&" as HTML writes it, also where it was escaped more than once. */
function fromHtml(text: string): string {
	return text
		.replace(/&(?:(?:amp|#38|#x26);)+/gi, '&')
		.replace(/(?:amp|#38|#x26);(?=[a-z_]{1,20}=)/gi, '')
		.replace(/&(?:equals|#61|#x3d);/gi, '=');
}

/** The link in `[text](link)`, or from where the first link begins. */
function fromText(text: string): string {
	const target = text.indexOf('](');
	const link = target === -1 ? text : text.slice(target + 2);
	const start = link.search(/https?(?::|%3A|-3A)/i);
	return start > 0 && !isPartOfLink(link, start) ? link.slice(start) : link;
}

/** Whether what stands before an address is the beginning of a link that only lacks its scheme. */
function isPartOfLink(text: string, start: number): boolean {
	const before = text.slice(0, start);
	return before.includes('/') || before.includes('?');
}

/** Some mail programs show, and copy, a link without its "https://". */
function withScheme(link: string): string {
	if (/^https?(?::|%3A)/i.test(link)) return link;
	if (link.startsWith('//')) return `https:${link}`;
	return /^[a-z0-9][a-z0-9.-]{0,252}\.[a-z]{2,20}(?::\d{1,5})?[/?#]/i.test(link) ? `https://${link}` : link;
}

/** What a sentence or a pair of brackets leaves at the end of a link. */
function withoutTail(link: string): string {
	let end = link.length;
	while (end > 0 && '),.;]}'.includes(link[end - 1])) end--;
	return link.slice(0, end);
}
