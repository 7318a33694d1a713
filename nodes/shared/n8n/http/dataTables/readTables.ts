/** Tables and their rows, read through n8n's public API: access and patience in, tables or rows out, or why there are none. */
import type { IDataObject } from 'n8n-workflow';
import { isObject } from '../../../core/api/foreignText';
import { type Outcome, fail, succeed } from '../../../core/failure';
import { type Patience, callTable } from './callTable';
import type { TableAccess } from './tableAccess';
import { LISTING, READING, type TableAction } from './tableFailures';

/** Rows asked for at a time: the most that the public API gives. */
export const PAGE_SIZE = 250;
/** Tables asked for at a time: as many as a list in the editor shows. */
const LISTED_TABLES = 100;

/** One page of n8n's answer. */
export interface Page {
	data: IDataObject[];
	nextCursor?: string;
}

/** What a column can be made to hold. */
export type ColumnType = 'string' | 'number' | 'boolean' | 'date';

/** A column as n8n tells it. */
export interface TableColumn {
	name: string;
	/** One of ColumnType, or what a later n8n adds. */
	type: string;
}

/** A table without its rows. */
export interface TableDescription {
	id: string;
	name: string;
	/** In the order of the table; n8n's own (id, createdAt, updatedAt) are not among them. */
	columns: TableColumn[];
}

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

/** One page of the tables that the API key may see. */
export async function listTables(
	access: TableAccess,
	patience: Patience,
	name: string | undefined,
	cursor?: string,
): Promise<Outcome<Page>> {
	const filter = name ? { filter: JSON.stringify({ name }) } : {};
	const query = { limit: LISTED_TABLES, ...filter, ...(cursor === undefined ? {} : { cursor }) };
	return await readPage(access, patience, LISTING, '', query);
}

/** The table of this id with its columns. Read from the list, which takes no scope that is not needed anyway. */
export async function describeTable(
	access: TableAccess,
	patience: Patience,
	tableId: string,
): Promise<Outcome<TableDescription>> {
	const query = { limit: 1, filter: JSON.stringify({ id: tableId }) };
	const page = await readPage(access, patience, LISTING, '', query);
	if (!page.ok) return page;
	const table = page.value.data.find(({ id }) => id === tableId);
	if (table === undefined) {
		return fail({
			kind: 'notFound',
			message: `There is no Data Table "${tableId}" that the API key of this n8n may see`,
			hint: 'Choose the table again: it was deleted, or it is in a project that the user who made the key does not belong to.',
			retryable: false,
		});
	}
	const columns = (Array.isArray(table.columns) ? table.columns : []) as IDataObject[];
	return succeed({
		id: tableId,
		name: String(table.name),
		columns: columns
			.toSorted((a, b) => Number(a.index) - Number(b.index))
			.map(({ name, type }) => ({ name: String(name), type: String(type) })),
	});
}

/** The rows of a table, oldest first. Read by their ids, so that a row which goes meanwhile hides no other. */
export async function readRows(
	access: TableAccess,
	patience: Patience,
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
		const page = await readRowPage(access, patience, tableId, query);
		if (!page.ok) return page;
		rows.push(...page.value);
		if (page.value.length < PAGE_SIZE || rows.length >= maxRows)
			return succeed(rows.slice(0, maxRows).reverse());
	}
}

/** Up to PAGE_SIZE rows of a table. */
export async function readRowPage(
	access: TableAccess,
	patience: Patience,
	tableId: string,
	query: IDataObject,
): Promise<Outcome<IDataObject[]>> {
	const page = await readPage(access, patience, READING, rowsPath(tableId), { limit: PAGE_SIZE, ...query });
	return page.ok ? succeed(page.value.data) : page;
}

/** The path of a table's rows behind that of all tables. */
export function rowsPath(tableId: string): string {
	return `/${encodeURIComponent(tableId)}/rows`;
}

async function readPage(
	access: TableAccess,
	patience: Patience,
	action: TableAction,
	path: string,
	query: IDataObject,
): Promise<Outcome<Page>> {
	return await callTable(
		access,
		{ method: 'GET', path, query, action, read: toPage, isRepeatable: true },
		patience,
	);
}

function toPage(body: unknown): Page | undefined {
	if (!isObject(body) || !Array.isArray(body.data)) return undefined;
	const cursor = body.nextCursor;
	return {
		data: body.data as IDataObject[],
		...(typeof cursor === 'string' && cursor !== '' ? { nextCursor: cursor } : {}),
	};
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
