/** The key for this n8n: what its connection test says, and what the list of tables says where there is none. */
import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { startDataTables, type DataTablesServer } from '../../harness/sandbox/dataTables';
import { Image3dTrigger, openPack, type Pack } from '../../harness/sandbox/pack';
import { startWebServer, type WebServer } from '../../harness/sandbox/webServer';

let pack: Pack;
let tables: DataTablesServer;
let web: WebServer;
let answer = { status: 200, type: 'text/html', body: '', location: '' };

beforeAll(async () => {
	pack = await openPack();
	tables = await startDataTables();
	web = await startWebServer((_request, response) => {
		const { status, type, body, location } = answer;
		response.writeHead(status, { 'content-type': type, ...(location && { location }) }).end(body);
	});
});

afterAll(async () => {
	await web.close();
	await tables.close();
	await pack.close();
});

async function verdictOf(change: ICredentialDataDecryptedObject) {
	const data = { instanceUrl: tables.url, apiKey: tables.apiKey, ...change };
	const id = await pack.engine.credentials.add('image3dN8nApi', data);
	return await pack.engine.credentials.test(id);
}

describe('its connection test', () => {
	it.each([{}, { slashes: '/' }, { slashes: '//  ' }])(
		'is green where the key works (%j)',
		async ({ slashes = '' }) => {
			const verdict = await verdictOf({
				instanceUrl: ` ${tables.url}${slashes}`,
				apiKey: `${tables.apiKey}\n`,
			});
			expect(verdict).toEqual({ status: 'OK', message: 'Connection successful!' });
		},
	);

	it('says what to do about a key that n8n does not know', async () => {
		const { status, message } = await verdictOf({ apiKey: 'not-a-key' });
		expect(status).toBe('Error');
		expect(message).toMatch(/does not know the API key, or it has expired.*without an expiration/);
	});

	it.each([
		[403, /scopes dataTable:list and dataTableRow:read/],
		[404, /no API with Data Tables.*version 2\.7/],
		[502, /proxy in front of it.*Wait a little/],
		[308, /redirects to another address/],
	])('says what HTTP %i means', async (status, sentence) => {
		answer = { status, type: 'application/json', body: '{"message":"Forbidden"}', location: '/elsewhere' };
		const verdict = await verdictOf({ instanceUrl: web.url });
		expect(verdict).toEqual({ status: 'Error', message: expect.stringMatching(sentence) });
		expect(web.requests.filter(({ path }) => path === '/elsewhere')).toEqual([]);
	});

	it.each([
		['a web page', 'text/html', '<!doctype html><title>n8n</title>'],
		['other data', 'application/json', '{"ok":true}'],
	])('is red where %s answers in place of the API', async (_what, type, body) => {
		answer = { status: 200, type, body, location: '' };
		const verdict = await verdictOf({ instanceUrl: web.url });
		expect(verdict).toEqual({
			status: 'Error',
			message: expect.stringMatching(/does not lead to n8n's API.*without a path/),
		});
	});
});

describe('without it', () => {
	const parameters = { event: 'taskFinished', taskSource: 'dataTable' };

	it('the list of tables says what to choose first', async () => {
		const search = pack.engine.listSearch(Image3dTrigger, 'searchDataTables', { parameters });
		await expect(search).rejects.toMatchObject({
			message: 'Choose a credential under "API Key of This n8n" first',
			description: expect.stringContaining('then open the list again'),
		});
		expect(tables.calls.filter((path) => path.includes('limit=100'))).toEqual([]);
	});
});
