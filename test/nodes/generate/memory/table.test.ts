/** The table of the memory: looked at before anything is spent, and never the reason why something is paid for or lost. */
import { inAcceleratedTime, useAcceleratedClock } from '../../../../harness/sandbox/acceleratedClock';
import { PROMPT_OF_ITEM, promptItems } from '../../../../harness/sandbox/generation';
import { MEMORY_COLUMNS, fingerprintOfPrompt, openMemory } from '../../../../harness/sandbox/memory';
import { Image3dGenerate, Image3dTrigger } from '../../../../harness/sandbox/pack';
import { idsIn, useMemoryStage } from '../../../../harness/sandbox/memoryStage';

const stage = useMemoryStage();

/** Waits of minutes pass in a second. */
const ACCELERATION = 100;
useAcceleratedClock();
const quickly = async <T>(work: () => Promise<T>) => await inAcceleratedTime(ACCELERATION, () => 0.5, work);

const reset = () => {
	stage.server.kinds.length = 0;
	stage.server.calls.length = 0;
};
const OF_ITEMS = { prompt: PROMPT_OF_ITEM };
const run = async (...prompts: string[]) =>
	await quickly(
		async () => await stage.memory.run(stage.account, OF_ITEMS, { items: promptItems(...prompts) }),
	);
const sumOf = ({ hints }: { hints: Array<{ message: string }> }) =>
	hints.map(({ message }) => message).join();
const submitsOf = async () => (await stage.account.tally()).submits;

describe('columns', () => {
	it('that are missing are made', async () => {
		stage.memory = await openMemory(stage.pack, stage.server, {
			columns: { sku: 'string', state: 'string' },
		});
		const ids = idsIn(await run('a'));
		expect(Object.keys(stage.memory.rows()[0])).toEqual(expect.arrayContaining(Object.keys(MEMORY_COLUMNS)));
		expect(stage.memory.rows()).toMatchObject([{ sku: null, state: 'delivered', task_id: ids[0] }]);
		reset();
		await run('a');
		expect(stage.server.kinds).not.toContain('addColumn');
	});

	it('that are missing are named, with the scope, where the key may not make them', async () => {
		const scopes = ['dataTable:list', 'dataTableRow:read', 'dataTableRow:create', 'dataTableRow:update'];
		const apiKey = await stage.server.addKey(scopes);
		stage.memory = await openMemory(stage.pack, stage.server, { columns: { fingerprint: 'string' }, apiKey });
		const { error } = await run('a');
		expect(error?.message).toContain(
			'lacks columns that Remember Paid Models needs: task_id, state, mode, quality, label, execution_id, submitted_at',
		);
		expect(error?.description).toContain('dataTableColumn:create');
		expect(error?.description).toContain('nothing was charged');
		expect(await submitsOf()).toBe(0);
	});

	it.each(['fingerprint', 'task_id', 'state'])(
		'of which "%s" was renamed are told, instead of being made again for all models to be paid for',
		async (name) => {
			const { [name]: type, ...others } = MEMORY_COLUMNS;
			stage.memory = await openMemory(stage.pack, stage.server, { columns: { ...others, renamed: type } });
			const { error } = await run('a');
			expect(error?.message).toContain(`has lost its column "${name}"`);
			expect(error?.description).toMatch(/It has: .*renamed.*Nothing was charged/);
			expect(await submitsOf()).toBe(0);
			expect(stage.server.kinds).not.toContain('addColumn');
		},
	);

	it('of which some were made before the node was stopped are completed', async () => {
		const [fingerprint, taskId, state, mode] = Object.entries(MEMORY_COLUMNS);
		const columns = Object.fromEntries([fingerprint, taskId, state, mode]);
		stage.memory = await openMemory(stage.pack, stage.server, { columns });
		expect((await run('a')).error).toBeUndefined();
		expect(stage.memory.rows()).toMatchObject([{ state: 'delivered', label: 'a' }]);
	});

	it('of another type are refused by name', async () => {
		const columns = { ...MEMORY_COLUMNS, task_id: 'number', state: 'boolean' } as const;
		stage.memory = await openMemory(stage.pack, stage.server, { columns });
		const { error } = await run('a');
		expect(error?.message).toContain('its column "task_id" is of type number, "state" is of type boolean');
		expect(await submitsOf()).toBe(0);
	});

	it('may hold dates where they hold the time', async () => {
		stage.memory = await openMemory(stage.pack, stage.server, {
			columns: { ...MEMORY_COLUMNS, submitted_at: 'date' },
		});
		const ids = idsIn(await run('a', 'a'));
		expect(idsIn(await run('a', 'a')).sort()).toEqual([...ids].sort());
		expect(await stage.charges()).toHaveLength(2);
	});
});

