/**
 * Whether a Data Table can be the memory: the table in; made fit where columns are missing, or a Failure that names what is
 * wrong with it. Looked at before anything is spent.
 */
import { type Failure, type Outcome, badInput, fail, succeed } from '../../failure';
import { MEMORY_COLUMNS } from './memoryRow';
import type { MemoryTable, RowCondition, TableColumn } from './memoryTable';

/** Checks the table, and adds the columns that it lacks. */
export async function checkTable(table: MemoryTable): Promise<Outcome<void>> {
	const described = await table.describe();
	if (!described.ok) return fail(nothingPaid(described.failure));
	const { name, columns } = described.value;
	const wrong = columns.filter(isOfWrongType);
	if (wrong.length > 0) return refuseTypes(name, wrong);
	const missing = MEMORY_COLUMNS.filter((column) => !columns.some((known) => known.name === column));
	const lost = missing.find((column) => VITAL_COLUMNS.includes(column));
	if (lost !== undefined && LAST_COLUMNS.every((column) => !missing.includes(column))) {
		return refuseLost(name, lost, columns);
	}
	for (const column of missing) {
		const added = await table.addColumn({ name: column, type: 'string' });
		if (!added.ok) return fail(withMissing(added.failure, missing.slice(missing.indexOf(column))));
	}
	return succeed(undefined);
}

/** Without one of these no row says that anything was paid for … */
const VITAL_COLUMNS: readonly string[] = ['fingerprint', 'task_id', 'state'];
/** … and these are made after them: a table that has them had the others, too. */
const LAST_COLUMNS = MEMORY_COLUMNS.slice(-2);

/** A column that somebody has renamed would be made again, empty, and all models be paid for again. */
function refuseLost(table: string, column: string, columns: readonly TableColumn[]): Outcome<never> {
	const names = columns.map(({ name }) => name).join(', ');
	return badInput(
		`The Data Table "${table}" has lost its column "${column}"`,
		`It has: ${names}. If the column was renamed, call it "${column}" again: without it, every model would be paid for again. For a new memory, choose an empty table.`,
	);
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

/** Whether rows can be changed: asked for once in a run, before the first row is added, of a row that no table has. */
export class ChangeCheck {
	private checking: Promise<Outcome<void>> | undefined;

	constructor(private readonly table: Pick<MemoryTable, 'updateRows'>) {}

	/** A key that may add rows alone would leave each model that is paid for in doubt. */
	async check(): Promise<Outcome<void>> {
		this.checking ??= this.tryChange();
		const checked = await this.checking;
		// What may pass is asked about again for the next item.
		if (!checked.ok) this.checking = undefined;
		return checked;
	}

	private async tryChange(): Promise<Outcome<void>> {
		const written = await this.table.updateRows([NO_ROW], { state: 'failed' });
		return written.ok ? succeed(undefined) : fail(nothingPaid(written.failure));
	}
}

/** Ids begin with 1. */
const NO_ROW: RowCondition = { columnName: 'id', condition: 'eq', value: 0 };

/** A failure of the table, met before a request was sent. */
export function nothingPaid(failure: Failure): Failure {
	if (failure.kind === 'cancelled') return failure;
	return {
		...failure,
		hint: `${failure.hint} Without its table the node submits nothing, so nothing was charged.`,
		isUnsent: true,
	};
}
