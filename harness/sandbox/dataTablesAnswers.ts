/**
 * What n8n's public API for Data Tables does with a call: the call, the tables and the keys in; the answer out, in n8n's
 * order of refusals: the key, the form of the request, the key's scope, the table, the columns.
 */
import type { IDataObject } from 'n8n-workflow';
import { randomBytes } from 'node:crypto';
import { readColumn, readInsert, readUpdate, type Update } from './dataTablesBody';
import { ApiProblem, type Columns, SYSTEM_COLUMNS, readCells, readRowFilter } from './dataTablesCells';
import type { TableCallKind } from './dataTablesFaults';
import { readQuery, readSortBy, readTableFilter } from './dataTablesQuery';

export interface Table {
	id: string;
	name: string;
	columns: Columns;
	updatedAt: number;
	rows: IDataObject[];
	rowCount: number;
}

export interface TableCall {
	method: string;
	/** Path and query. */
	url: string;
	body: string;
	key: string | undefined;
}

export interface Answer {
	status: number;
	body: unknown;
	headers?: Record<string, string>;
}

const SCOPES: Record<TableCallKind, string> = {
	list: 'dataTable:list',
	read: 'dataTableRow:read',
	insert: 'dataTableRow:create',
	update: 'dataTableRow:update',
	addColumn: 'dataTableColumn:create',
};

const ROUTES: Array<[TableCallKind, method: string, path: RegExp]> = [
	['list', 'GET', /^\/api\/v1\/data-tables$/],
	['read', 'GET', /^\/api\/v1\/data-tables\/([^/]+)\/rows$/],
	['insert', 'POST', /^\/api\/v1\/data-tables\/([^/]+)\/rows$/],
	['update', 'PATCH', /^\/api\/v1\/data-tables\/([^/]+)\/rows\/update$/],
	['addColumn', 'POST', /^\/api\/v1\/data-tables\/([^/]+)\/columns$/],
];

/** What a call does; undefined where there is no such route. */
export function kindOf({ method, url }: Pick<TableCall, 'method' | 'url'>): TableCallKind | undefined {
	return routeOf(method, url.split('?')[0])?.kind;
}

/** Answers a call. `scopesOf` has the scopes of a key, undefined for one that n8n does not know; `now` is the database's clock. */
export function answerCall(
	call: TableCall,
	tables: Table[],
	scopesOf: (key: string) => readonly string[] | undefined,
	now: () => number,
): Answer {
	try {
		const [path, search = ''] = call.url.split('?');
		if (call.key === undefined) throw new ApiProblem(401, "'X-N8N-API-KEY' header required");
		const scopes = scopesOf(call.key);
		if (scopes === undefined) throw new ApiProblem(401, 'unauthorized');
		const route = routeOf(call.method, path);
		if (route === undefined) throw new ApiProblem(404, 'not found');
		const { kind, tableId } = route;
		if (tableId !== undefined && !/^[A-Za-z0-9]{16}$/.test(tableId)) {
			throw new ApiProblem(400, 'request/params/dataTableId must match format "nanoid"');
		}
		const work = WORK[kind](call.body, readQuery(search));
		if (!scopes.includes(SCOPES[kind])) throw new ApiProblem(403, 'Forbidden');
		const table = tables.find(({ id }) => id === tableId);
		if (tableId !== undefined && !table)
			throw new ApiProblem(404, `Could not find the data table: '${tableId}'`);
		return work({ tables, table: table!, now });
	} catch (error) {
		if (error instanceof ApiProblem) return { status: error.status, body: { message: error.message } };
		throw error;
	}
}

function routeOf(method: string, path: string) {
	for (const [kind, routeMethod, pattern] of ROUTES) {
		const [whole, tableId] = pattern.exec(path) ?? [];
		if (whole !== undefined && method === routeMethod) {
			return { kind, tableId: tableId === undefined ? undefined : decodeURIComponent(tableId) };
		}
	}
	return undefined;
}

type Query = ReturnType<typeof readQuery>;
type Work = (database: { tables: Table[]; table: Table; now: () => number }) => Answer;

