/** Lists of n8n's public API, which come in pages: an answer's body in, its page out, or nothing. */
import type { IDataObject } from 'n8n-workflow';
import { isObject } from '../../../core/api/foreignText';

/** One page of n8n's answer. */
export interface Page {
	data: IDataObject[];
	nextCursor?: string;
}

/** The page in an answer; undefined where it is none. */
export function readTablePage(body: unknown): Page | undefined {
	if (!isObject(body) || !Array.isArray(body.data)) return undefined;
	const cursor = body.nextCursor;
	return {
		data: body.data as IDataObject[],
		...(typeof cursor === 'string' && cursor !== '' ? { nextCursor: cursor } : {}),
	};
}
