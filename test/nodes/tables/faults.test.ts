/** Data Tables beside an n8n that has problems: what is asked again, what never is, and how many requests a look-up takes. */
import { setTimeout as sleep } from 'node:timers/promises';
import { inAcceleratedTime, useAcceleratedClock } from '../../../harness/sandbox/acceleratedClock';
import { type DataTablesServer, startDataTables } from '../../../harness/sandbox/dataTables';
import { WRITES } from '../../../harness/sandbox/dataTablesFaults';
import { openPack, type Pack } from '../../../harness/sandbox/pack';
import { type ProbeOptions, useTables } from '../../../harness/sandbox/tablesProbe';
import type { TableApi } from '../../../nodes/shared/n8n/http/dataTables/bindTables';

/** Waits of minutes pass in a second. */
const ACCELERATION = 200;

let pack: Pack;
let server: DataTablesServer;
let tableId: string;
let image3dN8nApi: string;

useAcceleratedClock();

beforeAll(async () => {
	pack = await openPack();
	server = await startDataTables();
	const { url: instanceUrl, apiKey } = server;
	image3dN8nApi = await pack.engine.credentials.add('image3dN8nApi', { instanceUrl, apiKey });
});

beforeEach(async () => {
	server.order();
	tableId = await server.addTable('Table', {
		fingerprint: 'string',
		state: 'string',
		execution_id: 'string',
	});
	server.kinds.length = 0;
	server.calls.length = 0;
});

afterAll(async () => {
	await server.close();
	await pack.close();
});

const use = async <T>(work: (tables: TableApi) => Promise<T>, options?: ProbeOptions) =>
	await inAcceleratedTime(
		ACCELERATION,
		() => 0.5,
		async () => await useTables(pack.engine, { image3dN8nApi }, work, options),
	);

const insert = async (tables: TableApi) =>
	await tables.insertRows(tableId, [{ fingerprint: 'a', state: 'sending' }]);

const claim = async (tables: TableApi, executionId = '7') =>
	await tables.updateRows(
		tableId,
		[
			{ columnName: 'id', condition: 'eq', value: 1 },
			{ columnName: 'state', condition: 'eq', value: 'failed' },
		],
		{ state: 'sending', execution_id: executionId },
	);

describe('a row that is added', () => {
	it('is never sent twice where the first may have arrived, and says so', async () => {
		server.order({ does: 'loseAnswer', kinds: ['insert'] });
		expect(await use(insert)).toMatchObject({ ok: false, mayBeDone: true, failure: { kind: 'unreachable' } });
		expect(server.kinds).toEqual(['insert']);
		expect(server.rows(tableId)).toHaveLength(1);
	});

	it.each([500, 502, 503, 504])(
		'is not sent again after HTTP %i, which does not say that nothing was done',
		async (status) => {
			server.order({ does: 'refuse', kinds: ['insert'], status });
			expect(await use(insert)).toMatchObject({
				ok: false,
				mayBeDone: true,
				failure: { httpCode: String(status) },
			});
			expect(server.kinds).toEqual(['insert']);
		},
	);

	it('is sent again where it was certainly not taken', async () => {
		server.order({
			does: 'refuse',
			kinds: ['insert'],
			status: 429,
			times: 2,
			headers: { 'retry-after': '3' },
		});
		expect(await use(insert)).toMatchObject({ ok: true, value: [{ id: 1 }] });
		expect(server.kinds).toEqual(['insert', 'insert', 'insert']);
	});

	it('is not there, for certain, where nobody listens at the address', async () => {
		const credential = { instanceUrl: 'http://127.0.0.1:9', apiKey: 'key-that-nobody-sees' };
		const nowhere = await pack.engine.credentials.add('image3dN8nApi', credential);
		const outcome = await inAcceleratedTime(
			ACCELERATION,
			() => 0.5,
			async () => await useTables(pack.engine, { image3dN8nApi: nowhere }, insert),
		);
		expect(outcome).toMatchObject({
			ok: false,
			mayBeDone: false,
			failure: {
				kind: 'unreachable',
				message: expect.stringContaining("This n8n's API could not be reached"),
			},
		});
		expect(JSON.stringify(outcome)).not.toContain('key-that-nobody-sees');
	});

	it('says what to choose where the node has no key', async () => {
		const outcome = await useTables(pack.engine, {}, insert);
		expect(outcome).toMatchObject({ ok: false, mayBeDone: false, failure: { kind: 'badInput' } });
	});
});

