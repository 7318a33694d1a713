/**
 * The part of n8n's public API that reads Data Tables, on loopback, by the rules of n8n 2.41.1: what it refuses, how it
 * pages, what a row looks like. `dataTablesContract.ts` holds it and a real n8n to the same behaviour.
 */
import type { IDataObject } from 'n8n-workflow';
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

import { ApiProblem, readQuery, readRowFilter, readSortBy, readTableFilter } from './dataTablesQuery';

export type ColumnType = 'string' | 'number' | 'boolean' | 'date';

/** A place with Data Tables: this server, or a real n8n. */
export interface DataTablesHost {
	url: string;
	apiKey: string;
	/** Creates a table and resolves with its id. */
	addTable(name: string, columns: Record<string, ColumnType>): Promise<string>;
	/** Appends rows; a column that a row leaves out is null. */
	addRows(tableId: string, rows: IDataObject[]): Promise<void>;
	close(): Promise<void>;
}

export interface DataTablesServer extends DataTablesHost {
	/** Path and query of every call, in the order of arrival. */
	calls: string[];
	/** Removes the rows whose column has this value. */
	removeRows(tableId: string, column: string, value: unknown): void;
	/** Gives the rows whose column has the value `from` the value `to`. */
	changeRows(tableId: string, column: string, from: unknown, to: string): void;
	/** Runs `work` once, right after the next call has been answered. */
	onNextCall(work: () => void): void;
}

interface Table {
	id: string;
	name: string;
	columns: Record<string, ColumnType>;
	updatedAt: number;
	rows: IDataObject[];
	rowCount: number;
}

/** One per test file; `close` it in `afterAll`. */
export async function startDataTables(): Promise<DataTablesServer> {
	const tables: Table[] = [];
	const calls: string[] = [];
	let afterCall: (() => void) | undefined;
	const apiKey = `key-${randomBytes(16).toString('hex')}`;
	const server = createServer((request, response) => {
		calls.push(request.url ?? '');
		const { status, body } = answer(request, tables, apiKey);
		response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
		response.end(JSON.stringify(body));
		const work = afterCall;
		afterCall = undefined;
		work?.();
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const find = (tableId: string) => {
		const table = tables.find(({ id }) => id === tableId);
		if (!table) throw new Error(`There is no table ${tableId}`);
		return table;
	};
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		apiKey,
		calls,
		addTable: async (name, columns) => {
			const id = randomBytes(8).toString('hex');
			tables.push({ id, name, columns, updatedAt: Date.now(), rows: [], rowCount: 0 });
			return id;
		},
		addRows: async (tableId, rows) => {
			const table = find(tableId);
			for (const row of rows) {
				const cells = Object.keys(table.columns).map((name) => [name, row[name] ?? null] as const);
				const moment = new Date().toISOString();
				const added = { id: ++table.rowCount, createdAt: moment, updatedAt: moment };
				table.rows.push({ ...Object.fromEntries(cells), ...added });
			}
			table.updatedAt = Date.now();
		},
		changeRows: (tableId, column, from, to) => {
			for (const row of find(tableId).rows) if (row[column] === from) row[column] = to;
		},
		removeRows: (tableId, column, value) => {
			const table = find(tableId);
			table.rows = table.rows.filter((row) => row[column] !== value);
		},
		onNextCall: (work) => {
			afterCall = work;
		},
		close: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

function answer(
	{ method, url = '', headers }: IncomingMessage,
	tables: Table[],
	apiKey: string,
): { status: number; body: unknown } {
	try {
		const [path, search = ''] = url.split('?');
		if (headers['x-n8n-api-key'] === undefined) throw new ApiProblem(401, "'X-N8N-API-KEY' header required");
		if (headers['x-n8n-api-key'] !== apiKey) throw new ApiProblem(401, 'unauthorized');
		const query = readQuery(search);
		const [, tableId] = /^\/api\/v1\/data-tables\/([^/]+)\/rows$/.exec(path) ?? [];
		if (method === 'GET' && path === '/api/v1/data-tables') return listTables(tables, query);
		if (method === 'GET' && tableId !== undefined) {
			return listRows(tables, decodeURIComponent(tableId), query);
		}
		throw new ApiProblem(404, 'not found');
	} catch (error) {
		if (error instanceof ApiProblem) return { status: error.status, body: { message: error.message } };
		throw error;
	}
}

type Query = ReturnType<typeof readQuery>;

function listTables(tables: Table[], query: Query) {
	const { id, name } = readTableFilter(query.filter);
	const found = tables
		.filter((table) => id.length === 0 || id.includes(table.id))
		.filter((table) => name.every((part) => table.name.toLowerCase().includes(part.toLowerCase())))
		.sort((a, b) => b.updatedAt - a.updatedAt)
		.map(({ rows: _rows, rowCount: _count, columns, ...table }) => ({
			...table,
			columns: Object.entries(columns).map(([column, type], index) => ({ name: column, type, index })),
			sizeBytes: 4096,
		}));
	return page(found, query);
}

function listRows(tables: Table[], tableId: string, query: Query) {
	if (!/^[A-Za-z0-9]{16}$/.test(tableId)) {
		throw new ApiProblem(400, 'request/params/dataTableId must match format "nanoid"');
	}
	const table = tables.find(({ id }) => id === tableId);
	if (!table) throw new ApiProblem(404, `Could not find the data table: '${tableId}'`);
	const matches = readRowFilter(query.filter, table.columns);
	const [column, factor] = readSortBy(query.sortBy, table.columns);
	const found = table.rows.filter(matches).sort((a, b) => factor * compare(a[column], b[column]));
	return page(found, query);
}

function compare(a: unknown, b: unknown): number {
	return (a as number) < (b as number) ? -1 : (a as number) > (b as number) ? 1 : 0;
}

function page(found: unknown[], { offset, limit }: Query): { status: number; body: unknown } {
	const next = { limit, offset: offset + limit };
	const nextCursor = next.offset < found.length ? toBase64(JSON.stringify(next)) : null;
	return { status: 200, body: { data: found.slice(offset, offset + limit), nextCursor } };
}

function toBase64(text: string): string {
	return Buffer.from(text).toString('base64');
}
