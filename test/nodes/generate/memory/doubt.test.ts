/** What may have been paid for stays in doubt until the user decides: no refusal, no wish for a new model clears it unsaid. */
import type { IDataObject } from 'n8n-workflow';
import { setTimeout as sleep } from 'node:timers/promises';
import { accepted, buryDeadRuns, dieInRun, startAnew } from '../../../../harness/sandbox/deadRun';
import { drawShortWaits } from '../../../../harness/sandbox/dice';
import { type DataTablesServer, startDataTables } from '../../../../harness/sandbox/dataTables';
import { PROMPT_OF_ITEM, parametersFor, promptItems } from '../../../../harness/sandbox/generation';
import { type Memory, fingerprintOfPrompt, openMemory } from '../../../../harness/sandbox/memory';
import { type Account, type Pack, openPack } from '../../../../harness/sandbox/pack';

let pack: Pack;
let server: DataTablesServer;
let memory: Memory;
let account: Account;

beforeAll(async () => {
	drawShortWaits();
	pack = await openPack();
	server = await startDataTables();
});

beforeEach(async () => {
	server.order();
	server.onStep = undefined;
	memory = await openMemory(pack, server);
	account = await pack.account();
});

afterEach(async () => await buryDeadRuns());

afterAll(async () => {
	await server.close();
	await pack.close();
});

const NEVER_LEARNED =
	/sent this generation and never learned whether Image3D accepted it, so it is not sent again/;
const SUBMIT_AGAIN = { onUncertainCharge: 'submitAgain' };

const runWith = async (options: IDataObject, ...prompts: string[]) =>
	await memory.run(account, { prompt: PROMPT_OF_ITEM, options }, { items: promptItems(...prompts) });