describe('a row that is changed', () => {
	beforeEach(async () => await server.addRows(tableId, [{ fingerprint: 'a', state: 'failed' }]));

	it('counts as changed where the answer was lost, though nothing was left to change the second time', async () => {
		server.order({ does: 'loseAnswer', kinds: ['update'], times: 1 });
		const outcome = await use(claim);
		expect(outcome).toMatchObject({ ok: true, value: [{ id: 1, state: 'sending', execution_id: '7' }] });
		expect(server.kinds).toEqual(['update', 'update', 'read']);
	});

	it("is another's where that one was faster, lost answer or not", async () => {
		server.order({ does: 'unreachable', kinds: ['update'], times: 1 });
		server.onStep = async ({ kind, at }) => {
			if (kind === 'update' && at === 'arrived') server.changeRows(tableId, 'state', 'failed', 'sending');
		};
		expect(await use(claim)).toEqual({ ok: true, value: [] });
		server.onStep = undefined;
	});

	it('is given up after some tries, and may have been changed', async () => {
		server.order({ does: 'loseAnswer', kinds: WRITES });
		expect(await use(claim, { patience: { maxTries: 3 } })).toMatchObject({ ok: false, mayBeDone: true });
		expect(server.kinds).toEqual(['update', 'update', 'update']);
	});

	it('is changed though the execution was canceled: it was paid for', async () => {
		const stop = new AbortController();
		server.order({ does: 'slow', ms: 50, kinds: ['update'] });
		const outcome = await use(
			async (tables) => {
				stop.abort();
				await sleep(1);
				return await claim(tables);
			},
			{ signal: stop.signal },
		);
		expect(outcome).toMatchObject({ ok: true, value: [{ id: 1, state: 'sending' }] });
	});
});

describe('a look-up', () => {
	const values = Array.from({ length: 1_000 }, (_, number) => String(number).padStart(32, 'e'));

	it('of 1,000 values takes 20 requests at the most, each of which fits through a proxy', async () => {
		await server.addRows(tableId, [{ fingerprint: values[999] }, { fingerprint: values[0] }]);
		const found = await use(async (tables) => await tables.readRowsWith(tableId, 'fingerprint', values));
		expect(found).toMatchObject({
			ok: true,
			value: [{ fingerprint: values[999] }, { fingerprint: values[0] }],
		});
		expect(server.calls.length).toBeLessThanOrEqual(20);
		for (const call of server.calls) expect(call.length).toBeLessThan(8_000);
	});

	it('fits through a proxy whatever the values are made of', async () => {
		const names = Array.from({ length: 300 }, (_, number) => `it's (${number}) "a" * b! ü/&=?`);
		await server.addRows(
			tableId,
			names.map((fingerprint) => ({ fingerprint })),
		);
		const found = await use(async (tables) => await tables.readRowsWith(tableId, 'fingerprint', names));
		expect(found.ok && found.value.map(({ fingerprint }) => fingerprint)).toEqual(names);
		for (const call of server.calls) expect(call.length).toBeLessThan(8_000);
	});

	it('loses no row to one that is deleted while it reads', async () => {
		await server.addRows(
			tableId,
			Array.from({ length: 600 }, (_, number) => ({
				fingerprint: values[number % 2],
				state: String(number),
			})),
		);
		server.onNextCall(() => server.removeRows(tableId, 'state', '0'));
		const found = await use(
			async (tables) => await tables.readRowsWith(tableId, 'fingerprint', values.slice(0, 2)),
		);
		expect(found.ok && found.value.map(({ state }) => Number(state))).toEqual(
			Array.from({ length: 599 }, (_, index) => index + 1),
		);
	});

	it.each([429, 500, 502, 503])('is made again after HTTP %i', async (status) => {
		await server.addRows(tableId, [{ fingerprint: values[0] }]);
		server.order({ does: 'refuse', kinds: ['read'], status, times: 2 });
		const found = await use(
			async (tables) => await tables.readRowsWith(tableId, 'fingerprint', values.slice(0, 2)),
		);
		expect(found).toMatchObject({ ok: true, value: [{ id: 1 }] });
		expect(server.kinds).toEqual(['read', 'read', 'read']);
	});

	it('ends when the execution is canceled', async () => {
		const stop = new AbortController();
		server.order({ does: 'refuse', kinds: ['read'], status: 503 });
		server.onStep = () => stop.abort();
		const found = await use(
			async (tables) => await tables.readRowsWith(tableId, 'fingerprint', values.slice(0, 2)),
			{ signal: stop.signal },
		);
		server.onStep = undefined;
		expect(found).toMatchObject({ ok: false, failure: { kind: 'cancelled' } });
	});
});

