/** Writes measured results into a page of the documentation, between the marks that name them. */
import { readFileSync, writeFileSync } from 'node:fs';

/** Replaces what is between `<!-- name:start -->` and `<!-- name:end -->`. Throws where a mark is missing. */
export function replaceSection(file: string, name: string, content: string): void {
	const text = readFileSync(file, 'utf8');
	const [start, end] = [`<!-- ${name}:start -->`, `<!-- ${name}:end -->`];
	const from = text.indexOf(start);
	const to = text.indexOf(end);
	if (from < 0 || to < from) throw new Error(`${file} has no section "${name}".`);
	writeFileSync(file, `${text.slice(0, from + start.length)}\n\n${content}\n\n${text.slice(to)}`);
}

/** A Markdown table; columns after the first are numbers and stand to the right. */
export function table(head: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
	const widths = head.map((cell, column) =>
		Math.max(cell.length, ...rows.map((row) => row[column].length), 4),
	);
	const line = (cells: readonly string[]) =>
		`| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join(' | ')} |`;
	const rule = widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
	return [line(head), line(rule), ...rows.map(line)].join('\n');
}
