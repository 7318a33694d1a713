/**
 * n8n's Data Tables, read and written through n8n's own public API: the context of a poll, a run or a list in the editor in,
 * the calls out. A Failure says what the API key lacks, and in n8n's words which table or column is wrong; what was paid for is told
 * by whoever asked.
 */
import type { IDataObject } from 'n8n-workflow';
import type { Outcome } from '../../../core/failure';
import { MAX_READ_TRIES } from '../../../core/limits';
import { realClock } from '../../timing/realClock';
import { type AskTables, type Patience, callTable } from './callTable';
import { type RowFilter, type RowRange, readRows } from './readRows';
import { readRowsWith } from './readRowsWith';
import { type TableContext, bindTableAccess } from './tableAccess';
import type { WriteOutcome } from './tableAnswer';
import type { Page } from './tablePage';
import {
	type ColumnType,
	type TableColumn,
	type TableDescription,
	addColumn,
	describeTable,
	listTables,
} from './tables';
import { type CellValue, type RowCondition, insertRows, updateRows, updateRowsWith } from './writeRows';

/** What a key may do with tables, each with the scope that it takes. Nothing is thrown. */
export interface TableApi {
	/** One page of the tables that the key may see, whose names have `name` in them. Scope dataTable:list. */
	listTables(name: string | undefined, cursor?: string): Promise<Outcome<Page>>;
	/** A table's name and columns. Scope dataTable:list. */
	describe(tableId: string): Promise<Outcome<TableDescription>>;
	/** Scope dataTableColumn:create. Succeeds too where somebody else added the same column at the same time. */
	addColumn(tableId: string, column: { name: string; type: ColumnType }): Promise<Outcome<TableColumn>>;
	/** The newest rows, oldest first. Scope dataTableRow:read. */
	readRows(tableId: string, filter: RowFilter | undefined, range: RowRange): Promise<Outcome<IDataObject[]>>;
	/** All rows whose column is one of the values, oldest first, in few requests. Scope dataTableRow:read. */
	readRowsWith(tableId: string, column: string, values: readonly string[]): Promise<Outcome<IDataObject[]>>;
	/** The new rows, with ids and createdAt (the database's clock); all or none. Scope dataTableRow:create. */
	insertRows(tableId: string, rows: readonly IDataObject[]): Promise<WriteOutcome<IDataObject[]>>;
	/** The rows that were changed: a compare-and-set. Scope dataTableRow:update. */
	updateRows(
		tableId: string,
		conditions: readonly RowCondition[],
		data: IDataObject,
	): Promise<WriteOutcome<IDataObject[]>>;
	/** The rows that were changed, of all whose column is one of the values, in few requests. Scope dataTableRow:update. */
	updateRowsWith(
		tableId: string,
		column: string,
		values: readonly CellValue[],
		data: IDataObject,
	): Promise<WriteOutcome<IDataObject[]>>;
}

/**
 * Binds the calls. What fails for a moment is asked again up to `maxTries` times in all; a trigger, whose next poll asks
 * anyway, and a list in the editor, where somebody waits, ask once.
 */
export function bindTables(context: TableContext, patience: Partial<Patience> = {}): TableApi {
	const access = bindTableAccess(context);
	const patient = { clock: realClock, maxTries: MAX_READ_TRIES, ...patience };
	const ask: AskTables = async (call) => await callTable(access, call, patient);
	return {
		listTables: async (...about) => await listTables(ask, ...about),
		describe: async (...about) => await describeTable(ask, ...about),
		addColumn: async (...about) => await addColumn(ask, ...about),
		readRows: async (...about) => await readRows(ask, ...about),
		readRowsWith: async (...about) => await readRowsWith(ask, ...about),
		insertRows: async (...about) => await insertRows(ask, ...about),
		updateRows: async (...about) => await updateRows(ask, ...about),
		updateRowsWith: async (...about) => await updateRowsWith(ask, ...about),
	};
}

/** Patience of what is asked anew by itself, or by somebody who waits. */
export const ASK_ONCE: Partial<Patience> = { maxTries: 1 };
