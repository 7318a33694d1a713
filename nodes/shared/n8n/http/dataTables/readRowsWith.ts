/**
 * The rows whose column holds one of many values, in few requests: a column and its values in, the rows out, oldest
 * first. No row is lost to one that goes or comes meanwhile: pages are told apart by ids and values, never by position.
 */
import type { IDataObject } from 'n8n-workflow';
import { type Outcome, succeed } from '../../../core/failure';
import type { AskTables } from './callTable';
import { PAGE_SIZE, rowPageOf } from './readRows';

/**
 * Characters of a filter as it stands in a URL. n8n takes some 15,000 with all headers, but proxies in front of it refuse a
 * request line of more than 8 KB (nginx, as it comes); the rest is for the address and the other parameters.
 */
const MAX_FILTER_CHARACTERS = 7_400;

/** Reads them. Every value is asked for once; an empty one never matches. */
export async function readRowsWith(
	ask: AskTables,
	tableId: string,
	column: string,
	values: readonly string[],
): Promise<Outcome<IDataObject[]>> {
	const rows: IDataObject[] = [];
	const chunks = toChunks(
		column,
		[...new Set(values)].filter((value) => value !== ''),
	);
	for (let chunk = chunks.shift(); chunk !== undefined; chunk = chunks.shift()) {
		const read =
			chunk.length === 1
				? await readAllWith(ask, tableId, column, chunk[0])
				: await ask(rowPageOf(tableId, { sortBy: 'id:asc', filter: filterOf(column, chunk) }));
		if (!read.ok) return read;
		if (chunk.length > 1 && read.value.length >= PAGE_SIZE) {
			// More rows than one page has: halves of the values have pages of their own.
			const half = Math.ceil(chunk.length / 2);
			chunks.unshift(chunk.slice(0, half), chunk.slice(half));
		} else {
			rows.push(...read.value);
		}
	}
	return succeed(rows.toSorted((a, b) => Number(a.id) - Number(b.id)));
}

async function readAllWith(
	ask: AskTables,
	tableId: string,
	column: string,
	value: string,
): Promise<Outcome<IDataObject[]>> {
	const rows: IDataObject[] = [];
	for (;;) {
		const filters: IDataObject[] = [{ columnName: column, value }];
		const last = rows.at(-1)?.id;
		if (last !== undefined) filters.push({ columnName: 'id', condition: 'gt', value: last });
		const filter = JSON.stringify({ type: 'and', filters });
		const page = await ask(rowPageOf(tableId, { sortBy: 'id:asc', filter }));
		if (!page.ok) return page;
		rows.push(...page.value);
		if (page.value.length < PAGE_SIZE) return succeed(rows);
	}
}

/** n8n takes a condition that is not named for "equals": as many values as possible fit in. */
function filterOf(column: string, values: readonly string[]): string {
	return JSON.stringify({ type: 'or', filters: values.map((value) => ({ columnName: column, value })) });
}

function toChunks(column: string, values: readonly string[]): string[][] {
	const chunks: string[][] = [];
	let room = 0;
	for (const value of values) {
		const size = encodedLength(`,${JSON.stringify({ columnName: column, value })}`);
		if (size > room || chunks.length === 0) {
			chunks.push([]);
			room = MAX_FILTER_CHARACTERS - encodedLength(filterOf(column, []));
		}
		chunks.at(-1)!.push(value);
		room -= size;
	}
	return chunks;
}

/** n8n's request helper escapes what encodeURIComponent leaves as it is, too. */
function encodedLength(text: string): number {
	return encodeURIComponent(text).replace(/[!'()*]/g, '%00').length;
}
