/** A length as people write it: a number or text from a sheet and a unit in, meters out. */
import { type Outcome, badInput, succeed } from '../shared/core/failure';

const METERS = { mm: 0.001, cm: 0.01, m: 1, in: 0.0254, ft: 0.3048 } as const;

type Unit = keyof typeof METERS;

/** A number with an optional sign of thousands and decimals after a point or a comma. */
const PLAIN = /^\d{1,9}(?:[.,]\d{1,9})?$/;
const GROUPED = /^\d{1,3}(?:([.,' \u00a0\u202f])\d{3})+(?:[.,]\d{1,9})?$/;

/** Longest text that is looked at, characters. */
const MAX_CHARACTERS = 40;

/** The smallest and largest model that is made: a grain of sand and a stadium, meters. */
const SMALLEST_M = 0.0001;
const LARGEST_M = 1_000;

/** Reads `value` in `unit`; a unit that stands in the text itself counts for more. */
export function readLength(value: unknown, unit: string): Outcome<number> {
	const text = String(value ?? '')
		.slice(0, MAX_CHARACTERS)
		.trim();
	if (text === '') return badInput('"Length" is empty', 'Enter how long the side really is.');
	const written = /^(.*\d)\s*(mm|cm|m|in|ft|"|''|″|'|′)?$/i.exec(text);
	const number = written === null ? undefined : readNumber(written[1].trim());
	const factor = METERS[unitIn(written?.[2]) ?? (unit as Unit)];
	if (number === undefined || factor === undefined)
		return badInput(`"Length" is "${text}", which is not a length`, 'Enter a number such as 82 or 82.5.');
	const meters = number * factor;
	if (meters < SMALLEST_M || meters > LARGEST_M)
		return badInput(
			`A length of ${text} ${unit} is too small or too large for a model`,
			'Check the length and its unit.',
		);
	return succeed(meters);
}

function unitIn(word: string | undefined): Unit | undefined {
	if (word === undefined) return undefined;
	if (word === '"' || word === '″' || word === "''") return 'in';
	return word === "'" || word === '′' ? 'ft' : (word.toLowerCase() as Unit);
}

function readNumber(text: string): number | undefined {
	if (PLAIN.test(text)) return Number(text.replace(',', '.'));
	const grouped = GROUPED.exec(text);
	if (grouped === null) return undefined;
	const [sign] = grouped.slice(1);
	const withoutGroups = text.split(sign).join('');
	return Number(withoutGroups.replace(',', '.'));
}
