/** A memory that is damaged: by a key that may do half of it, by hands in the table, by what breaks in the middle of a run. */
import type { IDataObject } from 'n8n-workflow';
import { useShortWaits } from '../../../../harness/sandbox/dice';
import { PROMPT_OF_ITEM, promptItems } from '../../../../harness/sandbox/generation';
import { fingerprintOfPrompt, openMemory } from '../../../../harness/sandbox/memory';
import { idsIn, useMemoryStage } from '../../../../harness/sandbox/memoryStage';

const stage = useMemoryStage();
useShortWaits();

const OF_ITEMS = { prompt: PROMPT_OF_ITEM };
const runWith = async (options: IDataObject, ...prompts: string[]) =>
	await stage.memory.run(stage.account, { ...OF_ITEMS, options }, { items: promptItems(...prompts) });
const run = async (...prompts: string[]) => await runWith({}, ...prompts);
const leave = async (prompt: string, row: IDataObject) =>
	await stage.memory.addRows({ fingerprint: fingerprintOfPrompt(prompt), execution_id: '77', ...row });

describe('a key that may add rows and change none', () => {
	it('is refused before anything is paid for, with the scope', async () => {
		const apiKey = await stage.server.addKey(['dataTable:list', 'dataTableRow:read', 'dataTableRow:create']);
		stage.memory = { ...(await openMemory(stage.pack, stage.server, { apiKey })) };
		const { error } = await run('a', 'b');
		expect(error?.description).toContain('dataTableRow:update');
		expect(error?.description).toContain('nothing was charged');
		expect((await stage.account.tally()).submits).toBe(0);
		expect(stage.memory.rows()).toEqual([]);
	});

	it('still hands on what is known', async () => {
		const apiKey = await stage.server.addKey(['dataTable:list', 'dataTableRow:read', 'dataTableRow:create']);
		stage.memory = await openMemory(stage.pack, stage.server, { apiKey });
		const taskId = await stage.account.addTask();
		await leave('a', { state: 'delivered', task_id: taskId });
		expect(idsIn(await run('a'))).toEqual([taskId]);
	});
});

describe('a row whose cells somebody has typed', () => {
	it.each(['Delivered', 'ready', '', null])('as "%s" gives way to the model of Make Again', async (state) => {
		const old = await stage.account.addTask();
		await leave('a', { state, task_id: old });
		const [made] = idsIn(await runWith({ makeAgain: true }, 'a'));
		expect(await stage.charges()).toEqual([made]);
		expect(idsIn(await run('a'))).toEqual([made]);
	});

	it.each([
		['accepted', null],
		['Uncertain', null],
		['delivered', 'not a task id'],
	])('as "%s" with the task "%s" is sent again with Submit Again', async (state, task_id) => {
		await leave('a', { state, task_id });
		expect((await run('a')).error?.message).toContain('Execution 77');
		const again = await runWith({ onUncertainCharge: 'submitAgain' }, 'a');
		expect(again.error).toBeUndefined();
		expect(idsIn(again)).toEqual(await stage.charges());
		expect(idsIn(await run('a'))).toEqual(idsIn(again));
		expect(await stage.charges()).toHaveLength(1);
	});

	it.each(['uncertain', 'sending'])('"%s", with the task that the log names, brings it', async (state) => {
		const taskId = await stage.account.addTask();
		await leave('a', { state, task_id: taskId });
		expect(idsIn(await run('a'))).toEqual([taskId]);
		expect(await stage.charges()).toEqual([]);
	});

	it('with spaces around a task that is gone is asked once, and made anew', async () => {
		await leave('a', { state: 'delivered', task_id: ' forgotten-1 ' });
		const ids = idsIn(await run('a'));
		expect(await stage.charges()).toEqual(ids);
		expect(idsIn(await run('a'))).toEqual(ids);
	}, 20_000);
});

it('a task that is gone and whose row cannot be changed fails its item, and ends', async () => {
	await leave('a', { state: 'delivered', task_id: 'forgotten-1' });
	stage.server.order({ does: 'refuse', status: 403, kinds: ['update'] });
	const { error } = await run('a');
	expect(error?.description).toContain('nothing was charged');
	expect((await stage.account.tally()).submits).toBe(0);
}, 20_000);

describe('Make Again', () => {
	it('keeps the old model where the task of the new one fails', async () => {
		const [old] = idsIn(await run('a'));
		await stage.account.faults({ on: 'generate', kind: 'failJob' });
		expect((await runWith({ makeAgain: true }, 'a')).error).toBeDefined();
		expect(idsIn(await run('a'))).toEqual([old]);
		expect(await stage.charges()).toHaveLength(2);
	});
});

it('a model that was never handed on is handed on before one that was', async () => {
	const [delivered, accepted] = [await stage.account.addTask(), await stage.account.addTask()];
	await leave('a', { state: 'delivered', task_id: delivered });
	await leave('a', { state: 'accepted', task_id: accepted });
	expect(idsIn(await runWith({ knownModels: 'leaveOut' }, 'a'))).toEqual([accepted]);
	expect(idsIn(await runWith({ knownModels: 'leaveOut' }, 'a'))).toEqual([]);
});

describe('a try again that finds no table', () => {
	it.each([
		['at all', ['list']],
		['to be read', ['read']],
	] as const)('%s names what the try before has paid for', async (_how, kinds) => {
		await stage.account.faults({ on: 'model', kind: 'status', status: 404, times: -1 });
		stage.server.onStep = ({ at, body }) => {
			if (at === 'answered' && body.includes('"accepted"'))
				stage.server.order({ does: 'refuse', status: 403, kinds: [...kinds] });
		};
		const { error } = await stage.memory.run(stage.account, OF_ITEMS, {
			items: promptItems('a'),
			retryOnFail: true,
			maxTries: 2,
			waitBetweenTries: 1,
		});
		const [taskId] = await stage.charges();
		expect(error?.description).toContain(taskId);
		expect(error?.description).toContain('Nothing was charged in this try');
		expect(error?.description).not.toContain('so nothing was charged.');
	});
});

describe('an n8n whose database fails to give the credential of the table', () => {
	/** From the answer to the first call of this kind on. */
	const failAfter = (before: string, times: number) => {
		stage.server.onStep = ({ kind, at }) => {
			if (kind !== before || at !== 'answered') return;
			stage.server.onStep = undefined;
			stage.pack.engine.credentials.fail('image3dN8nApi', times);
		};
	};

	it.each(['insert', 'update'])('for a moment, after an %s: all goes on', async (before) => {
		failAfter(before, 1);
		const result = await run('a', 'b');
		expect(result.error).toBeUndefined();
		expect(idsIn(result)).toEqual(await stage.charges());
		expect(stage.memory.rows().map(({ state }) => state)).toEqual(['delivered', 'delivered']);
	});

	it('for good: nothing is paid for, and the run ends', async () => {
		failAfter('read', Infinity);
		const { error } = await run('a');
		stage.pack.engine.credentials.fail('image3dN8nApi', 0);
		expect(error?.message).toContain('n8n could not read the credential');
		expect(error?.description).toContain('nothing was charged');
		expect((await stage.account.tally()).submits).toBe(0);
	});
});
