/** A foreign text (an id, a file name, what a service said) in; one line that no log and no screen misreads out. */

/** Longer than any id and most names; what is quoted has to be recognized, not read through. */
const LONGEST_QUOTE = 200;

/**
 * Control characters, line and paragraph separators, and the marks that turn or hide text on a screen: they could start
 * a log line of their own, or make one read as another.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;

/** The text on one line, cut between characters; what a text does not have is a space. */
export function oneLine(text: string, longest = LONGEST_QUOTE): string {
	return cutText(text.slice(0, longest * 4).replace(UNPRINTABLE, ' '), longest);
}

/** The first `longest` UTF-16 units of a text, without half a character at its end. */
export function cutText(text: string, longest: number): string {
	if (text.length <= longest) return text;
	const last = text.charCodeAt(longest - 1);
	const isHalf = last >= 0xd800 && last <= 0xdbff;
	return text.slice(0, isHalf ? longest - 1 : longest);
}
