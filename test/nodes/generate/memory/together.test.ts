/** Executions that ask for the same at the same time: what one of them pays for, all of them get. */
import type { IDataObject } from 'n8n-workflow';
import { setTimeout as sleep } from 'node:timers/promises';
import { useShortWaits } from '../../../../harness/sandbox/dice';
import { PROMPT_OF_ITEM, promptItems } from '../../../../harness/sandbox/generation';
import { fingerprintOfPrompt } from '../../../../harness/sandbox/memory';
import { idsIn, useMemoryStage } from '../../../../harness/sandbox/memoryStage';
import { seededRandom } from '../../../../harness/simulation/seededRandom';

/** Orders in which the calls of the executions reach the table. */
const SEEDS = 16;
/** The longest that a call is held up, before and after it is done, in milliseconds. */
const LONGEST_HOLD_MS = 40;

const stage = useMemoryStage({ plan: 'pro', credits: 100_000 });
useShortWaits();

const run = async (prompts: string[], options: IDataObject = {}) =>
	await stage.memory.run(
		stage.account,
		{ prompt: PROMPT_OF_ITEM, downloadModel: false, options },
		{ items: promptItems(...prompts) },
	);
const rowsIn = (state: string) => stage.memory.rows().filter((row) => row.state === state);

/** Holds every call up before it is done and after, for a time drawn from the seed. */
function holdUp(seed: number): void {
	const random = seededRandom(seed);
	stage.server.onStep = async () => await sleep(random() * LONGEST_HOLD_MS);
}

it('pay once between them', async () => {
	const [first, second] = await Promise.all([run(['a']), run(['a'])]);
	const charges = await stage.charges();
	expect(charges).toHaveLength(1);
	expect([idsIn(first), idsIn(second)]).toEqual([charges, charges]);
	const reused = [first, second].map(({ items }) => items[0].json.reused === true);
	expect(reused.sort()).toEqual([false, true]);
	expect(rowsIn('delivered')).toHaveLength(1);
	expect(rowsIn('sending')).toEqual([]);
});

it('pay once when there are five of them', async () => {
	const runs = await Promise.all(Array.from({ length: 5 }, async () => await run(['a', 'b'])));
	const charges = await stage.charges();
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
			await stage.memory.addRows({
				fingerprint: fingerprintOfPrompt('a'),
				state: 'failed',
				execution_id: '77',
			});
		}
		const delayMs = (seed % 5) * 15;
		const [first, second] = await Promise.all([
			run(prompts),
			sleep(delayMs).then(async () => await run(prompts)),
		]);
		expect([first.error, second.error]).toEqual([undefined, undefined]);
		const charges = await stage.charges();
		expect(charges).toHaveLength(prompts.length);
		expect([...idsIn(first)].sort()).toEqual([...charges].sort());
		expect([...idsIn(second)].sort()).toEqual([...charges].sort());
		expect(rowsIn('sending')).toEqual([]);
		stage.server.onStep = undefined;
		expect(idsIn(await run(prompts)).sort()).toEqual([...charges].sort());
	},
);

it('pay for what the other does not have', async () => {
	const [first, second] = await Promise.all([run(['a']), run(['a', 'a'])]);
	const charges = await stage.charges();
	expect(charges).toHaveLength(2);
	expect(charges).toEqual(expect.arrayContaining([...idsIn(first), ...idsIn(second)]));
	expect(new Set(idsIn(second)).size).toBe(2);
});

it('wait for the other while the service puts it off', async () => {
	await stage.account.faults({
		on: 'generate',
		kind: 'status',
		status: 429,
		headers: { 'Retry-After': '1' },
		times: 2,
	});
	const [first, second] = await Promise.all([run(['a']), run(['a'])]);
	const charges = await stage.charges();
	expect(charges).toHaveLength(1);
	expect([idsIn(first), idsIn(second)]).toEqual([charges, charges]);
});

it('pay for it where the other was refused', async () => {
	await stage.account.faults({ on: 'generate', kind: 'status', status: 400, times: 1 });
	const runs = await Promise.all([run(['a']), run(['a'])]);
	const charges = await stage.charges();
	expect(charges).toHaveLength(1);
	expect(runs.filter(({ error }) => error !== undefined)).toHaveLength(1);
	expect(runs.flatMap(idsIn)).toEqual(charges);
});

it('do not send again what the other was never told about', async () => {
	await stage.account.faults({ on: 'generate', kind: 'resetAfter', times: 1 });
	const runs = await Promise.all([run(['a']), run(['a'])]);
	expect((await stage.account.tally()).submits).toBe(1);
	for (const { error } of runs) expect(error?.message).toMatch(/not known whether|never learned whether/);
});

it('are both paid for with Make Again', async () => {
	await run(['a']);
	const runs = await Promise.all([run(['a'], { makeAgain: true }), run(['a'], { makeAgain: true })]);
	expect(new Set(runs.flatMap(idsIn)).size).toBe(2);
	expect(await stage.charges()).toHaveLength(3);
});

it('that is stopped while it waits for another pays for nothing', async () => {
	await stage.memory.addRows({
		fingerprint: fingerprintOfPrompt('a'),
		state: 'sending',
		execution_id: '77',
		submitted_at: new Date().toISOString(),
	});
	const stop = new AbortController();
	const running = stage.memory.run(stage.account, { prompt: 'a' }, { signal: stop.signal });
	while (rowsIn('failed').length === 0) await sleep(20);
	stop.abort();
	await running;
	expect((await stage.account.tally()).submits).toBe(0);
	expect(rowsIn('sending')).toMatchObject([{ execution_id: '77' }]);
});

it('that waits goes on when the other has its task', async () => {
	await stage.memory.addRows({
		fingerprint: fingerprintOfPrompt('a'),
		state: 'sending',
		execution_id: '77',
		submitted_at: new Date().toISOString(),
	});
	const running = run(['a']);
	while (rowsIn('failed').length === 0) await sleep(20);
	const taskId = await stage.account.addTask();
	stage.server.changeRows(stage.memory.tableId, 'task_id', null, taskId);
	stage.server.changeRows(stage.memory.tableId, 'state', 'sending', 'accepted');
	expect(idsIn(await running)).toEqual([taskId]);
	expect(await stage.charges()).toEqual([]);
});
