/** A model that was paid for is not paid for again: what stands in the table decides, from one run to the next. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IBinaryData, IDataObject, INodeExecutionData } from 'n8n-workflow';
import { useShortWaits } from '../../../../harness/sandbox/dice';
import { PROMPT_OF_ITEM, generate, itemsOf, promptItems } from '../../../../harness/sandbox/generation';
import { fingerprintOfPrompt } from '../../../../harness/sandbox/memory';
import { idsIn, useMemoryStage } from '../../../../harness/sandbox/memoryStage';

const stage = useMemoryStage();
useShortWaits();

const TEMPLATES = join(__dirname, '..', '..', '..', '..', 'templates');
const OF_ITEMS = { prompt: PROMPT_OF_ITEM };
const run = async (...prompts: string[]) => await runWith({}, ...prompts);
const runWith = async (options: IDataObject, ...prompts: string[]) =>
	await stage.memory.run(stage.account, { ...OF_ITEMS, options }, { items: promptItems(...prompts) });
const statesIn = () => stage.memory.rows().map(({ state }) => state);
const sumOf = ({ hints }: { hints: Array<{ message: string }> }) =>
	hints.map(({ message }) => message).join();

/** A row for the prompt, as another execution has left it. */
const leave = async (prompt: string, row: IDataObject) =>
	await stage.memory.addRows({
		fingerprint: fingerprintOfPrompt(prompt),
		execution_id: '77',
		submitted_at: '2026-11-25T02:00:00.000Z',
		...row,
	});

describe('a paid model', () => {
	it('has a row that says what it is', async () => {
		const { executionId, items } = await run('a red chair');
		expect(stage.memory.rows()).toEqual([
			expect.objectContaining({
				fingerprint: expect.stringMatching(/^[\w-]{22}$/),
				task_id: items[0].json.task_id,
				state: 'delivered',
				mode: 'text',
				quality: 'fast',
				label: 'a red chair',
				execution_id: executionId,
				submitted_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
			}),
		]);
	});

	it('comes out of the next run without being paid for again', async () => {
		const first = await run('a', 'b', 'c');
		const second = await run('a', 'b', 'c');
		expect(await stage.charges()).toHaveLength(3);
		expect(idsIn(second)).toEqual(idsIn(first));
		for (const { json, binary } of second.items) {
			expect(json).toMatchObject({ reused: true, status: 'success', quality: 'fast', mode: 'text' });
			expect(json).not.toHaveProperty('duration_ms');
			expect(binary?.data.mimeType).toBe('model/gltf-binary');
		}
		for (const { json } of first.items) expect(json).not.toHaveProperty('reused');
	});

	it('costs a run that knows all of its items no write', async () => {
		await run('a', 'b');
		stage.server.kinds.length = 0;
		await run('a', 'b');
		expect(stage.server.kinds).toEqual(['list', 'read']);
	});

	it('is paid for again when anything of the request is another', async () => {
		await run('a');
		await run('b');
		await stage.memory.run(stage.account, { prompt: 'a', quality: 'standard' });
		await stage.memory.run(stage.account, { prompt: 'a', options: { extraFields: '{"seed": 7}' } });
		expect(await stage.charges()).toHaveLength(4);
	});

	it('is remembered for another node of another workflow that shares the table', async () => {
		const [id] = idsIn(await run('a'));
		const other = await stage.memory.run(stage.account, { prompt: 'a' }, { workflowId: 'another' });
		expect(idsIn(other)).toEqual([id]);
		expect(await stage.charges()).toHaveLength(1);
	});
});