const run = async (...prompts: string[]) => await runWith({}, ...prompts);
const chargesOf = async () => (await account.ledger()).charges.map(({ taskId }) => taskId);
const idsIn = ({ items }: { items: Array<{ json: IDataObject }> }) => items.map(({ json }) => json.task_id);
const statesIn = () => memory.rows().map(({ state }) => state);
/** Waits for what comes within seconds, if it comes. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
	for (let looks = 0; looks < 500 && !(await isSo()); looks++) await sleep(10);
}

const leave = async (row: IDataObject) =>
	await memory.addRows({
		fingerprint: fingerprintOfPrompt('a'),
		execution_id: '77',
		submitted_at: '2026-11-25T02:00:00.000Z',
		...row,
	});

describe('a request in doubt that is sent again and refused', () => {
	it.each(['uncertain', 'sending'])('is in doubt still where its row was "%s"', async (state) => {
		await leave({ state });
		memory.age();
		await account.faults({ on: 'generate', kind: 'status', status: 400 });
		const refused = await runWith(SUBMIT_AGAIN, 'a');
		expect(refused.error?.message).toContain('did not accept the request');
		expect(refused.error?.description).toContain('An earlier request for it may have been charged');
		expect(refused.error?.description).not.toContain('nothing was charged');
		expect(statesIn().filter((word) => word !== 'failed')).toEqual(['uncertain']);
		expect((await run('a')).error?.message).toMatch(NEVER_LEARNED);
		expect((await account.tally()).submits).toBe(1);
		const ids = idsIn(await runWith(SUBMIT_AGAIN, 'a'));
		expect(ids).toEqual(await chargesOf());
		expect(idsIn(await run('a'))).toEqual(ids);
	});

	it('is in doubt still where it was stopped before it left', async () => {
		await leave({ state: 'uncertain' });
		const stop = new AbortController();
		const busy = { on: 'generate', kind: 'status', status: 429, headers: { 'Retry-After': '60' } } as const;
		await account.faults({ ...busy, times: -1 });
		const running = memory.run(account, { prompt: 'a', options: SUBMIT_AGAIN }, { signal: stop.signal });
		await until(async () => (await account.tally()).submits > 0);
		stop.abort();
		await running;
		await until(() => statesIn()[0] !== 'sending');
		expect(statesIn()).toEqual(['uncertain']);
	});

	it('leaves the other rows in doubt alone: one item is one request', async () => {
		await leave({ state: 'uncertain' });
		await leave({ state: 'uncertain' });
		const ids = idsIn(await runWith(SUBMIT_AGAIN, 'a'));
		expect(ids).toEqual(await chargesOf());
		expect(statesIn().sort()).toEqual(['delivered', 'uncertain']);
		expect((await run('a', 'a')).error?.message).toMatch(NEVER_LEARNED);
	});
});

describe('Make Again', () => {
	it.each(['uncertain', 'sending'])('does not pay while a row "%s" is in doubt', async (state) => {
		await leave({ state });
		memory.age();
		expect((await runWith({ makeAgain: true }, 'a')).error?.message).toMatch(NEVER_LEARNED);
		expect(await chargesOf()).toEqual([]);
		expect(memory.rows()[0]).toMatchObject({ state, execution_id: '77' });
	});

	it.each(['uncertain', 'sending'])('pays with Submit Again, and the row "%s" is settled', async (state) => {
		const old = await account.addTask();
		await leave({ state: 'delivered', task_id: old });
		await leave({ state });
		memory.age();
		const ids = idsIn(await runWith({ makeAgain: true, ...SUBMIT_AGAIN }, 'a'));
		expect(ids).toEqual(await chargesOf());
		expect(idsIn(await run('a'))).toEqual(ids);
		expect(statesIn().filter((word) => word !== 'failed')).toEqual(['delivered']);
	});

	it('stops where the request of a new model was lost, also beside the old one', async () => {
		const [old] = idsIn(await run('a'));
		await account.faults({ on: 'generate', kind: 'resetAfter' });
		expect((await runWith({ makeAgain: true }, 'a')).error).toBeDefined();
		expect((await runWith({ makeAgain: true }, 'a')).error?.message).toMatch(NEVER_LEARNED);
		expect(await chargesOf()).toHaveLength(2);
		// The old one is there for whoever wants no new one.
		expect(idsIn(await run('a'))).toEqual([old]);
	});

	it('waits for a request that is on its way, and says when nobody ends it', async () => {
		await leave({ state: 'sending' });
		const running = runWith({ makeAgain: true }, 'a');
		await until(() => memory.rows().length >= 2);
		await sleep(300);
		expect((await account.tally()).submits).toBe(0);
		server.changeRows(memory.tableId, 'state', 'sending', 'uncertain');
		expect((await running).error?.message).toMatch(NEVER_LEARNED);
		expect(await chargesOf()).toEqual([]);
	});
});

describe('the Retry of an execution that crashed', () => {
	it('makes a model anew whose task has failed meanwhile, and takes up the others', async () => {
		await account.change({ speed: 1 });
		const { credentials } = account;
		const options = {
			mode: 'trigger' as const,
			workflowId: 'crashed',
			items: promptItems('a', 'a', 'b'),
			credentials: { ...credentials, ...memory.credentials },
			parameters: parametersFor({
				...memory.parameters,
				prompt: PROMPT_OF_ITEM,
				options: { concurrency: 5 },
			}),
		};
		const dead = await dieInRun(pack, account, options, accepted(3));
		await account.change({ speed: 600 });
		const rows = memory.rows();
		expect(rows.map(({ state }) => state)).toEqual(['accepted', 'accepted', 'accepted']);
		// The second of the equal items, and the one that has no equal.
		const failed = [await account.addTask({ state: 'failed' }), await account.addTask({ state: 'failed' })];
		const equal = rows.filter(({ label }) => label === 'a');
		server.changeRows(memory.tableId, 'task_id', equal[1].task_id, failed[0]);
		server.changeRows(memory.tableId, 'task_id', rows.find(({ label }) => label === 'b')!.task_id, failed[1]);
		startAnew(pack);
		const again = await pack.engine.retryById(dead);
		expect(again.error).toBeUndefined();
		expect(again.items.map(({ json }) => json.status)).toEqual(['success', 'success', 'success']);
		expect(idsIn(again)[0]).toBe(equal[0].task_id);
		expect(await chargesOf()).toHaveLength(5);
	});
});
