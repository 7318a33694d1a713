/** A length as people write it: a number or text from a sheet and a unit in, meters out, and the side where the text names one. */
import { type Outcome, badInput, succeed } from '../shared/core/failure';
import { readAsThousands, readNumber } from './readNumber';
import { type Unit, UNIT_METERS, readUnit } from './units';

/** A length, and which side of the model it is of where its text says so. */
export interface Length {
	meters: number;
	dimension?: 'height' | 'width' | 'depth';
}

/** Longest text that is looked at, characters. */
const MAX_CHARACTERS = 60;

/** The smallest and largest model that is made: a grain of sand and a stadium, meters. */
const SMALLEST_M = 0.0001;
const LARGEST_M = 1_000;

/** Longest side that a text in thousands may mean, meters; longer ones are decimals. */
const LARGEST_IN_THOUSANDS_M = 100;

/** What a side is called in a sheet, behind the length or before it; "long" may be any of them. */
const SIDES: ReadonlyMap<string, Length['dimension']> = new Map([
	...['high', 'tall', 'height', 'h'].map((word) => [word, 'height'] as const),
	...['wide', 'width', 'w'].map((word) => [word, 'width'] as const),
	...['deep', 'depth', 'd'].map((word) => [word, 'depth'] as const),
	...['long', 'length', 'l'].map((word) => [word, undefined] as const),
]);

/** Three digits behind the sign are none of inches: `1'250 mm` is written in Switzerland. */
const FEET_AND_INCHES = /^(\d{1,4}) ?(?:feet|foot|ft\.?|'|′|’) ?(\d{1,2}(?:[.,]\d{1,20})?)$/i;

/** Reads what was `given` in `unit`; a unit that stands in the text itself counts for more. */
export function readLength(given: unknown, unit: string): Outcome<Length> {
	// What searches a list gives a list of the one that it found.
	const value: unknown = Array.isArray(given) && given.length === 1 ? given[0] : given;
	const text = typeof value === 'string' || typeof value === 'number' ? tidy(String(value)) : '';
	if (text === '' && (value ?? '') !== '' && typeof value !== 'string') return noLength(kindOf(value));
	if (text === '') return badInput('"Length" is empty', 'Enter how long the side really is.');
	if (text.length > MAX_CHARACTERS) return noLength(`${text.slice(0, MAX_CHARACTERS)}…`);
	const { rest, ...side } = withoutSide(text);
	const end = endOfDigits(rest);
	const [digits, written] = [rest.slice(0, end).trim(), rest.slice(end).trim()];
	if (written !== '' && readUnit(written) === undefined) return noLength(text);
	const feet = FEET_AND_INCHES.exec(digits);
	const own: Unit | undefined = feet === null ? readUnit(written) : 'in';
	const used = own ?? readUnit(unit);
	const number = feet === null ? readNumber(digits) : inInches(feet, readUnit(written));
	if (number === undefined) return noLength(text);
	if (used === undefined)
		return badInput(
			unit === '' ? '"Unit" is empty' : `"Unit" is "${unit.slice(0, MAX_CHARACTERS)}", which is not known`,
			'Choose mm, cm, m, in or ft.',
		);
	const thousands = typeof value === 'number' || feet !== null ? undefined : readAsThousands(digits);
	if (thousands !== undefined && isEither(digits, used, thousands))
		return badInput(
			`"Length" is "${text}", which may be ${number} or ${thousands}`,
			`Write ${plainly(number)} or ${thousands}.`,
		);
	const meters = number * UNIT_METERS[used];
	if (meters < SMALLEST_M || meters > LARGEST_M)
		return badInput(
			`A length of ${text}${own === undefined ? ` ${used}` : ''} is too small or too large for a model`,
			'Check the length and its unit.',
		);
	return succeed({ meters, ...side });
}

const tidy = (text: string) => text.replace(/[\s\u00a0\u202f]+/g, ' ').trim();

function noLength(text: string) {
	return badInput(
		`"Length" is "${text}", which is not a length`,
		'Enter one number such as 82 or 82.5, with or without its unit: 82 cm.',
	);
}

function kindOf(value: unknown): string {
	return Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : String(value);
}

function inInches([, feet, rest]: RegExpExecArray, unit: Unit | undefined): number | undefined {
	const inches = unit === 'in' ? readNumber(rest) : undefined;
	return inches === undefined ? undefined : Number(feet) * 12 + inches;
}

/** With a comma, or in millimeters, nobody can tell; else a point begins decimals, as n8n itself writes them. */
function isEither(digits: string, unit: Unit, thousands: number): boolean {
	return (digits.includes(',') || unit === 'mm') && thousands * UNIT_METERS[unit] <= LARGEST_IN_THOUSANDS_M;
}

/** As text that is read as this number and no other, also in millimeters. */
function plainly(number: number): string {
	return readAsThousands(String(number)) === undefined ? String(number) : `${number}0`;
}

/** The text without the word for a side at its end or its beginning. */
function withoutSide(text: string): { rest: string; dimension?: Length['dimension'] } {
	const words = text.split(' ');
	for (const at of [words.length - 1, 0]) {
		const word = words[at].toLowerCase().replace(/[.:=]$/, '');
		if (words.length > 1 && SIDES.has(word))
			return { rest: words.toSpliced(at, 1).join(' '), dimension: SIDES.get(word) };
	}
	return { rest: text };
}

/** Where the last digit ends; 0 without one. */
function endOfDigits(text: string): number {
	let end = text.length;
	while (end > 0 && !/\d/.test(text[end - 1])) end--;
	return end;
}