describe('a row', () => {
	it.each(['accepted', 'delivered'])('%s brings its task', async (state) => {
		const taskId = await stage.account.addTask({ state: 'success' });
		await leave('a', { state, task_id: taskId });
		const { items } = await run('a');
		expect(items).toMatchObject([{ json: { task_id: taskId, status: 'success', reused: true } }]);
		expect(await stage.charges()).toEqual([]);
		expect(statesIn()).toEqual(['delivered']);
	});

	it('accepted whose task still runs is waited for', async () => {
		const taskId = await stage.account.addTask({ state: 'running', endsInSeconds: 1 });
		await leave('a', { state: 'accepted', task_id: taskId });
		expect(idsIn(await run('a'))).toEqual([taskId]);
		expect(await stage.charges()).toEqual([]);
	});

	it('failed is used again for a new task', async () => {
		await leave('a', { state: 'failed', task_id: 'gone' });
		const ids = idsIn(await run('a'));
		expect(await stage.charges()).toEqual(ids);
		expect(stage.memory.rows()).toMatchObject([{ state: 'delivered', task_id: ids[0] }]);
	});

	it('whose task has failed at the service is made anew, and updated', async () => {
		const gone = await stage.account.addTask({ state: 'failed' });
		await leave('a', { state: 'accepted', task_id: gone });
		const { items } = await run('a');
		expect(items[0].json).not.toHaveProperty('reused');
		expect(await stage.charges()).toEqual([items[0].json.task_id]);
		expect(stage.memory.rows()).toMatchObject([
			{ id: 1, state: 'delivered', task_id: items[0].json.task_id },
		]);
	});

	it('whose task the service does not know any more is made anew, and updated', async () => {
		await leave('a', { state: 'delivered', task_id: 'forgotten-1' });
		const result = await run('a');
		const ids = idsIn(result);
		expect(sumOf(result)).toContain('Image3D does not know 1 task in the table');
		expect(await stage.charges()).toEqual(ids);
		expect(stage.memory.rows()).toMatchObject([{ id: 1, state: 'delivered', task_id: ids[0] }]);
	});

	it('of a task that cannot be asked about fails its item, and keeps its task', async () => {
		const taskId = await stage.account.addTask({ state: 'success' });
		await leave('a', { state: 'accepted', task_id: taskId });
		await stage.account.faults({ on: 'status', kind: 'status', status: 500, times: -1 });
		const { error } = await run('a');
		expect(error?.message).toContain('500');
		expect(await stage.charges()).toEqual([]);
		expect(stage.memory.rows()).toMatchObject([{ state: 'accepted', task_id: taskId }]);
	});

	it.each(['a note of my own', ''])('in the state "%s" without a task says nothing', async (state) => {
		await leave('a', { state });
		expect(idsIn(await run('a'))).toEqual(await stage.charges());
	});

	it('that somebody has written by hand, with a task alone, is believed', async () => {
		const taskId = await stage.account.addTask({ state: 'success' });
		await leave('a', { state: 'done', task_id: taskId, execution_id: null, submitted_at: null });
		expect(idsIn(await run('a'))).toEqual([taskId]);
	});

	it('that somebody deletes is forgotten', async () => {
		await run('a');
		stage.server.removeRows(stage.memory.tableId, 'state', 'delivered');
		await run('a');
		expect(await stage.charges()).toHaveLength(2);
	});
});

describe('equal items of one run', () => {
	it('are as many models as there are items, each with a row', async () => {
		const ids = idsIn(await run('a', 'a', 'a'));
		expect(new Set(ids).size).toBe(3);
		expect(stage.memory.rows().map(({ task_id }) => task_id)).toEqual(expect.arrayContaining(ids));
	});

	it('claim the rows in their order in the next run, and pay for what is more', async () => {
		await run('a', 'a');
		const rows = stage.memory.rows().map(({ task_id }) => task_id);
		const second = await run('a', 'a', 'a');
		expect(idsIn(second).slice(0, 2)).toEqual(rows);
		expect(await stage.charges()).toHaveLength(3);
		expect(idsIn(await run('a'))).toEqual([rows[0]]);
	});
});

describe('Known Models', () => {
	const deliveredAndNot = async () => {
		const [delivered, accepted] = [await stage.account.addTask(), await stage.account.addTask()];
		await leave('old', { state: 'delivered', task_id: delivered });
		await leave('never handed on', { state: 'accepted', task_id: accepted });
		return { delivered, accepted };
	};

	it('Leave Out: what was handed on before makes no item; what is new or never came out does', async () => {
		const { accepted } = await deliveredAndNot();
		const result = await runWith({ knownModels: 'leaveOut' }, 'old', 'never handed on', 'new');
		expect(idsIn(result)).toEqual([accepted, ...(await stage.charges())]);
		expect(result.items.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 1 }, { item: 2 }]);
		expect((await stage.account.tally()).checks).toBeGreaterThan(0);
		expect(idsIn(await runWith({ knownModels: 'leaveOut' }, 'old', 'never handed on', 'new'))).toEqual([]);
	});

	it('Without File: the item comes out, and its file only where it was never handed on', async () => {
		const { delivered, accepted } = await deliveredAndNot();
		const { items } = await runWith({ knownModels: 'withoutFile' }, 'old', 'never handed on');
		expect(items.map(({ json }) => json)).toMatchObject([
			{ task_id: delivered, status: 'success', reused: true, model_url: expect.stringContaining('http') },
			{ task_id: accepted, status: 'success', reused: true },
		]);
		expect(items.map(({ binary }) => binary === undefined)).toEqual([true, false]);
	});

	it('is read for each item', async () => {
		await deliveredAndNot();
		const items = itemsOf({ prompt: 'old', known: 'leaveOut' }, { prompt: 'old', known: 'deliver' });
		const options = { knownModels: '={{ $json.known }}' };
		const result = await stage.memory.run(stage.account, { ...OF_ITEMS, options }, { items });
		// The second stands for another row, which there is not.
		expect(idsIn(result)).toEqual(await stage.charges());
	});
});

