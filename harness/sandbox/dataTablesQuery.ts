/** The query of n8n's public API for Data Tables: parsed, or refused in n8n's own words. */
import { ApiProblem, type Columns, SYSTEM_COLUMNS } from './dataTablesCells';

/** What the API's validator refuses to see unescaped in a value. */
const RESERVED = /[:/?#[\]@!$&'()*+,;=]/;
const MAX_LIMIT = 250;

/** The parameters that the two reading calls take. A cursor replaces `limit` and `offset`. */
export function readQuery(search: string) {
	const given: Record<string, string> = {};
	for (const pair of search.split('&').filter((part) => part !== '')) {
		const [name, value = ''] = pair.split('=');
		if (['filter', 'sortBy'].includes(name) && RESERVED.test(value)) {
			const problem = 'must be url encoded. Its value may not contain reserved characters.';
			throw new ApiProblem(400, `Parameter '${name}' ${problem}`);
		}
		given[name] = decodeURIComponent(value);
	}
	const { filter, sortBy } = given;
	if (filter !== undefined && parseJson(filter) === undefined) {
		throw new ApiProblem(400, 'request/query/filter must match format "jsonString"');
	}
	return { ...readPaging(given.limit, given.cursor), filter: filter && parseJson(filter), sortBy };
}

function readPaging(limitText: string | undefined, cursor: string | undefined) {
	const limit = Number(limitText ?? 100);
	if (Number.isNaN(limit)) throw new ApiProblem(400, 'request/query/limit must be number');
	if (limit > MAX_LIMIT) throw new ApiProblem(400, `request/query/limit must be <= ${MAX_LIMIT}`);
	if (!cursor) return { limit, offset: 0 };
	const decoded = parseJson(Buffer.from(cursor, 'base64').toString());
	if (decoded === undefined) throw new ApiProblem(400, 'An invalid cursor was provided');
	return decoded as { limit: number; offset: number };
}

/** `{ id?, name?, projectId? }`, each a text or several; names are found by a part of them. */
export function readTableFilter(filter: unknown): { id: string[]; name: string[] } {
	const { id, name, projectId: _projectId, ...others } = (filter ?? {}) as Record<string, string | string[]>;
	if (Object.keys(others).length > 0) throw new ApiProblem(400, 'Invalid filter fields');
	const listed = (value: string | string[] | undefined) => (value === undefined ? [] : [value].flat());
	return { id: listed(id), name: listed(name) };
}

/** Column and direction (1 or -1) of `column:asc`; ids ascend unless told. */
export function readSortBy(sortBy: string | undefined, columns: Columns): [column: string, factor: number] {
	if (sortBy === undefined) return ['id', 1];
	const [column, direction] = sortBy.split(':');
	if (direction === undefined) {
		throw new ApiProblem(400, 'Invalid sort format, expected <columnName>:<asc/desc>');
	}
	if (!/^(asc|desc)$/i.test(direction)) throw new ApiProblem(400, 'Invalid sort direction');
	// n8n runs into its database's error here.
	if (!(column in { ...columns, ...SYSTEM_COLUMNS })) throw new ApiProblem(500, 'Internal server error');
	return [column, direction.toLowerCase() === 'asc' ? 1 : -1];
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