describe('before anything is spent', () => {
	it('a table that does not exist is refused, for each item under Continue', async () => {
		const memoryTableId = { __rl: true, mode: 'id', value: 'abcdefghABCDEFGH' };
		const items = promptItems('a', 'b');
		const parameters = { ...OF_ITEMS, memoryTableId };
		const { error } = await stage.memory.run(stage.account, parameters, { items });
		expect(error?.message).toContain('There is no Data Table "abcdefghABCDEFGH"');
		const continued = await stage.memory.run(stage.account, parameters, {
			items,
			onError: 'continueRegularOutput',
		});
		expect(continued.items.map(({ json }) => json.error)).toEqual([
			expect.stringContaining('no Data Table'),
			expect.stringContaining('no Data Table'),
		]);
		expect(await submitsOf()).toBe(0);
	});

	it('a table that was not chosen is asked for', async () => {
		const memoryTableId = { __rl: true, mode: 'id', value: '={{ $json.table }}' };
		const { error } = await stage.memory.run(stage.account, { memoryTableId });
		expect(error?.message).toBe('"Data Table" is empty');
		expect(await submitsOf()).toBe(0);
	});

	it('a key that may not read the rows is refused, with the scope', async () => {
		const apiKey = await stage.server.addKey(['dataTable:list']);
		stage.memory = await openMemory(stage.pack, stage.server, { apiKey });
		const { error } = await run('a');
		expect(error?.description).toContain('dataTableRow:read');
		expect(await submitsOf()).toBe(0);
	});

	it('rows that cannot be read stop the run', async () => {
		stage.server.order({ does: 'refuse', status: 500, kinds: ['read'] });
		const { error } = await run('a');
		expect(error?.message).toContain('The Data Table could not be read (HTTP 500)');
		expect(error?.description).toContain('nothing was charged');
		expect(await submitsOf()).toBe(0);
	});
});

describe('a row that cannot be written', () => {
	it.each([
		['the key may not', { does: 'refuse', status: 403 }],
		['n8n breaks down', { does: 'refuse', status: 500 }],
		['nothing answers', { does: 'unreachable' }],
	] as const)('because %s: nothing is submitted', async (_why, fault) => {
		stage.server.order({ ...fault, kinds: ['insert', 'update'] });
		const { error } = await run('a', 'b');
		expect(error?.description).toContain('nothing was charged');
		expect(await submitsOf()).toBe(0);
		stage.server.order();
		expect(await stage.charges()).toEqual([]);
	});

	it('fails its items alone under Continue; known ones come out', async () => {
		const first = await run('known');
		stage.server.order({ does: 'refuse', status: 403, kinds: ['insert'] });
		const items = promptItems('known', 'new');
		const { items: output, hints } = await quickly(
			async () =>
				await stage.memory.run(stage.account, OF_ITEMS, { items, onError: 'continueRegularOutput' }),
		);
		expect(output).toMatchObject([
			{ json: { task_id: first.items[0].json.task_id, reused: true } },
			{
				json: {
					error: expect.stringContaining('may not add rows'),
					hint: expect.stringContaining('dataTableRow:create'),
				},
			},
		]);
		expect(output[1].json).not.toHaveProperty('bad_input');
		expect(sumOf({ hints })).toContain('1 known and not paid for again, 1 not sent');
		expect(await submitsOf()).toBe(1);
	});

	it('though it was: an answer that is lost is looked for', async () => {
		stage.server.order({ does: 'loseAnswer', kinds: ['insert'], times: 1 });
		const ids = idsIn(await run('a'));
		expect(await stage.charges()).toEqual(ids);
		expect(stage.memory.rows()).toMatchObject([{ state: 'delivered', task_id: ids[0] }]);
	});

	it('and cannot be read again: nothing is submitted', async () => {
		stage.server.order({ does: 'refuse', status: 500, kinds: ['read'], after: 1 });
		const { error } = await run('a');
		expect(error?.description).toContain('nothing was charged');
		expect(await submitsOf()).toBe(0);
		expect(stage.memory.rows()).toMatchObject([{ state: 'failed' }]);
	});
});

