/**
 * n8n's public API for Data Tables, on loopback, by the rules of n8n 2.41.1: what it refuses, how it pages, what a row looks
 * like, what a key may. `dataTablesContract.ts` holds it and a real n8n to the same behavior. It has faults to order.
 */
import type { IDataObject } from 'n8n-workflow';
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, type Table, addRows, answerCall, kindOf, newId } from './dataTablesAnswers';
import type { ColumnType } from './dataTablesCells';
import { type TableCallKind, type TableFault, TableFaults } from './dataTablesFaults';

export type { ColumnType };

/** A place with Data Tables: this server, or a real n8n. */
export interface DataTablesHost {
	url: string;
	/** May do everything. */
	apiKey: string;
	/** Creates a table and resolves with its id. */
	addTable(name: string, columns: Record<string, ColumnType>): Promise<string>;
	/** Appends rows; a column that a row leaves out is null. */
	addRows(tableId: string, rows: IDataObject[]): Promise<void>;
	/** Another key, which may do only this. */
	addKey(scopes: readonly string[]): Promise<string>;
	close(): Promise<void>;
}

/** A call on its way: before it is answered, or after. */
export interface TableStep {
	kind: TableCallKind | undefined;
	at: 'arrived' | 'done' | 'answered';
	/** What the call sent. */
	body: string;
}

export interface DataTablesServer extends DataTablesHost {
	/** Path and query of every call, in the order of arrival. */
	calls: string[];
	/** What every call was for, in the order of arrival. */
	kinds: Array<TableCallKind | undefined>;
	/** The rows as they stand, oldest first. */
	rows(tableId: string): IDataObject[];
	/** Orders faults in place of those ordered before; none: all goes well. */
	order(...faults: TableFault[]): void;
	/** Is told of every step of every call, and may hold it up: nothing goes on before it resolves. */
	onStep?: (step: TableStep) => void | Promise<void>;
	/** Removes the rows whose column has this value. */
	removeRows(tableId: string, column: string, value: unknown): void;
	/** Gives the rows whose column has the value `from` the value `to`. */
	changeRows(tableId: string, column: string, from: unknown, to: string): void;
	/** Runs `work` once, right after the next call has been answered. */
	onNextCall(work: () => void): void;
}

/** One per test file; `close` it in `afterAll`. `now`: the database's clock, in milliseconds. */
export async function startDataTables({
	now = Date.now,
}: { now?: () => number } = {}): Promise<DataTablesServer> {
	const tables: Table[] = [];
	const faults = new TableFaults();
	const apiKey = newKey();
	const scopesOfKeys = new Map<string, readonly string[]>([[apiKey, ALL_SCOPES]]);
	let afterCall: (() => void) | undefined;
	const handle = async (request: IncomingMessage, response: ServerResponse) => {
		const { method = '', url = '', headers } = request;
		const kind = kindOf({ method, url });
		server.calls.push(url);
		server.kinds.push(kind);
		const body = await text(request);
		const step = async (at: TableStep['at']) => await server.onStep?.({ kind, at, body });
		await step('arrived');
		const fault = faults.next(kind);
		if (fault?.does === 'unreachable') return void request.socket.destroy();
		if (fault?.does === 'refuse') return send(response, refusalOf(fault));
		if (fault?.does === 'otherAnswer') return send(response, { status: 200, body: undefined }, fault.body);
		if (fault?.does === 'slow') await sleep(fault.ms, undefined, { ref: false });
		const key = headers['x-n8n-api-key']?.toString();
		const answer = answerCall({ method, url, body, key }, tables, (asked) => scopesOfKeys.get(asked), now);
		// A row that changes before it is sent does not change the answer.
		const bytes = JSON.stringify(answer.body);
		await step('done');
		if (fault?.does === 'loseAnswer') return void request.socket.destroy();
		send(response, answer, bytes);
		const work = afterCall;
		afterCall = undefined;
		work?.();
		await step('answered');
	};
	const listener = createServer((request, response) => {
		// Whoever ends in the middle of a call gets no answer.
		handle(request, response).catch(() => request.socket.destroy());
	});
	await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
	const find = (tableId: string) => {
		const table = tables.find(({ id }) => id === tableId);
		if (!table) throw new Error(`There is no table ${tableId}`);
		return table;
	};
	const server: DataTablesServer = {
		url: `http://127.0.0.1:${(listener.address() as AddressInfo).port}`,
		apiKey,
		calls: [],
		kinds: [],
		addTable: async (name, columns) => {
			const id = newId();
			tables.push({ id, name, columns, updatedAt: now(), rows: [], rowCount: 0 });
			return id;
		},
		addRows: async (tableId, rows) => void addRows(find(tableId), rows, now),
		addKey: async (scopes) => {
			const key = newKey();
			scopesOfKeys.set(key, scopes);
			return key;
		},
		rows: (tableId) => find(tableId).rows.map((row) => ({ ...row })),
		order: (...ordered) => faults.order(...ordered),
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
			listener.closeAllConnections();
			await new Promise((resolve) => listener.close(resolve));
		},
	};
	return server;
}

/** For a whole test file. Its steps are not told. */
export function useDataTables(): Omit<DataTablesServer, 'onStep'> {
	const tables = {} as DataTablesServer;
	beforeAll(async () => void Object.assign(tables, await startDataTables()));
	afterAll(async () => await tables.close());
	return tables;
}

function send(response: ServerResponse, { status, body, headers }: Answer, bytes = JSON.stringify(body)) {
	response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
	response.end(bytes);
}

function refusalOf({ status, message, headers }: Extract<TableFault, { does: 'refuse' }>): Answer {
	return { status, body: { message: message ?? 'Internal server error' }, ...(headers && { headers }) };
}

/** Those of a key that its owner did not limit, as far as they are asked for here. */
const ALL_SCOPES = [
	'dataTable:list',
	'dataTableRow:read',
	'dataTableRow:create',
	'dataTableRow:update',
	'dataTableColumn:create',
];

function newKey(): string {
	return `key-${randomBytes(16).toString('hex')}`;
}
