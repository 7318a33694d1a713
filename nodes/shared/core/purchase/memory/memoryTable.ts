/**
 * What the memory of paid models needs of a Data Table: a port, bound to one table. Every call ends by itself, and none
 * rejects; a Failure says what the table or the key to it lacks, and nothing of charges.
 */
import type { Failure, Outcome } from '../../failure';

/** A row as the table gives it, with its `id`, `createdAt` and `updatedAt`. */
export type TableRow = Record<string, unknown>;

/** What a cell of the memory can hold. */
export type CellValue = string | number | null;

/** Rows whose column holds exactly this value. */
export interface RowCondition {
	columnName: string;
	condition: 'eq';
	value: CellValue;
}

/** What became of a write. `mayBeDone`: nobody said that it was not done, so it may have been. */
export type Written<T> = { ok: true; value: T } | { ok: false; failure: Failure; mayBeDone: boolean };

/** A column as n8n tells it. */
export interface TableColumn {
	name: string;
	type: string;
}

/** The table of one memory; the only way from the core to it. */
export interface MemoryTable {
	readonly id: string;
	describe(): Promise<Outcome<{ name: string; columns: TableColumn[] }>>;
	addColumn(column: { name: string; type: 'string' }): Promise<Outcome<unknown>>;
	/** All rows whose column is one of the values, oldest first, in few requests. */
	readRowsWith(column: string, values: readonly string[]): Promise<Outcome<TableRow[]>>;
	/** The new rows in their order, all or none. */
	insertRows(rows: ReadonlyArray<Record<string, CellValue>>): Promise<Written<TableRow[]>>;
	/** The rows that fulfil all conditions, changed: a compare-and-set. */
	updateRows(
		conditions: readonly RowCondition[],
		data: Record<string, CellValue>,
	): Promise<Written<TableRow[]>>;
	/** The same for all rows whose column is one of the values. */
	updateRowsWith(
		column: string,
		values: readonly CellValue[],
		data: Record<string, CellValue>,
	): Promise<Written<TableRow[]>>;
}
