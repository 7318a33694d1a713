/** Rows and columns as a run of a node writes them and looks them up. Run against the loopback server and against a real n8n alike. */
import type { Outcome } from '../../nodes/shared/core/failure';
import type { TableApi } from '../../nodes/shared/n8n/http/dataTables/bindTables';
import type { DataTablesHost } from './dataTables';
import type { Pack } from './pack';
import { useTables } from './tablesProbe';

export interface TablesPlace {
	host: DataTablesHost;
	pack: Pack;
}

const NO_TABLE = 'abcdefghABCDEFGH';

/** Declares the tests; `place` is there from `beforeAll` on. */
export function describeTableWrites(place: () => TablesPlace): void {
	const use = async <T>(work: (tables: TableApi) => Promise<T>, apiKey = place().host.apiKey) => {
		const { host, pack } = place();
		const image3dN8nApi = await pack.engine.credentials.add('image3dN8nApi', {
			instanceUrl: host.url,
			apiKey,
		});
		return await useTables(pack.engine, { image3dN8nApi }, work);
	};
	const addTable = async (name: string) =>
		await place().host.addTable(name, { fingerprint: 'string', state: 'string', count: 'number' });

	it('tells the columns of a table in their order', async () => {
		const tableId = await addTable('Described');
		expect(await use(async (tables) => await tables.describe(tableId))).toEqual({
			ok: true,
			value: {
				id: tableId,
				name: 'Described',
				columns: [
					{ name: 'fingerprint', type: 'string' },
					{ name: 'state', type: 'string' },
					{ name: 'count', type: 'number' },
				],
			},
		});
		expect(failureOf(await use(async (tables) => await tables.describe(NO_TABLE)))).toMatchObject({
			kind: 'notFound',
			message: expect.stringContaining(NO_TABLE),
		});
	});

	it('adds columns, also where several do so at the same time', async () => {
		const tableId = await addTable('Columns added');
		await place().host.addRows(tableId, [{ fingerprint: 'older' }]);
		const added = await use(async (tables) => {
			const add = async () => await tables.addColumn(tableId, { name: 'task_id', type: 'string' });
			return await Promise.all([add(), add(), add()]);
		});
		expect(added).toEqual(Array(3).fill({ ok: true, value: { name: 'task_id', type: 'string' } }));
		const [row] = valueOf(await use(async (t) => await t.readRowsWith(tableId, 'fingerprint', ['older'])));
		expect(row).toMatchObject({ fingerprint: 'older', task_id: null });
	});

	it('names the column that cannot be added', async () => {
		const tableId = await addTable('Columns refused');
		const add = async (name: string) =>
			failureOf(await use(async (tables) => await tables.addColumn(tableId, { name, type: 'number' })));
		expect(await add('state')).toMatchObject({
			httpCode: '409',
			message:
				"The column \"state\" could not be added to the Data Table (HTTP 409): Data table column with name 'state' already exists in data table 'Columns refused'",
		});
		expect((await add('createdAt')).message).toContain('reserved as a system column name');
		expect((await add('task id')).message).toContain('The column "task id" could not be added');
	});

	it('adds rows with growing ids and the time of the database, all or none', async () => {
		const tableId = await addTable('Inserted');
		const rows = [
			{ fingerprint: 'a', count: 1 },
			{ fingerprint: 'b' },
			{ fingerprint: 'c', state: 'sending' },
		];
		const inserted = valueOf(await use(async (tables) => await tables.insertRows(tableId, rows)));
		const moment = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/);
		expect(inserted).toMatchObject([
			{ id: 1, fingerprint: 'a', state: null, count: 1, createdAt: moment, updatedAt: moment },
			{ id: 2, fingerprint: 'b', state: null, count: null },
			{ id: 3, fingerprint: 'c', state: 'sending' },
		]);
		const half = await use(
			async (tables) => await tables.insertRows(tableId, [{ fingerprint: 'd' }, { nope: 'e' }]),
		);
		expect(half).toMatchObject({ ok: false, mayBeDone: false });
		expect(failureOf(half)).toMatchObject({
			kind: 'badRequest',
			message: expect.stringMatching(
				/^No row could be added to the Data Table \(HTTP 400\): .*unknown column name 'nope'/,
			),
			retryable: false,
		});
		expect(await use(async (tables) => await tables.insertRows(tableId, []))).toEqual({
			ok: true,
			value: [],
		});
		expect(
			valueOf(await use(async (tables) => await tables.readRows(tableId, undefined, { maxRows: 9 }))),
		).toHaveLength(3);
	});

	it('names a value that the column does not take, and a table that is gone', async () => {
		const tableId = await addTable('Wrong types');
		const wrong = await use(async (tables) => await tables.insertRows(tableId, [{ count: 'many' }]));
		expect(failureOf(wrong).message).toContain("'count' expects a number but we got 'many'");
		const gone = await use(async (tables) => await tables.insertRows(NO_TABLE, [{ count: 1 }]));
		expect(failureOf(gone)).toMatchObject({ httpCode: '404', message: expect.stringContaining(NO_TABLE) });
	});

	it('changes the rows that fulfil every condition, and says which', async () => {
		const tableId = await addTable('Updated');
		await place().host.addRows(tableId, [
			{ fingerprint: 'a', state: 'failed' },
			{ fingerprint: 'a', state: 'sending' },
			{ fingerprint: 'b' },
		]);
		const set = async (conditions: Array<[string, string | number | null]>, state: string) =>
			await use(
				async (tables) =>
					await tables.updateRows(
						tableId,
						conditions.map(([columnName, value]) => ({ columnName, condition: 'eq' as const, value })),
						{ state },
					),
			);
		const changed = valueOf(
			await set(
				[
					['fingerprint', 'a'],
					['state', 'failed'],
				],
				'sending',
			),
		);
		expect(changed).toMatchObject([{ id: 1, fingerprint: 'a', state: 'sending' }]);
		expect(Date.parse(String(changed[0].updatedAt))).toBeGreaterThanOrEqual(
			Date.parse(String(changed[0].createdAt)),
		);
		expect(
			valueOf(
				await set(
					[
						['id', 1],
						['state', 'failed'],
					],
					'sending',
				),
			),
		).toEqual([]);
		expect(
			valueOf(
				await set(
					[
						['id', 3],
						['state', null],
					],
					'accepted',
				),
			),
		).toMatchObject([{ id: 3, state: 'accepted' }]);
		expect(valueOf(await set([['fingerprint', 'a']], 'delivered'))).toMatchObject([{ id: 1 }, { id: 2 }]);
		expect(failureOf(await set([['nope', 1]], 'x')).message).toContain("unknown column name 'nope'");
	});

	it('changes all rows whose column is one of many values, and no other', async () => {
		const tableId = await addTable('Changed together');
		const rows = Array.from({ length: 230 }, (_, index) => ({ fingerprint: `f${index}`, state: 'accepted' }));
		const added = valueOf(await use(async (tables) => await tables.insertRows(tableId, rows)));
		const ids = added.slice(0, 220).map(({ id }) => Number(id));
		const data = { state: 'delivered' };
		const changed = valueOf(await use(async (t) => await t.updateRowsWith(tableId, 'id', ids, data)));
		expect(changed.map(({ id }) => Number(id)).sort((a, b) => a - b)).toEqual(ids);
		const all = valueOf(await use(async (t) => await t.readRows(tableId, undefined, { maxRows: 1_000 })));
		expect(all.map(({ state }) => state)).toEqual(
			rows.map((_row, index) => (index < 220 ? 'delivered' : 'accepted')),
		);
	});

	it('gives a row to exactly one of many that want it', async () => {
		const tableId = await addTable('Wanted');
		await place().host.addRows(tableId, [{ fingerprint: 'a', state: 'failed' }]);
		const taken = await use(
			async (tables) =>
				await Promise.all(
					Array.from({ length: 50 }, async (_, number) =>
						valueOf(
							await tables.updateRows(
								tableId,
								[
									{ columnName: 'id', condition: 'eq', value: 1 },
									{ columnName: 'state', condition: 'eq', value: 'failed' },
								],
								{ state: 'sending', count: number },
							),
						),
					),
				),
		);
		const winners = taken.flatMap((rows, number) => (rows.length === 0 ? [] : [number]));
		expect(winners).toHaveLength(1);
		expect(taken[winners[0]]).toMatchObject([{ id: 1, state: 'sending', count: winners[0] }]);
	}, 30_000);

	it('finds the rows of many values, oldest first, however many rows there are', async () => {
		const tableId = await addTable('Looked up');
		const fingerprint = (number: number) => String(number).padStart(32, 'f');
		const others = Array.from({ length: 300 }, (_, number) => ({ fingerprint: fingerprint(number) }));
		const equal = Array.from({ length: 260 }, (_, number) => ({ fingerprint: 'equal', count: number }));
		for (const rows of [others, equal, others]) await place().host.addRows(tableId, rows);
		const values = ['equal', '', 'unknown', ...others.map((row) => row.fingerprint), 'equal'];
		const found = valueOf(
			await use(async (tables) => await tables.readRowsWith(tableId, 'fingerprint', values)),
		);
		expect(found.map(({ id }) => id)).toEqual(Array.from({ length: 860 }, (_, index) => index + 1));
		expect(await use(async (tables) => await tables.readRowsWith(tableId, 'fingerprint', []))).toEqual({
			ok: true,
			value: [],
		});
	}, 60_000);

	it('names the scope that a key lacks', async () => {
		const tableId = await addTable('Scopes');
		const wanted: Array<[string, string[], (tables: TableApi) => Promise<Outcome<unknown>>]> = [
			['dataTable:list', ['dataTableRow:read'], async (tables) => await tables.describe(tableId)],
			[
				'dataTableRow:read',
				['dataTable:list'],
				async (tables) => await tables.readRowsWith(tableId, 'state', ['x']),
			],
			[
				'dataTableRow:create',
				['dataTableRow:read'],
				async (tables) => await tables.insertRows(tableId, [{ state: 'x' }]),
			],
			[
				'dataTableRow:update',
				['dataTableRow:read', 'dataTableRow:create'],
				async (tables) =>
					await tables.updateRows(tableId, [{ columnName: 'id', condition: 'eq', value: 1 }], { state: 'x' }),
			],
			[
				'dataTableColumn:create',
				['dataTable:list', 'dataTableRow:update'],
				async (tables) => await tables.addColumn(tableId, { name: 'more', type: 'string' }),
			],
		];
		for (const [scope, scopes, work] of wanted) {
			const apiKey = await place().host.addKey(scopes);
			const failure = failureOf(await use(work, apiKey));
			expect(failure).toMatchObject({ kind: 'unauthorized', httpCode: '403', retryable: false });
			expect(failure.message).toMatch(/^The API key of this n8n may not /);
			expect(failure.hint).toContain(`lacks the scope ${scope}.`);
			expect(JSON.stringify(failure)).not.toContain(apiKey);
		}
	}, 30_000);
}

function valueOf<T>(outcome: Outcome<T>): T {
	if (!outcome.ok) throw new Error(`${outcome.failure.message} ${outcome.failure.hint}`);
	return outcome.value;
}

function failureOf(outcome: Outcome<unknown>) {
	if (outcome.ok) throw new Error(`It went well: ${JSON.stringify(outcome.value)}`);
	return outcome.failure;
}
