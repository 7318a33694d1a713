/**
 * Whether a Data Table can be the memory: the table in; made fit where columns are missing, or a Failure that names what is
 * wrong with it. Looked at before anything is spent.
 */
import { type Failure, type Outcome, badInput, fail, succeed } from '../../failure';
import { MEMORY_COLUMNS } from './memoryRow';
import type { MemoryTable, TableColumn } from './memoryTable';

/** Checks the table, and adds the columns that it lacks. */
export async function checkTable(table: MemoryTable): Promise<Outcome<void>> {
	const described = await table.describe();
	if (!described.ok) return fail(nothingPaid(described.failure));
	const { name, columns } = described.value;
	const wrong = columns.filter(isOfWrongType);
	if (wrong.length > 0) return refuseTypes(name, wrong);
	const missing = MEMORY_COLUMNS.filter((column) => !columns.some((known) => known.name === column));
	for (const column of missing) {
		const added = await table.addColumn({ name: column, type: 'string' });
		if (!added.ok) return fail(withMissing(added.failure, missing.slice(missing.indexOf(column))));
	}
	return succeed(undefined);
}

function isOfWrongType({ name, type }: TableColumn): boolean {
	if (!(MEMORY_COLUMNS as readonly string[]).includes(name)) return false;
	return type !== 'string' && !(name === 'submitted_at' && type === 'date');
}

function refuseTypes(table: string, wrong: TableColumn[]): Outcome<never> {
	const told = wrong.map(({ name, type }) => `"${name}" is of type ${type}`).join(', ');
	return badInput(
		`The Data Table "${table}" cannot remember paid models: its column ${told}`,
		'These columns hold text (type string). Choose another table, or one that is empty: the node makes the columns itself.',
	);
}

function withMissing(failure: Failure, missing: readonly string[]): Failure {
	const made = `Add them by hand as text columns (type string)${failure.kind === 'unauthorized' ? ', or give the key the scope dataTableColumn:create and the node makes them' : ''}.`;
	return nothingPaid({
		...failure,
		message: `The Data Table lacks columns that Remember Paid Models needs: ${missing.join(', ')}. ${failure.message}`,
		hint: `${made} ${failure.hint}`,
	});
}

/** A failure of the table, met before a request was sent. */
export function nothingPaid(failure: Failure): Failure {
	if (failure.kind === 'cancelled') return failure;
	return {
		...failure,
		hint: `${failure.hint} Without its table the node submits nothing, so nothing was charged.`,
		isUnsent: true,
	};
}
