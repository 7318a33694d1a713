/** Cells and filters of n8n's Data Tables: what a request gives in, values of the column's type or a test of rows out, or n8n's refusal. */
import type { IDataObject } from 'n8n-workflow';

export type ColumnType = 'string' | 'number' | 'boolean' | 'date';
export type Columns = Record<string, ColumnType>;

export class ApiProblem extends Error {
	constructor(
		readonly status: number,
		message: string,
	) {
		super(message);
	}
}

export const SYSTEM_COLUMNS: Columns = { id: 'number', createdAt: 'date', updatedAt: 'date' };
export const COLUMN_NAME = /^[a-zA-Z][a-zA-Z0-9_]*$/;

/** A row's cells as they are stored. A column that n8n does not know, or keeps for itself, is refused. */
export function readCells(cells: IDataObject, columns: Columns): IDataObject {
	const read = Object.entries(cells).map(([name, value]) => {
		if (!COLUMN_NAME.test(name)) throw new ApiProblem(400, BAD_NAME);
		if (typeof value === 'object' && value !== null) throw new ApiProblem(400, 'Invalid input');
		if (!(name in columns)) throw invalid(`unknown column name '${name}'`);
		return [name, toCell(name, columns[name], value)];
	});
	return Object.fromEntries(read) as IDataObject;
}

type Test = (row: IDataObject) => boolean;

/** `{ type, filters: [{ columnName, condition, value }] }` as a test of a row; n8n takes `eq` where no condition is named. */
export function readRowFilter(filter: unknown, columns: Columns): Test {
	const { type = 'and', filters = [] } = (filter ?? {}) as {
		type?: string;
		filters?: Array<Record<string, unknown>>;
	};
	const tests = filters.map((condition) => readCondition(condition, columns));
	if (tests.length === 0) return () => true;
	return type === 'or' ? (row) => tests.some((test) => test(row)) : (row) => tests.every((test) => test(row));
}

function readCondition(given: Record<string, unknown>, columns: Columns): Test {
	const { columnName, condition = 'eq', value } = given;
	const name = String(columnName);
	if (!COLUMN_NAME.test(name)) throw new ApiProblem(400, 'Invalid filter fields');
	const type = { ...columns, ...SYSTEM_COLUMNS }[name];
	if (type === undefined) throw invalid(`unknown column name '${name}'`);
	if (condition === 'isEmpty') return (row) => row[name] === null || row[name] === '';
	if (condition === 'isNotEmpty') return (row) => row[name] !== null && row[name] !== '';
	const wanted = toCell(name, type, value);
	if (condition === 'eq') return (row) => row[name] === wanted;
	if (condition === 'neq') return (row) => row[name] !== wanted;
	const compares = COMPARISONS[String(condition)];
	if (compares === undefined) throw new ApiProblem(400, 'Invalid filter fields');
	if (wanted === null) {
		throw invalid(`${String(condition).toUpperCase()} filter value cannot be null or undefined`);
	}
	return (row) => row[name] !== null && compares(row[name] as number, wanted as number);
}

const COMPARISONS: Record<string, (a: number, b: number) => boolean> = {
	gt: (a, b) => a > b,
	gte: (a, b) => a >= b,
	lt: (a, b) => a < b,
	lte: (a, b) => a <= b,
};

/** The value as the column's type has it: n8n reads "5" as a number and "true" as a boolean, and 5 as a text. */
function toCell(name: string, type: ColumnType, value: unknown): unknown {
	if (value === null) return value;
	if (type === 'string') return String(value);
	if (type === 'boolean' && /^(true|false)$/i.test(String(value))) return /^true$/i.test(String(value));
	if (type === 'date' && !Number.isNaN(Date.parse(String(value))))
		return new Date(String(value)).toISOString();
	if (type === 'number' && String(value).trim() !== '' && !Number.isNaN(Number(value))) return Number(value);
	const problem = `'${name}' expects a ${type} but we got '${String(value)}'`;
	throw invalid(`value '${String(value)}' does not match column type '${type}': ${problem}`);
}

function invalid(problem: string): ApiProblem {
	return new ApiProblem(400, `Validation error with data table request: ${problem}`);
}

const BAD_NAME =
	'Only alphabetical characters and non-leading numbers and underscores are allowed for column names, and the maximum length is 63 characters.';
