/** The rows of a table, read through n8n's public API: whom to ask in, rows out, or why there are none. */
import type { IDataObject } from 'n8n-workflow';
import { type Outcome, succeed } from '../../../core/failure';
import type { AskTables, TableCall } from './callTable';
import { READING } from './tableFailures';
import { readTablePage } from './tablePage';

/** Rows asked for at a time: the most that the public API gives. */
export const PAGE_SIZE = 250;

/** Rows whose column holds exactly this value. */
export interface RowFilter {
	column: string;
	value: string;
}

/** Which rows are read of a long table. */
export interface RowRange {
	/** Of more rows, the oldest are left out. */
	maxRows: number;
	/** Only rows that were added after this one. */
	afterId?: number;
}

/** The rows of a table, oldest first. Read by their ids, so that a row which goes meanwhile hides no other. */
export async function readRows(
	ask: AskTables,
	tableId: string,
	filter: RowFilter | undefined,
	{ maxRows, afterId }: RowRange,
): Promise<Outcome<IDataObject[]>> {
	const fixed = [...toConditions(filter), ...byId('gt', afterId)];
	const rows: IDataObject[] = [];
	for (;;) {
		const filters = [...fixed, ...byId('lt', rows.at(-1)?.id)];
		const query = {
			sortBy: 'id:desc',
			...(filters.length === 0 ? {} : { filter: JSON.stringify({ type: 'and', filters }) }),
		};
		const page = await ask(rowPageOf(tableId, query));
		if (!page.ok) return page;
		rows.push(...page.value);
		if (page.value.length < PAGE_SIZE || rows.length >= maxRows)
			return succeed(rows.slice(0, maxRows).reverse());
	}
}

/** The call for up to PAGE_SIZE rows of a table. */
export function rowPageOf(tableId: string, query: IDataObject): TableCall<IDataObject[]> {
	return {
		method: 'GET',
		path: rowsPath(tableId),
		query: { limit: PAGE_SIZE, ...query },
		action: READING,
		read: (body) => readTablePage(body)?.data,
		isRepeatable: true,
	};
}

/** The path of a table's rows behind that of all tables. */
export function rowsPath(tableId: string): string {
	return `/${encodeURIComponent(tableId)}/rows`;
}

function toConditions(filter: RowFilter | undefined): IDataObject[] {
	if (filter === undefined) return [];
	const { column, value } = filter;
	// An empty cell holds null, which equals nothing.
	return [{ columnName: column, condition: value === '' ? 'isEmpty' : 'eq', value }];
}

function byId(condition: 'gt' | 'lt', value: unknown): IDataObject[] {
	return value === undefined ? [] : [{ columnName: 'id', condition, value: value as number }];
}
