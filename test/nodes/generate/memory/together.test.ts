/** Executions that ask for the same at the same time: what one of them pays for, all of them get. */
import type { IDataObject } from 'n8n-workflow';
import { setTimeout as sleep } from 'node:timers/promises';
import { drawShortWaits } from '../../../../harness/sandbox/dice';
import { type DataTablesServer, startDataTables } from '../../../../harness/sandbox/dataTables';
import { PROMPT_OF_ITEM, promptItems } from '../../../../harness/sandbox/generation';
import { type Memory, fingerprintOfPrompt, openMemory } from '../../../../harness/sandbox/memory';
import { type Account, type Pack, openPack } from '../../../../harness/sandbox/pack';
import { seededRandom } from '../../../../harness/simulation/seededRandom';

/** Orders in which the calls of the executions reach the table. */
const SEEDS = 16;
/** The longest that a call is held up, before and after it is done, in milliseconds. */
const LONGEST_HOLD_MS = 40;

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
	server.onStep = undefined;
	memory = await openMemory(pack, server);
	account = await pack.account({ plan: 'pro', credits: 100_000 });
});

afterAll(async () => {
	await server.close();
	await pack.close();
});

const run = async (prompts: string[], options: IDataObject = {}) =>
	await memory.run(
		account,
		{ prompt: PROMPT_OF_ITEM, downloadModel: false, options },
		{ items: promptItems(...prompts) },
	);
const chargesOf = async () => (await account.ledger()).charges.map(({ taskId }) => taskId);
const idsIn = ({ items }: { items: Array<{ json: IDataObject }> }) => items.map(({ json }) => json.task_id);
const rowsIn = (state: string) => memory.rows().filter((row) => row.state === state);

/** Holds every call up before it is done and after, for a time drawn from the seed. */
function holdUp(seed: number): void {
	const random = seededRandom(seed);
	server.onStep = async () => await sleep(random() * LONGEST_HOLD_MS);
}

it('pay once between them', async () => {
	const [first, second] = await Promise.all([run(['a']), run(['a'])]);
	const charges = await chargesOf();
	expect(charges).toHaveLength(1);
	expect([idsIn(first), idsIn(second)]).toEqual([charges, charges]);
	const reused = [first, second].map(({ items }) => items[0].json.reused === true);
	expect(reused.sort()).toEqual([false, true]);
	expect(rowsIn('delivered')).toHaveLength(1);
	expect(rowsIn('sending')).toEqual([]);
});

it('pay once when there are five of them', async () => {
	const runs = await Promise.all(Array.from({ length: 5 }, async () => await run(['a', 'b'])));
	const charges = await chargesOf();
	expect(charges).toHaveLength(2);
	for (const each of runs) expect([...idsIn(each)].sort()).toEqual([...charges].sort());
	expect(rowsIn('sending')).toEqual([]);
}, 60_000);

it.each(Array.from({ length: SEEDS }, (_, index) => index + 1))(
	'pay once, whatever the order of their calls (seed %i)',
	async (seed) => {
		holdUp(seed);
		const prompts = seed % 3 === 0 ? ['a', 'a', 'b'] : seed % 3 === 1 ? ['a'] : ['a', 'b', 'c'];
		// A row of one that failed, which both may use again.
		if (seed % 2 === 0) {
			await memory.addRows({ fingerprint: fingerprintOfPrompt('a'), state: 'failed', execution_id: '77' });
		}
		const delayMs = (seed % 5) * 15;
		const [first, second] = await Promise.all([
			run(prompts),
			sleep(delayMs).then(async () => await run(prompts)),
		]);
		expect([first.error, second.error]).toEqual([undefined, undefined]);
		const charges = await chargesOf();
		expect(charges).toHaveLength(prompts.length);
		expect([...idsIn(first)].sort()).toEqual([...charges].sort());
		expect([...idsIn(second)].sort()).toEqual([...charges].sort());
		expect(rowsIn('sending')).toEqual([]);
		server.onStep = undefined;
		expect(idsIn(await run(prompts)).sort()).toEqual([...charges].sort());
	},
);

it('pay for what the other does not have', async () => {
	const [first, second] = await Promise.all([run(['a']), run(['a', 'a'])]);
	const charges = await chargesOf();
	expect(charges).toHaveLength(2);
	expect(charges).toEqual(expect.arrayContaining([...idsIn(first), ...idsIn(second)]));
	expect(new Set(idsIn(second)).size).toBe(2);
});

it('wait for the other while the service puts it off', async () => {
	await account.faults({
		on: 'generate',
		kind: 'status',
		status: 429,
		headers: { 'Retry-After': '1' },
		times: 2,
	});
	const [first, second] = await Promise.all([run(['a']), run(['a'])]);
	const charges = await chargesOf();
	expect(charges).toHaveLength(1);
	expect([idsIn(first), idsIn(second)]).toEqual([charges, charges]);
});

it('pay for it where the other was refused', async () => {
	await account.faults({ on: 'generate', kind: 'status', status: 400, times: 1 });
	const runs = await Promise.all([run(['a']), run(['a'])]);
	const charges = await chargesOf();
	expect(charges).toHaveLength(1);
	expect(runs.filter(({ error }) => error !== undefined)).toHaveLength(1);
	expect(runs.flatMap(idsIn)).toEqual(charges);
});

it('do not send again what the other was never told about', async () => {
	await account.faults({ on: 'generate', kind: 'resetAfter', times: 1 });
	const runs = await Promise.all([run(['a']), run(['a'])]);
	expect((await account.tally()).submits).toBe(1);
	for (const { error } of runs) expect(error?.message).toMatch(/not known whether|never learned whether/);
});

it('are both paid for with Make Again', async () => {
	await run(['a']);
	const runs = await Promise.all([run(['a'], { makeAgain: true }), run(['a'], { makeAgain: true })]);
	expect(new Set(runs.flatMap(idsIn)).size).toBe(2);
	expect(await chargesOf()).toHaveLength(3);
});

it('that is stopped while it waits for another pays for nothing', async () => {
	await memory.addRows({
		fingerprint: fingerprintOfPrompt('a'),
		state: 'sending',
		execution_id: '77',
		submitted_at: new Date().toISOString(),
	});
	const stop = new AbortController();
	const running = memory.run(account, { prompt: 'a' }, { signal: stop.signal });
	while (rowsIn('failed').length === 0) await sleep(20);
	stop.abort();
	await running;
	expect((await account.tally()).submits).toBe(0);
	expect(rowsIn('sending')).toMatchObject([{ execution_id: '77' }]);
});

it('that waits goes on when the other has its task', async () => {
	await memory.addRows({
		fingerprint: fingerprintOfPrompt('a'),
		state: 'sending',
		execution_id: '77',
		submitted_at: new Date().toISOString(),
	});
	const running = run(['a']);
	while (rowsIn('failed').length === 0) await sleep(20);
	const taskId = await account.addTask();
	server.changeRows(memory.tableId, 'task_id', null, taskId);
	server.changeRows(memory.tableId, 'state', 'sending', 'accepted');
	expect(idsIn(await running)).toEqual([taskId]);
	expect(await chargesOf()).toEqual([]);
});
