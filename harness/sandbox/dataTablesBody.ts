/** The bodies that n8n's public API takes for Data Tables: a text in, what it asks for out, or n8n's refusal in its own words. */
import type { IDataObject } from 'n8n-workflow';
import { ApiProblem, COLUMN_NAME, type ColumnType } from './dataTablesCells';

const TYPES: ColumnType[] = ['string', 'number', 'boolean', 'date'];
/** Of a write. A read knows `isEmpty` and `isNotEmpty` as well, and needs no condition. */
const CONDITIONS = ['eq', 'neq', 'like', 'ilike', 'gt', 'gte', 'lt', 'lte'];
const RETURN_TYPES = ['count', 'id', 'all'];

export function readInsert(text: string): { rows: IDataObject[]; returnType: string } {
	const { data, returnType = 'count' } = readObject(text);
	if (!Array.isArray(data)) throw refusal("request/body must have required property 'data'");
	if (data.length === 0) throw refusal('request/body/data must NOT have fewer than 1 items');
	if (!RETURN_TYPES.includes(String(returnType))) throw oneOf('request/body/returnType', RETURN_TYPES);
	return { rows: data as IDataObject[], returnType: String(returnType) };
}

export interface Update {
	filter: { type?: string; filters: Array<Record<string, unknown>> };
	data: IDataObject;
	returnData: boolean;
}

export function readUpdate(text: string): Update {
	const { filter, data, returnData = false } = readObject(text);
	const { filters } = (filter ?? {}) as Update['filter'];
	if (!Array.isArray(filters)) throw refusal("request/body must have required property 'filter'");
	if (filters.length === 0) throw refusal('request/body/filter/filters must NOT have fewer than 1 items');
	for (const [index, given] of filters.entries()) {
		const where = `request/body/filter/filters/${index}`;
		for (const name of ['columnName', 'condition', 'value']) {
			if (!(name in given)) throw refusal(`${where} must have required property '${name}'`);
		}
		if (!CONDITIONS.includes(String(given.condition))) throw oneOf(`${where}/condition`, CONDITIONS);
	}
	if (typeof data !== 'object' || data === null || Object.keys(data).length === 0) {
		throw refusal('data must not be empty');
	}
	return { filter: filter as Update['filter'], data: data as IDataObject, returnData: returnData === true };
}

export function readColumn(text: string): { name: string; type: ColumnType } {
	const { name, type } = readObject(text);
	if (!COLUMN_NAME.test(String(name)))
		throw refusal(`request/body/name must match pattern "${COLUMN_NAME.source}"`);
	if (!TYPES.includes(type as ColumnType)) throw oneOf('request/body/type', TYPES);
	return { name: String(name), type: type as ColumnType };
}

function readObject(text: string): Record<string, unknown> {
	try {
		const value = JSON.parse(text) as unknown;
		if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
			return value as Record<string, unknown>;
		}
	} catch {
		throw refusal('Failed to parse request body');
	}
	throw refusal('request/body must be object');
}

function oneOf(where: string, values: readonly string[]): ApiProblem {
	return refusal(`${where} must be equal to one of the allowed values: ${values.join(', ')}`);
}

function refusal(message: string): ApiProblem {
	return new ApiProblem(400, message);
}