/** Reads the request, and throws what is wrong with its form; the work then needs no more than the tables. */
const WORK: Record<TableCallKind, (body: string, query: Query) => Work> = {
	list:
		(_body, query) =>
		({ tables }) =>
			listTables(tables, query),
	read:
		(_body, query) =>
		({ table }) =>
			listRows(table, query),
	insert: (body) => {
		const { rows, returnType } = readInsert(body);
		return ({ table, now }) => {
			const added = addRows(
				table,
				rows.map((row) => readCells(row, table.columns)),
				now,
			);
			if (returnType === 'all') return { status: 200, body: added };
			if (returnType === 'id') return { status: 200, body: added.map(({ id }) => ({ id })) };
			return { status: 200, body: { success: true, insertedRows: added.length } };
		};
	},
	update: (body) => {
		const update = readUpdate(body);
		return ({ table, now }) => updateRows(table, update, now);
	},
	addColumn: (body) => {
		const { name, type } = readColumn(body);
		return ({ table, now }) => {
			if (name in SYSTEM_COLUMNS) {
				throw new ApiProblem(409, `Column name "${name}" is reserved as a system column name.`);
			}
			if (name in table.columns) {
				const problem = `already exists in data table '${table.name}'`;
				throw new ApiProblem(409, `Data table column with name '${name}' ${problem}`);
			}
			const index = Object.keys(table.columns).length;
			table.columns = { ...table.columns, [name]: type };
			for (const row of table.rows) row[name] = null;
			table.updatedAt = now();
			return { status: 201, body: { dataTableId: table.id, name, type, index, id: newId() } };
		};
	},
};

/** Appends rows and returns them; a column that a row leaves out is null. */
export function addRows(table: Table, rows: IDataObject[], now: () => number): IDataObject[] {
	const added = rows.map((row) => {
		const cells = Object.keys(table.columns).map((name) => [name, row[name] ?? null] as const);
		const moment = new Date(now()).toISOString();
		return {
			...Object.fromEntries(cells),
			...{ id: ++table.rowCount, createdAt: moment, updatedAt: moment },
		};
	});
	table.rows.push(...added);
	table.updatedAt = now();
	return added.map((row) => ({ ...row }));
}

/** An id as n8n gives them. */
export function newId(): string {
	return randomBytes(8).toString('hex');
}

function updateRows(table: Table, { filter, data, returnData }: Update, now: () => number): Answer {
	const cells = readCells(data, table.columns);
	const changed = table.rows.filter(readRowFilter(filter, table.columns));
	for (const row of changed) Object.assign(row, cells, { updatedAt: new Date(now()).toISOString() });
	table.updatedAt = now();
	return { status: 200, body: returnData ? changed : true };
}

function listTables(tables: Table[], query: Query): Answer {
	const { id, name } = readTableFilter(query.filter);
	const found = tables
		.filter((table) => id.length === 0 || id.includes(table.id))
		.filter((table) => name.every((part) => table.name.toLowerCase().includes(part.toLowerCase())))
		.sort((a, b) => b.updatedAt - a.updatedAt)
		.map(({ rows: _rows, rowCount: _count, columns, ...table }) => ({
			...table,
			// n8n gives them in no order.
			columns: Object.entries(columns)
				.map(([column, type], index) => ({ name: column, type, index }))
				.reverse(),
			sizeBytes: 4096,
		}));
	return page(found, query);
}

function listRows(table: Table, query: Query): Answer {
	const matches = readRowFilter(query.filter, table.columns);
	const [column, factor] = readSortBy(query.sortBy, table.columns);
	const found = table.rows.filter(matches).sort((a, b) => factor * compare(a[column], b[column]));
	return page(found, query);
}

function compare(a: unknown, b: unknown): number {
	return (a as number) < (b as number) ? -1 : (a as number) > (b as number) ? 1 : 0;
}

function page(found: unknown[], { offset, limit }: Query): Answer {
	const next = { limit, offset: offset + limit };
	const nextCursor = next.offset < found.length ? toBase64(JSON.stringify(next)) : null;
	return { status: 200, body: { data: found.slice(offset, offset + limit), nextCursor } };
}

function toBase64(text: string): string {
	return Buffer.from(text).toString('base64');
}
