/** Lists of n8n's public API, which come in pages: access, patience and a path in, one page out. Fails as the call does. */
import type { IDataObject } from 'n8n-workflow';
import { isObject } from '../../../core/api/foreignText';
import type { Outcome } from '../../../core/failure';
import { type Patience, callTable } from './callTable';
import type { TableAccess } from './tableAccess';
import type { TableAction } from './tableFailures';

/** One page of n8n's answer. */
export interface Page {
	data: IDataObject[];
	nextCursor?: string;
}

/** Reads the list at this path. */
export async function readPage(
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
