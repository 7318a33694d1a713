/** A choice of a list, which an expression may have filled in: the field and its values in, one of them out. */
import { type Outcome, badInput, succeed } from '../../shared/core/failure';
import { type OperationInput, textOf } from './operation';

/** Longest text that is quoted, characters. */
const MAX_QUOTED = 40;

/** The field, what it is called in a sentence, and its values; an empty field means the first of them. */
export interface Choice<Value extends string> {
	name: string;
	called: string;
	values: readonly Value[];
}

/** The value, in whatever case it is written; fails with `badInput` for one that the list does not have. */
export function readChoice<Value extends string>(
	input: OperationInput,
	{ name, called, values }: Choice<Value>,
): Outcome<Value> {
	const text = textOf(input, name);
	if (text === '') return succeed(values[0]);
	const found = values.find((value) => value.toLowerCase() === text.toLowerCase());
	if (found !== undefined) return succeed(found);
	return badInput(
		`There is no ${called} "${text.slice(0, MAX_QUOTED)}"`,
		`Choose one of: ${values.join(', ')}.`,
	);
}
