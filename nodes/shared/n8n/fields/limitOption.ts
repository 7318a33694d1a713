/**
 * An option that guards the account's credits: what the user filled in comes in, a limit that can be trusted goes out.
 * One that is no number fails, for taken as "no limit" it would spend what it was meant to keep.
 */
import { type Outcome, badInput, succeed } from '../../core/failure';

/** A number of at least 0, or undefined where the option is not set. */
export function readLimitOption(value: unknown, label: string): Outcome<number | undefined> {
	if (value === undefined) return succeed(undefined);
	const isText = typeof value === 'string' && value.trim() !== '';
	const number = typeof value === 'number' || isText ? Number(value) : Number.NaN;
	if (Number.isFinite(number) && number >= 0) return succeed(number);
	return badInput(
		`"${label}" is not a number of 0 or more: ${quote(value)}`,
		'Enter such a number, correct the expression, or remove the option to have no limit.',
	);
}

function quote(value: unknown): string {
	const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
	return text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text;
}

/** Enough to know the value again, in characters. */
const LONGEST_QUOTE = 40;
