/** Data Tables of a suite's n8n, made, filled and read through n8n's public API. */
import axios, { type AxiosInstance } from 'axios';
import type { TestStage } from './stage';

export type Row = Record<string, string | number>;

/** A key for this n8n, and the credential that holds it. */
export interface N8nKey {
	/** For an Image3D Trigger. */
	credentials: { image3dN8nApi: { id: string; name: string } };
	http: AxiosInstance;
}

export interface DataTable {
	id: string;
	/** With n8n's own columns. */
	rows(): Promise<Row[]>;
	add(rows: Row[]): Promise<void>;
	/** Sets columns of the row with this id. */
	change(id: unknown, columns: Row): Promise<void>;
}

/** Makes an API key and a credential of that name. */
export async function addN8nCredential(
	{ client, n8n }: Pick<TestStage, 'client' | 'n8n'>,
	name: string,
): Promise<N8nKey> {
	const instanceUrl = `http://127.0.0.1:${n8n.port}`;
	const apiKey = await client.createApiKey(name);
	const credential = await client.saveCredential({
		name,
		type: 'image3dN8nApi',
		data: { instanceUrl, apiKey },
	});
	const http = axios.create({
		baseURL: `${instanceUrl}/api/v1/data-tables`,
		headers: { 'X-N8N-API-KEY': apiKey },
		proxy: false,
	});
	return { credentials: { image3dN8nApi: { id: credential.id, name } }, http };
}

/** Creates a table whose columns all hold text. */
export async function addDataTable(key: N8nKey, name: string, columns: string[]): Promise<DataTable> {
	const table = { name, columns: columns.map((column) => ({ name: column, type: 'string' })) };
	return toDataTable(key, (await key.http.post<{ id: string }>('', table)).data.id);
}

/** The table of this name. Throws when there is none. */
export async function findDataTable(key: N8nKey, name: string): Promise<DataTable> {
	const { data } = await key.http.get<{ data: Array<{ id: string; name: string }> }>('');
	const found = data.data.find((table) => table.name === name);
	if (!found) throw new Error(`There is no Data Table "${name}"`);
	return toDataTable(key, found.id);
}

function toDataTable({ http }: N8nKey, id: string): DataTable {
	return {
		id,
		rows: async () => (await http.get<{ data: Row[] }>(`/${id}/rows?limit=250`)).data.data,
		add: async (rows) => {
			await http.post(`/${id}/rows`, { data: rows, returnType: 'count' });
		},
		change: async (rowId, data) => {
			const filters = [{ columnName: 'id', condition: 'eq', value: rowId }];
			await http.patch(`/${id}/rows/update`, { filter: { type: 'and', filters }, data });
		},
	};
}