describe('a paid task that cannot be noted', () => {
	it('is delivered all the same, tried again at the end, and then known', async () => {
		stage.server.order({ does: 'refuse', status: 503, kinds: ['update'], after: 1, times: 3 });
		const result = await run('a');
		expect(result.items).toMatchObject([{ json: { status: 'success' } }]);
		expect(stage.memory.rows()).toMatchObject([
			{ state: 'delivered', task_id: result.items[0].json.task_id },
		]);
		expect(sumOf(result)).not.toContain('not noted');
		expect(stage.pack.engine.logs.map(({ message }) => message).join('\n')).toContain(
			`task ${String(result.items[0].json.task_id)} is paid for and could not be noted`,
		);
	});

	it('is told of by its id where the table stays out of reach', async () => {
		stage.server.order({ does: 'refuse', status: 503, kinds: ['update'], after: 1 });
		const result = await run('a');
		const [taskId] = await stage.charges();
		expect(result.items).toMatchObject([{ json: { status: 'success', task_id: taskId } }]);
		expect(sumOf(result)).toContain(`Paid for and not noted in the Data Table: ${taskId} (`);
	});

	it('leaves a row in doubt, so that no later run pays by itself', async () => {
		stage.server.order({ does: 'refuse', status: 503, kinds: ['update'], after: 1 });
		await run('a');
		stage.server.order();
		stage.memory.age();
		expect((await run('a')).error?.message).toContain('never learned whether');
		expect(await submitsOf()).toBe(1);
	});

	it('gets a new row where somebody has deleted its own meanwhile', async () => {
		stage.server.onStep = ({ kind, at }) => {
			if (kind === 'update' && at === 'arrived')
				stage.server.removeRows(stage.memory.tableId, 'state', 'sending');
		};
		const ids = idsIn(await run('a'));
		expect(stage.memory.rows()).toMatchObject([{ state: 'delivered', task_id: ids[0], label: 'a' }]);
	});

	it('is not forgotten where the node fails for another item', async () => {
		await stage.account.faults({ on: 'model', kind: 'status', status: 404, times: -1 });
		stage.server.order({ does: 'refuse', status: 503, kinds: ['update'], after: 1, times: 3 });
		expect((await run('a')).error).toBeDefined();
		expect(stage.memory.rows()).toMatchObject([{ state: 'accepted', task_id: (await stage.charges())[0] }]);
	});
});

it('looks up 1,000 items in no more than 20 requests', async () => {
	const prompts = Array.from({ length: 1_000 }, (_, index) => `chair ${index}`);
	const taskId = await stage.account.addTask();
	await stage.memory.addRows(
		...prompts.map((prompt) => ({
			fingerprint: fingerprintOfPrompt(prompt),
			task_id: taskId,
			state: 'delivered',
		})),
	);
	const options = { knownModels: 'leaveOut' };
	const { items, error } = await stage.memory.run(
		stage.account,
		{ ...OF_ITEMS, options },
		{ items: promptItems(...prompts) },
	);
	expect(error).toBeUndefined();
	expect(items).toEqual([]);
	expect(stage.server.kinds.filter((kind) => kind === 'read').length).toBeLessThanOrEqual(20);
	expect(stage.server.kinds.filter((kind) => kind !== 'read')).toEqual(['list']);
	expect(Math.max(...stage.server.calls.map(({ length }) => length))).toBeLessThan(8_000);
	expect(await stage.account.tally()).toMatchObject({ submits: 0, checks: 0 });
}, 60_000);

it('writes the rows of items that are sent at the same time in few requests', async () => {
	const prompts = Array.from({ length: 5 }, (_, index) => `chair ${index}`);
	// In accelerated time a busy machine would have the rows kept fresh.
	await stage.memory.run(stage.account, OF_ITEMS, { items: promptItems(...prompts) });
	const count = (kind: string) => stage.server.kinds.filter((each) => each === kind).length;
	expect(count('insert')).toBeLessThanOrEqual(2);
	// One to see that rows may be changed, one for each that is accepted, and one for all that are delivered.
	expect(count('update')).toBe(7);
});

it('is a table that Image3D Trigger can watch', async () => {
	const started = await stage.memory.run(stage.account, { prompt: 'a', waitForCompletion: false });
	const poller = stage.pack.engine.poller(Image3dTrigger, {
		credentials: { ...stage.account.credentials, ...stage.memory.credentials },
		parameters: {
			taskSource: 'dataTable',
			dataTableId: { __rl: true, mode: 'id', value: stage.memory.tableId },
			options: { statusColumn: 'state', statusValue: 'accepted' },
		},
		pollBudgetMs: 20_000,
	});
	const { items, error } = await poller.poll();
	expect(error).toBeUndefined();
	expect(items?.[0]).toMatchObject([
		{
			json: {
				task_id: started.items[0].json.task_id,
				status: 'success',
				row: { label: 'a', state: 'accepted' },
			},
			binary: { data: { mimeType: 'model/gltf-binary' } },
		},
	]);
});

it('lists the tables to choose from', async () => {
	const { results } = await stage.pack.engine.listSearch(Image3dGenerate, 'searchDataTables', {
		parameters: { rememberModels: true },
		credentials: stage.memory.credentials,
	});
	expect(results).toContainEqual({ name: 'Paid models', value: stage.memory.tableId });
});
