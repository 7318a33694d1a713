/** A Data Table of this n8n as a field: what the user chooses from, and the list that the editor shows. */
import type { ILoadOptionsFunctions, INodeListSearchResult, INodeProperties } from 'n8n-workflow';
import { isObject } from '../../core/api/foreignText';
import { ASK_ONCE, bindTables } from '../http/dataTables/bindTables';
import { toNodeError } from '../items/nodeErrors';

/** The field; whoever shows it has `searchDataTables` among its methods, and says what the table is for. */
export const dataTableField = {
	displayName: 'Data Table',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			typeOptions: { searchListMethod: 'searchDataTables', searchable: true },
		},
		{ displayName: 'By ID', name: 'id', type: 'string', placeholder: 'e.g. V1StGXR8Z5jdHi6B' },
	],
} satisfies Partial<INodeProperties>;

/** One page of the tables that the API key may see. */
export async function searchDataTables(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const page = await bindTables(this, ASK_ONCE).listTables(filter, paginationToken);
	if (!page.ok) throw toNodeError(this, page.failure);
	return {
		results: page.value.data.map((table) => ({ name: String(table.name), value: String(table.id) })),
		paginationToken: page.value.nextCursor,
	};
}

/** The id of the chosen table; empty where none is chosen. */
export function tableIdIn(value: unknown): string {
	return String((isObject(value) ? value.value : value) ?? '').trim();
}
