/** How the trigger and a run get on with a place of Data Tables. Run against the loopback server and against a real n8n alike. */
import type { INodeListSearchItems } from 'n8n-workflow';

import type { DataTablesHost } from './dataTables';
import { describeMemory } from './dataTablesMemoryContract';
import { describeTableWrites } from './dataTablesWriteContract';
import { type Account, Image3dTrigger, openPack, type Pack } from './pack';

/** Declares the tests; `open` is called once. Needs the shared sandbox. */
export function describeDataTables(open: () => Promise<DataTablesHost>): void {
	let host: DataTablesHost;
	let pack: Pack;
	let account: Account;
	let image3dN8nApi: string;

	beforeAll(async () => {
		pack = await openPack();
		host = await open();
		account = await pack.account();
		image3dN8nApi = await addKey(host.apiKey);
	}, 300_000);

	afterAll(async () => {
		await pack?.close();
		await host?.close();
	});

	const addKey = async (apiKey: string) =>
		await pack.engine.credentials.add('image3dN8nApi', { instanceUrl: `${host.url}/`, apiKey });

	const search = async (filter?: string, paginationToken?: string) => {
		const credentials = { image3dN8nApi };
		const parameters = { event: 'taskFinished', taskSource: 'dataTable' };
		const request = { parameters, credentials, filter, paginationToken };
		return await pack.engine.listSearch(Image3dTrigger, 'searchDataTables', request);
	};

	let pollers = 0;
	const poll = async (parameters: object, credential = image3dN8nApi) => {
		const { items, error } = await pack.engine
			.poller(Image3dTrigger, {
				workflowId: `data-tables-${++pollers}`,
				credentials: { ...account.credentials, image3dN8nApi: credential },
				parameters: { taskSource: 'dataTable', downloadModel: false, ...parameters },
				pollBudgetMs: 20_000,
			})
			.poll();
		const failure = error as (Error & { description?: string; httpCode?: string }) | undefined;
		return { items: items?.[0] ?? [], failure };
	};

	const list = (value: string) => ({ dataTableId: { __rl: true, mode: 'list', value } });

	describeTableWrites(() => ({ host, pack }));
	describeMemory(() => ({ host, pack }));

	it('finds tables by a part of their name, whatever characters it has', async () => {
		const id = await host.addTable("Bob's (new) orders, 50 %: a+b!", { task_id: 'string' });
		await host.addTable('Something else', { task_id: 'string' });
		const named = (results: INodeListSearchItems[]) => results.map(({ value }) => value);
		expect(named((await search("bob's (NEW) orders, 50 %: a+b!")).results)).toEqual([id]);
		expect(named((await search('orders')).results)).toContain(id);
		expect((await search('no such table')).results).toEqual([]);
		expect((await search()).results.length).toBeGreaterThanOrEqual(2);
	});

	it('lists more tables than fit on a page', async () => {
		for (let number = 1; number <= 101; number++) {
			await host.addTable(`Paged ${number}`, { task_id: 'string' });
		}
		const first = await search('Paged');
		expect(first.results).toHaveLength(100);
		const second = await search('Paged', first.paginationToken as string);
		expect(second.results).toHaveLength(1);
		expect(second.paginationToken).toBeUndefined();
		expect(new Set([...first.results, ...second.results].map(({ value }) => value)).size).toBe(101);
	}, 60_000);

	it('names each model as its row tells, with the mark of its task behind words that others may have', async () => {
		const columns = { task_id: 'string', file_name: 'string', prompt: 'string' } as const;
		const tableId = await host.addTable('Names', columns);
		const ids = await Promise.all(Array.from({ length: 5 }, async () => await account.addTask()));
		await host.addRows(tableId, [
			{ task_id: ids[0], file_name: 'chair.glb', prompt: 'a chair' },
			{ task_id: ids[1], file_name: 'CHAIR.glb' },
			{ task_id: ids[2], prompt: 'a 1/2 inch bolt' },
			{ task_id: ids[3], prompt: 'a 1/2 inch bolt' },
			{ task_id: ids[4] },
		]);
		const { items } = await poll({ ...list(tableId), taskIdColumn: 'task_id', downloadModel: true });
		expect(items.map(({ binary }) => binary!.data.fileName)).toEqual([
			expect.stringMatching(/^chair(-2)?\.glb$/),
			expect.stringMatching(/^CHAIR(-2)?\.glb$/),
			`a 1-2 inch bolt-${ids[2].slice(-8)}.glb`,
			`a 1-2 inch bolt-${ids[3].slice(-8)}.glb`,
			`${ids[4]}.glb`,
		]);
		const lower = items.map(({ binary }) => binary!.data.fileName!.toLowerCase());
		expect(new Set(lower).size).toBe(5);
	});

	it('reads every row of a table of several pages, and puts the other columns under row', async () => {
		const tableId = await host.addTable('Many rows', { task_id: 'string', sku: 'string', price: 'number' });
		const taskId = await account.addTask();
		const empty = Array.from({ length: 520 }, (_, index) => ({ sku: `S${index}` }));
		await host.addRows(tableId, empty.slice(0, 300));
		await host.addRows(tableId, empty.slice(300));
		await host.addRows(tableId, [{ task_id: taskId, sku: 'Last', price: 12.5 }]);
		const { items, failure } = await poll(list(tableId));
		expect(failure).toBeUndefined();
		expect(items).toMatchObject([
			{
				json: {
					task_id: taskId,
					row: { id: 521, sku: 'Last', price: 12.5, createdAt: expect.stringMatching(/^\d{4}-.*Z$/) },
				},
			},
		]);
		expect(items[0].json.row).not.toHaveProperty('task_id');
	}, 30_000);

	it('takes task ids that are numbers, in a column of numbers too', async () => {
		await account.change({ numericIds: true });
		const ids = [await account.addTask(), await account.addTask()];
		await account.change({ numericIds: false });
		const tableId = await host.addTable('Numbers', { task_id: 'number' });
		await host.addRows(
			tableId,
			ids.map((id) => ({ task_id: Number(id) })),
		);
		const { items } = await poll(list(tableId));
		expect(items.map(({ json }) => json.task_id)).toEqual(ids);
	});

	it('puts out an item for each row of a task, with what the table says of it', async () => {
		const columns = { task_id: 'string', order: 'string', quality: 'string' } as const;
		const tableId = await host.addTable('Twice', columns);
		const task_id = await account.addTask();
		await host.addRows(tableId, [
			{ task_id, order: 'A-1', quality: 'pro' },
			{ task_id, order: 'A-2', quality: 'pro' },
		]);
		const { items } = await poll(list(tableId));
		expect(items).toMatchObject([
			{ json: { task_id, quality: 'pro', status_checks: 1, row: { order: 'A-1' } } },
			{ json: { task_id, quality: 'pro', status_checks: 1, row: { order: 'A-2' } } },
		]);
		expect(items[0].json.duration_ms).toBeGreaterThanOrEqual(0);
	});

	it('watches only the rows whose status column has the value, of any type', async () => {
		const columns = { task: 'string', state: 'string', count: 'number', open: 'boolean' } as const;
		const tableId = await host.addTable('Filtered', columns);
		const [waiting, done, untouched] = await Promise.all([1, 2, 3].map(() => account.addTask()));
		await host.addRows(tableId, [
			{ task: waiting, state: 'it waits (still): 1,2', count: 7, open: true },
			{ task: done, state: 'done', count: 8, open: false },
			{ task: untouched },
		]);
		const ids = async (statusColumn: string, statusValue: string) => {
			const options = { statusColumn, statusValue };
			const { items } = await poll({ ...list(tableId), taskIdColumn: 'task', options });
			return items.map(({ json }) => json.task_id);
		};
		expect(await ids('state', 'it waits (still): 1,2')).toEqual([waiting]);
		expect(await ids('count', '8')).toEqual([done]);
		expect(await ids('open', 'true')).toEqual([waiting]);
		expect(await ids('state', '')).toEqual([untouched]);
		expect(await ids('', '')).toEqual([waiting, done, untouched]);
	}, 30_000);

	it('names the column that is missing, and those there are', async () => {
		const tableId = await host.addTable('Columns', { task: 'string', sku: 'string' });
		await host.addRows(tableId, [{ task: 'a1' }]);
		const { failure } = await poll(list(tableId));
		expect(failure?.message).toBe('The Data Table has no column "task_id"');
		for (const name of ['task', 'sku', 'createdAt']) expect(failure?.description).toContain(name);
		const filtered = await poll({ ...list(tableId), options: { statusColumn: 'nope', statusValue: '1' } });
		expect(filtered.failure?.message).toContain("unknown column name 'nope'");
	});

	it('says that a table does not exist', async () => {
		for (const [tableId, httpCode] of Object.entries({ abcdefghABCDEFGH: '404', 'my/table': '400' })) {
			const { failure } = await poll({ dataTableId: { __rl: true, mode: 'id', value: tableId } });
			expect(failure).toMatchObject({ name: 'NodeApiError', httpCode });
			expect(failure?.message).toContain(`The Data Table could not be read (HTTP ${httpCode})`);
		}
	});

	it('says what to do where n8n is too old to give access to tables', async () => {
		const instanceUrl = `${host.url}/api/v1/no-such-route`;
		const older = await pack.engine.credentials.add('image3dN8nApi', { instanceUrl, apiKey: host.apiKey });
		expect((await poll(list('abcdefghABCDEFGH'), older)).failure).toMatchObject({
			message: 'This n8n gives no access to its Data Tables',
			description: expect.stringContaining('Update n8n'),
		});
	});

	it('says how to make a new key when n8n does not take this one', async () => {
		const badKey = await addKey('not-a-key');
		const { failure } = await poll(list('abcdefghABCDEFGH'), badKey);
		expect(failure).toMatchObject({
			message: "This n8n's API did not accept the API key",
			description: expect.stringContaining('Settings > n8n API'),
			httpCode: '401',
		});
		expect((await pack.engine.credentials.test(badKey)).status).toBe('Error');
		expect(await pack.engine.credentials.test(image3dN8nApi)).toMatchObject({ status: 'OK' });
		expect(JSON.stringify([failure, pack.engine.logs])).not.toContain('not-a-key');
	});
}
