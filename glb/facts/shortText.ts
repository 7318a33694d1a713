/** Text of a file as it may be shown: any value in, a short line without control characters out. */

/** Characters of a name that are shown: the longest registered ones have less than half. */
const LONGEST_NAME = 100;

/** At most so many characters, the last one an ellipsis where it was longer; undefined for what is no text. */
export function shortText(value: unknown, longest = LONGEST_NAME): string | undefined {
	if (typeof value !== 'string') return undefined;
	const isCut = value.length > longest;
	const kept = isCut ? value.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, '') : value;
	// eslint-disable-next-line no-control-regex
	const line = kept.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ');
	return isCut ? `${line}…` : line;
}

/** The names in a list of the file, each short and once, sorted, and no more than so many. */
export function shortNames(values: Iterable<unknown>, most: number): string[] {
	const names = new Set<string>();
	for (const value of values) {
		const name = shortText(value);
		if (name !== undefined) names.add(name);
		if (names.size >= most) break;
	}
	return [...names].sort();
}