describe('an address at which something else answers than the API of n8n', () => {
	const EQUALS = [{ columnName: 'id', condition: 'eq', value: 1 }] as const;
	const calls: Array<[string, (tables: TableApi) => Promise<unknown>]> = [
		['a list of tables', async (tables) => await tables.listTables(undefined)],
		['a table', async (tables) => await tables.describe(tableId)],
		['rows', async (tables) => await tables.readRows(tableId, undefined, { maxRows: 10 })],
	];
	const writes: Array<[string, (tables: TableApi) => Promise<unknown>]> = [
		['a row that is added', insert],
		['a row that is changed', async (tables) => await tables.updateRows(tableId, EQUALS, { state: 'x' })],
		['rows that are', async (tables) => await tables.updateRowsWith(tableId, 'id', [1], { state: 'x' })],
	];

	describe.each(['<!doctype html><title>n8n</title>', '{}', '[{}]', '"ok"', ''])('%j', (body) => {
		beforeEach(() => server.order({ does: 'otherAnswer', body }));

		it.each(calls)('is not taken for %s', async (_what, call) => {
			expect(await use(call)).toMatchObject({ ok: false, failure: { httpCode: '200', retryable: false } });
		});

		it.each(writes)('is not taken for %s, which may be done all the same', async (_what, call) => {
			expect(await use(call)).toMatchObject({ ok: false, mayBeDone: true, failure: { httpCode: '200' } });
		});

		it('is not taken for a column that was added', async () => {
			const column = { name: 'label', type: 'string' } as const;
			expect(await use(async (tables) => await tables.addColumn(tableId, column))).toMatchObject({
				ok: false,
				failure: { message: expect.stringContaining('The column "label" could not be added') },
			});
		});
	});
});

it('a row whose change nobody can confirm any more may be changed', async () => {
	await server.addRows(tableId, [{ fingerprint: 'a', state: 'failed' }]);
	server.order(
		{ does: 'loseAnswer', kinds: ['update'], times: 1 },
		{ does: 'refuse', kinds: ['read'], status: 403 },
	);
	expect(await use(claim)).toMatchObject({ ok: false, mayBeDone: true, failure: { httpCode: '403' } });
});

it('Data Tables that are full say how they get room', async () => {
	const message = 'Data table size limit exceeded: 52428800B/52428800B';
	server.order({ does: 'refuse', kinds: ['insert'], status: 400, message });
	expect(await use(insert)).toMatchObject({
		ok: false,
		mayBeDone: false,
		failure: { message: expect.stringContaining(message), hint: expect.stringContaining('MAX_SIZE_BYTES') },
	});
});

describe('many requests at once', () => {
	/** Node.js warns from eleven listeners on one signal, and takes that for a leak. */
	const TOGETHER = 25;

	it.each<[what: string, ask: (tables: TableApi) => Promise<unknown>]>([
		['reads', async (tables) => await tables.readRows(tableId, undefined, { maxRows: 1 })],
		['writes', async (tables) => await claim(tables)],
	])('let each have a signal of its own: %s', async (_what, ask) => {
		const warnings: Error[] = [];
		const note = (warning: Error) => warnings.push(warning);
		process.on('warning', note);
		try {
			await use(
				async (tables) => await Promise.all(Array.from({ length: TOGETHER }, async () => await ask(tables))),
				{ signal: new AbortController().signal },
			);
			// A warning is told in the next tick.
			await sleep(0);
		} finally {
			process.off('warning', note);
		}
		expect(server.calls.length).toBeGreaterThanOrEqual(TOGETHER);
		expect(warnings.map(({ message }) => message)).toEqual([]);
	});
});
