/** Rows, written through n8n's public API: whom to ask in, the rows as they now stand in the table out, or why not. */
import type { IDataObject } from 'n8n-workflow';
import { isObject } from '../../../core/api/foreignText';
import type { AskTables, TableCall } from './callTable';
import { PAGE_SIZE, rowPageOf, rowsPath } from './readRows';
import type { WriteOutcome } from './tableAnswer';
import { INSERTING, UPDATING } from './tableFailures';

/** What a cell can hold. */
export type CellValue = string | number | boolean | null;

/** n8n knows no `isEmpty` in a write: an empty cell `eq` null. */
export interface RowCondition {
	columnName: string;
	condition: 'eq' | 'neq' | 'gt' | 'gte' | 'lt' | 'lte';
	value: CellValue;
}

/**
 * Adds rows and resolves with them as they stand in the table, in their order: with ids, which grow, and with createdAt,
 * the database's time. All of them or none. Never sent twice where the first may have arrived: `mayBeDone` says so.
 */
export async function insertRows(
	ask: AskTables,
	tableId: string,
	rows: readonly IDataObject[],
): Promise<WriteOutcome<IDataObject[]>> {
	// n8n refuses an empty list.
	if (rows.length === 0) return { ok: true, value: [] };
	const request = {
		method: 'POST' as const,
		path: rowsPath(tableId),
		body: { data: rows as IDataObject[], returnType: 'all' },
		action: INSERTING,
		read: (body: unknown) => (isRows(body) && body.length === rows.length ? body : undefined),
		isRepeatable: false,
	};
	return await ask(request);
}

/**
 * Sets `data` in the rows that fulfil all conditions and resolves with those rows. A compare-and-set: of several at the
 * same time, of which each ends what the others look for, exactly one gets the row back. Sent again where its answer
 * was lost; a row that stands as this call wanted it then counts as changed by it, so `data` should name its writer.
 */
export async function updateRows(
	ask: AskTables,
	tableId: string,
	conditions: readonly RowCondition[],
	data: IDataObject,
): Promise<WriteOutcome<IDataObject[]>> {
	const filter = { type: 'and', filters: [...conditions] };
	const request = {
		method: 'PATCH' as const,
		path: `${rowsPath(tableId)}/update`,
		body: { filter, data, returnData: true },
		action: UPDATING,
		read: (body: unknown) => (isRows(body) ? body : undefined),
		isRepeatable: true,
		confirmBy: (changed: IDataObject[]) =>
			changed.length > 0 ? undefined : changedRowsOf(tableId, conditions, data),
	};
	return await ask(request);
}

/** Conditions in one request: their number is not limited by a URL, but by what a database takes in one expression. */
const VALUES_AT_A_TIME = 100;

/** Sets `data` in all rows whose column is one of the values, and resolves with those rows. */
export async function updateRowsWith(
	ask: AskTables,
	tableId: string,
	column: string,
	values: readonly CellValue[],
	data: IDataObject,
): Promise<WriteOutcome<IDataObject[]>> {
	const changed: IDataObject[] = [];
	for (let start = 0; start < values.length; start += VALUES_AT_A_TIME) {
		const filters = values
			.slice(start, start + VALUES_AT_A_TIME)
			.map((value) => ({ columnName: column, condition: 'eq', value }));
		const request = {
			method: 'PATCH' as const,
			path: `${rowsPath(tableId)}/update`,
			body: { filter: { type: 'or', filters }, data, returnData: true },
			action: UPDATING,
			read: (body: unknown) => (isRows(body) ? body : undefined),
			isRepeatable: true,
		};
		const written = await ask(request);
		if (!written.ok) return written;
		changed.push(...written.value);
	}
	return { ok: true, value: changed };
}

/** The call for the rows that stand as an update left them whose answer was lost. */
function changedRowsOf(
	tableId: string,
	conditions: readonly RowCondition[],
	data: IDataObject,
): TableCall<IDataObject[]> {
	const untouched = conditions.filter(({ columnName }) => !(columnName in data));
	const wanted = Object.entries(data).map(([columnName, value]) => ({ columnName, condition: 'eq', value }));
	const filter = JSON.stringify({ type: 'and', filters: [...untouched, ...wanted] });
	return rowPageOf(tableId, { limit: PAGE_SIZE, sortBy: 'id:asc', filter });
}

function isRows(body: unknown): body is IDataObject[] {
	return Array.isArray(body) && body.every((row) => isObject(row) && row.id !== undefined);
}
