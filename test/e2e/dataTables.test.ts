/** Data Tables of a real n8n, read and written through its public API: the same behavior as beside the loopback server. */
import axios from 'axios';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { N8nClient } from '../../harness/n8n/client';
import { startN8n } from '../../harness/n8n/host';
import type { DataTablesHost } from '../../harness/sandbox/dataTables';
import { describeDataTables } from '../../harness/sandbox/dataTablesContract';

const OWNER = {
	email: 'owner@example.com',
	firstName: 'Data',
	lastName: 'Tables',
	password: 'Tables4TheTrigger',
};

describeDataTables(async (): Promise<DataTablesHost> => {
	const userFolder = mkdtempSync(join(tmpdir(), 'n8n-data-tables-'));
	const n8n = await startN8n({ userFolder });
	const client = new N8nClient(n8n.url);
	await client.signIn(OWNER);
	let keys = 0;
	const apiKey = await client.createApiKey('Image3D');
	const url = n8n.url.replace('localhost', '127.0.0.1');
	const api = axios.create({
		baseURL: `${url}/api/v1/data-tables`,
		headers: { 'X-N8N-API-KEY': apiKey },
		proxy: false,
	});
	return {
		url,
		apiKey,
		addTable: async (name, columns) => {
			const body = {
				name,
				columns: Object.entries(columns).map(([column, type]) => ({ name: column, type })),
			};
			return (await api.post<{ id: string }>('', body)).data.id;
		},
		addRows: async (tableId, rows) => {
			await api.post(`/${tableId}/rows`, { data: rows, returnType: 'count' });
		},
		addKey: async (scopes) => await client.createApiKey(`Key ${++keys}`, [...scopes]),
		close: async () => {
			await n8n.stop();
			rmSync(userFolder, { recursive: true, force: true });
		},
	};
});