describe('Make Again', () => {
	it('pays for a new model, which is remembered in place of the old one', async () => {
		const [old] = idsIn(await run('a'));
		const [made] = idsIn(await runWith({ makeAgain: true }, 'a'));
		expect(made).not.toBe(old);
		expect(await stage.charges()).toEqual([old, made]);
		expect(stage.memory.rows()).toMatchObject([
			{ task_id: old, state: 'failed' },
			{ task_id: made, state: 'delivered' },
		]);
		expect(idsIn(await run('a'))).toEqual([made]);
	});

	it('keeps the old model where the new one was refused', async () => {
		const [old] = idsIn(await run('a'));
		await stage.account.faults({ on: 'generate', kind: 'status', status: 400 });
		expect((await runWith({ makeAgain: true }, 'a')).error).toBeDefined();
		expect(idsIn(await run('a'))).toEqual([old]);
		expect(await stage.charges()).toEqual([old]);
	});

	it('is read for each item', async () => {
		const first = await run('a', 'b');
		const items = itemsOf({ prompt: 'a', again: true }, { prompt: 'b', again: false });
		const options = { makeAgain: '={{ $json.again }}' };
		const second = await stage.memory.run(stage.account, { ...OF_ITEMS, options }, { items });
		expect(idsIn(second)[0]).not.toBe(idsIn(first)[0]);
		expect(idsIn(second)[1]).toBe(idsIn(first)[1]);
		expect(await stage.charges()).toHaveLength(3);
	});
});

describe('a submit that was never confirmed', () => {
	it.each(['uncertain', 'sending'])('and left a row "%s" is not sent again by itself', async (state) => {
		await leave('a', { state });
		stage.memory.age();
		const { error } = await run('a');
		expect(error?.message).toBe(
			'Execution 77 (2026-11-25T02:00:00.000Z) sent this generation and never learned whether Image3D accepted it, so it is not sent again',
		);
		expect(error?.description).toContain('Submit Again');
		expect(error?.description).toContain('row 1 of the Data Table');
		expect(await stage.charges()).toEqual([]);
		expect(stage.memory.rows()[0]).toMatchObject({ state, execution_id: '77' });
	});

	it.each(['uncertain', 'sending'])('and left a row "%s" is sent again with Submit Again', async (state) => {
		await leave('a', { state });
		stage.memory.age();
		const ids = idsIn(await runWith({ onUncertainCharge: 'submitAgain' }, 'a'));
		expect(await stage.charges()).toEqual(ids);
		expect(stage.memory.rows().filter((row) => row.state !== 'failed')).toMatchObject([
			{ task_id: ids[0], state: 'delivered' },
		]);
		expect(idsIn(await run('a'))).toEqual(ids);
	});

	it('leaves a row that says so', async () => {
		await stage.account.faults({ on: 'generate', kind: 'resetAfter' });
		const first = await run('a');
		expect(first.error?.message).toContain('It is not known whether Image3D accepted');
		expect(stage.memory.rows()).toMatchObject([{ state: 'uncertain', task_id: null }]);
		const second = await run('a');
		expect(second.error?.message).toContain(`Execution ${first.executionId} `);
		expect((await stage.account.tally()).submits).toBe(1);
	});

	it('fails its item alone under Continue, and counts once', async () => {
		await leave('a', { state: 'uncertain' });
		const items = promptItems('a', 'b');
		const result = await stage.memory.run(stage.account, OF_ITEMS, {
			items,
			onError: 'continueRegularOutput',
		});
		expect(result.items).toMatchObject([
			{ json: { error: expect.stringContaining('Execution 77'), may_be_charged: true } },
			{ json: { status: 'success' } },
		]);
		expect(sumOf(result)).toContain('1 generation done, 1 may have been charged');
		expect(sumOf(result)).not.toContain('more may have been charged');
	});

	it('stands behind an equal row whose model is there', async () => {
		await leave('a', { state: 'uncertain' });
		const taskId = await stage.account.addTask();
		await leave('a', { state: 'accepted', task_id: taskId });
		expect(idsIn(await run('a'))).toEqual([taskId]);
	});
});

