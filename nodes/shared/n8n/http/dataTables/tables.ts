/** Tables and their columns, through n8n's public API: whom to ask in, what stands there out, or why it cannot be told. */
import type { IDataObject } from 'n8n-workflow';
import { isObject } from '../../../core/api/foreignText';
import { type Outcome, fail, succeed } from '../../../core/failure';
import type { AskTables, TableCall } from './callTable';
import { LISTING, addingColumn } from './tableFailures';
import { type Page, readTablePage } from './tablePage';

/** Tables asked for at a time: as many as a list in the editor shows. */
const LISTED_TABLES = 100;

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

/** One page of the tables that the API key may see. */
export async function listTables(
	ask: AskTables,
	name: string | undefined,
	cursor?: string,
): Promise<Outcome<Page>> {
	const filter = name ? { filter: JSON.stringify({ name }) } : {};
	const query = { limit: LISTED_TABLES, ...filter, ...(cursor === undefined ? {} : { cursor }) };
	return await ask(tablesOf(query));
}

/** The table of this id with its columns. Read from the list, which takes no scope that is not needed anyway. */
export async function describeTable(ask: AskTables, tableId: string): Promise<Outcome<TableDescription>> {
	const query = { limit: 1, filter: JSON.stringify({ id: tableId }) };
	const page = await ask(tablesOf(query));
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

/** Adds a column. One of that name and type which somebody else has added meanwhile is as good. */
export async function addColumn(
	ask: AskTables,
	tableId: string,
	column: { name: string; type: ColumnType },
): Promise<Outcome<TableColumn>> {
	const { name, type } = column;
	const request = {
		method: 'POST' as const,
		path: `/${encodeURIComponent(tableId)}/columns`,
		body: { name, type },
		action: addingColumn(name),
		read: (body: unknown) => (isObject(body) && body.name === name ? { name, type } : undefined),
		isRepeatable: true,
	};
	const added = await ask<TableColumn>(request);
	if (added.ok) return added;
	const mayBeThere = added.mayBeDone || added.failure.httpCode === '409';
	const described = mayBeThere ? await describeTable(ask, tableId) : undefined;
	const found = described?.ok ? described.value.columns.find((other) => other.name === name) : undefined;
	return found?.type === type ? succeed(found) : fail(added.failure);
}

/** The call for a page of the list of tables. */
function tablesOf(query: IDataObject): TableCall<Page> {
	return { method: 'GET', path: '', query, action: LISTING, read: readTablePage, isRepeatable: true };
}
