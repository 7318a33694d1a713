/** Which file of an item is meant: the name that the user wrote and the names of the item's files in, one of them out. */
import { type Outcome, badInput, succeed } from '../failure';

/**
 * The name itself; else the one that n8n's form makes of it or that it is made of ("Product photo", `Product_photo`);
 * else the only one of several numbered ones (`Product_photo_0`). Fails where there is none, or more than one.
 */
export function findBinaryField(wanted: string, fields: readonly string[]): Outcome<string> {
	if (wanted === '') {
		return badInput(
			'"Input Binary Field" is empty',
			'Enter the name of the field that holds the picture, usually data.',
		);
	}
	if (fields.includes(wanted)) return succeed(wanted);
	const name = asFormWrites(wanted);
	const same = fields.filter((field) => asFormWrites(field) === name);
	const numbered = fields.filter((field) => isNumbered(asFormWrites(field), name));
	const found = same.length > 0 ? same : numbered;
	if (found.length === 1) return succeed(found[0]);
	return found.length > 1 ? tooMany(wanted, found) : none(wanted, fields);
}

/** n8n's form trigger makes binary fields of labels so. */
function asFormWrites(label: string): string {
	return label.replace(/\W/g, '_');
}

/** A form numbers several files of one field `_0`, `_1`, a webhook `0`, `1`. */
function isNumbered(field: string, name: string): boolean {
	return field.startsWith(name) && /^_?\d+$/.test(field.slice(name.length));
}

function tooMany(wanted: string, found: string[]): Outcome<never> {
	return badInput(
		`The item has ${found.length} files for the field "${wanted}": ${found.join(', ')}`,
		'Each item can have one picture. Put a Split Out node before this one, with $binary as Fields To Split Out: it makes one item for each file, and this node finds each of them.',
	);
}

function none(wanted: string, fields: readonly string[]): Outcome<never> {
	const found = fields.length === 0 ? 'The item has no file at all' : `The item has: ${fields.join(', ')}`;
	return badInput(
		`The item has no file in the field "${wanted}"`,
		`${found}. Correct "Input Binary Field", or let a step before this one load the picture.`,
	);
}