describe('a request that was refused', () => {
	it('leaves a row that the next run uses again', async () => {
		await stage.account.faults({ on: 'generate', kind: 'status', status: 400 });
		expect((await run('a')).error).toBeDefined();
		expect(stage.memory.rows()).toMatchObject([{ state: 'failed', task_id: null }]);
		const ids = idsIn(await run('a'));
		expect(stage.memory.rows()).toMatchObject([{ state: 'delivered', task_id: ids[0] }]);
	});

	it('is none where the task failed: its row says so, and the next run pays for another', async () => {
		await stage.account.faults({ on: 'generate', kind: 'failJob' });
		expect((await run('a')).error?.message).toContain('could not make this model');
		expect(statesIn()).toEqual(['failed']);
		const ids = idsIn(await run('a'));
		expect((await stage.charges()).slice(1)).toEqual(ids);
		expect(statesIn()).toEqual(['delivered']);
	});
});

describe('without waiting', () => {
	it('a task is remembered as accepted, and not paid for again', async () => {
		const started = await stage.memory.run(stage.account, { prompt: 'a', waitForCompletion: false });
		expect(statesIn()).toEqual(['accepted']);
		const again = await stage.memory.run(stage.account, { prompt: 'a', waitForCompletion: false });
		expect(again.items).toMatchObject([
			{ json: { task_id: started.items[0].json.task_id, reused: true, file_name: 'a.glb' } },
		]);
		expect(statesIn()).toEqual(['accepted']);
		expect(idsIn(await run('a'))).toEqual(await stage.charges());
		expect(statesIn()).toEqual(['delivered']);
	});

	it('a task that has failed meanwhile is made anew', async () => {
		const gone = await stage.account.addTask({ state: 'failed' });
		await leave('a', { state: 'accepted', task_id: gone });
		const { items } = await stage.memory.run(stage.account, { prompt: 'a', waitForCompletion: false });
		expect(items.map(({ json }) => json.task_id)).toEqual(await stage.charges());
	});
});

describe('the sum of a run', () => {
	it('says how many were paid for, known and left out, and what that has saved', async () => {
		await run('a', 'b');
		const items = itemsOf(
			{ prompt: 'a', known: 'deliver' },
			{ prompt: 'b', known: 'leaveOut' },
			{ prompt: 'c', known: 'deliver' },
		);
		const options = { knownModels: '={{ $json.known }}' };
		const sum = sumOf(await stage.memory.run(stage.account, { ...OF_ITEMS, options }, { items }));
		expect(sum).toMatch(
			/Image3D: 1 generation done, 1 known and not paid for again, 1 known and left out in /,
		);
		const each = Number(/(\d+) credits? used in this run/.exec(sum)?.[1]);
		expect(sum).toContain(`About ${2 * each} credits saved by models that were paid for before.`);
	});

	it('says nothing of savings where nothing was paid for', async () => {
		await run('a');
		const sum = sumOf(await run('a'));
		expect(sum).toContain('Image3D: 1 known and not paid for again in ');
		expect(sum).not.toContain('saved');
	});
});

it('a known model counts for neither Spend Limit nor Minimum Balance', async () => {
	const first = await run('a', 'b');
	const second = await runWith({ spendLimit: 0, minimumBalance: 1_000_000 }, 'a', 'b', 'c');
	expect(idsIn(second)).toEqual([...idsIn(first), undefined]);
	expect(second.items[2].json).toMatchObject({ status: 'skipped' });
	expect(stage.memory.rows()).toHaveLength(2);
});

it('a workflow that was saved without it asks no table anything', async () => {
	const { credentials } = stage.account;
	for (let round = 0; round < 2; round++) await generate(stage.pack, { credentials }, { prompt: 'a' });
	expect(stage.server.kinds).toEqual([]);
	expect(await stage.charges()).toHaveLength(2);
});

describe('a picture that cannot be read, under Continue', () => {
	const photo = readFileSync(join(TEMPLATES, 'pictures', 'coffee-cup.jpg')).toString('base64');

	it.each<[string, IDataObject, INodeExecutionData[]]>([
		[
			'text whose expression fails',
			{
				imageSource: 'base64',
				imageBase64: "={{ $json.text ? $json.text : $('No Such Node').first().json.text }}",
			},
			itemsOf({}, { text: photo }),
		],
		[
			'a file without anything in it',
			{ imageSource: 'binary' },
			[undefined, photo].map((data) => ({
				json: {},
				binary: { data: { mimeType: 'image/jpeg', data } as IBinaryData },
			})),
		],
	])('fails its item alone (%s)', async (_what, parameters, items) => {
		const result = await stage.memory.run(
			stage.account,
			{ mode: 'image', downloadModel: false, ...parameters },
			{ items, onError: 'continueRegularOutput' },
		);
		expect(result.error).toBeUndefined();
		const charges = await stage.charges();
		expect(charges).toHaveLength(1);
		expect(result.items).toMatchObject([
			{ json: { error: expect.any(String) } },
			{ json: { task_id: charges[0], status: 'success' } },
		]);
	});
});
