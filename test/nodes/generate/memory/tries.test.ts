/** The memory beside everything else that goes on with an execution: tries again, Retry, Stop, Continue, links, agents. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { agents, asTool, askAgent } from '../../../../harness/sandbox/agent';
import { useShortWaits } from '../../../../harness/sandbox/dice';
import { PROMPT_OF_ITEM, parametersFor, promptItems } from '../../../../harness/sandbox/generation';
import { fingerprintOfPrompt } from '../../../../harness/sandbox/memory';
import { Image3dGenerate } from '../../../../harness/sandbox/pack';
import { idsIn, useMemoryStage } from '../../../../harness/sandbox/memoryStage';
import { startWebServer } from '../../../../harness/sandbox/webServer';

const picture = (name: string) => readFileSync(join(__dirname, '../../../../templates/pictures', name));
const cup = picture('coffee-cup.jpg');
const gramophone = picture('gramophone.png');

const stage = useMemoryStage();
useShortWaits();

const OF_ITEMS = { prompt: PROMPT_OF_ITEM, options: { concurrency: 1 } };
const run = async (...prompts: string[]) =>
	await stage.memory.run(stage.account, OF_ITEMS, { items: promptItems(...prompts) });
const rowsOf = () => stage.memory.rows().map(({ task_id, state }) => [task_id, state]);

describe('Retry On Fail', () => {
	it('takes up what is paid for, of equal items each its own, and notes each once', async () => {
		// The second item fails the node once.
		await stage.account.faults({ on: 'status', kind: 'status', status: 500, after: 1, times: 6 });
		const result = await stage.memory.run(stage.account, OF_ITEMS, {
			items: promptItems('a', 'a', 'a'),
			retryOnFail: true,
			maxTries: 2,
			waitBetweenTries: 1,
		});
		expect(result.error).toBeUndefined();
		const charges = await stage.charges();
		expect(charges).toHaveLength(3);
		expect(idsIn(result)).toEqual(charges);
		expect((await stage.account.tally()).checks).toBeGreaterThan(3 + 6);
		expect(rowsOf()).toEqual(charges.map((taskId) => [taskId, 'delivered']));
	});

	it('under Continue notes what came out of the last try', async () => {
		await stage.account.faults({ on: 'generate', kind: 'status', status: 400, times: 1 });
		const result = await stage.memory.run(stage.account, OF_ITEMS, {
			items: promptItems('a', 'b'),
			onError: 'continueRegularOutput',
			retryOnFail: true,
			maxTries: 2,
			waitBetweenTries: 1,
		});
		expect(await stage.charges()).toHaveLength(2);
		expect(rowsOf().map(([, state]) => state)).toEqual(['delivered', 'delivered']);
		expect(idsIn(result).sort()).toEqual([...(await stage.charges())].sort());
	});
});

describe('Retry of a failed execution', () => {
	it('takes up what is paid for, and its rows with it', async () => {
		await stage.account.faults({ on: 'model', kind: 'status', status: 404, times: -1 });
		const failed = await run('a', 'a');
		expect(failed.status).toBe('error');
		await stage.account.clearFaults();
		stage.server.kinds.length = 0;
		const retried = await stage.pack.engine.retryNode(failed);
		// Both go to `delivered` together.
		expect(stage.server.kinds).toEqual(['list', 'read', 'update']);
		const charges = await stage.charges();
		expect(charges).toHaveLength(2);
		expect([...idsIn(retried)].sort()).toEqual([...charges].sort());
		expect(rowsOf().map(([, state]) => state)).toEqual(['delivered', 'delivered']);
		expect(idsIn(await run('a', 'a')).sort()).toEqual([...charges].sort());
	});

	it('that is clicked on the first of several executions pays for nothing a second time', async () => {
		await stage.account.faults({ on: 'generate', kind: 'status', status: 400, times: 1 });
		const first = await run('a', 'b', 'c');
		expect(first.status).toBe('error');
		await stage.account.faults({ on: 'model', kind: 'status', status: 404, times: -1 });
		expect((await stage.pack.engine.retryNode(first)).status).toBe('error');
		await stage.account.clearFaults();
		const third = await stage.pack.engine.retryNode(first);
		expect(third.error).toBeUndefined();
		expect([...idsIn(third)].sort()).toEqual([...(await stage.charges())].sort());
		expect(await stage.charges()).toHaveLength(3);
	});

	it('gives equal items a model each, whoever remembers them: the process, or the table', async () => {
		await stage.account.faults({ on: 'generate', kind: 'status', status: 400, times: 1 });
		const first = await run('a', 'a');
		await stage.account.faults({ on: 'model', kind: 'status', status: 404, times: -1 });
		expect((await stage.pack.engine.retryNode(first)).status).toBe('error');
		await stage.account.clearFaults();
		const third = await stage.pack.engine.retryNode(first);
		const charges = await stage.charges();
		expect(charges).toHaveLength(2);
		expect([...idsIn(third)].sort()).toEqual([...charges].sort());
		expect(rowsOf().map(([, state]) => state)).toEqual(['delivered', 'delivered']);
		expect([...idsIn(await run('a', 'a'))].sort()).toEqual([...charges].sort());
	});

	it('does not send again what was never confirmed, and says so once', async () => {
		await stage.account.faults({ on: 'generate', kind: 'resetAfter' });
		const failed = await run('a');
		const retried = await stage.pack.engine.retryNode(failed);
		expect(retried.error?.message).toContain('An earlier try of this generation was never confirmed');
		expect(rowsOf()).toEqual([[null, 'uncertain']]);
		expect((await stage.account.tally()).submits).toBe(1);
	});
});

describe('an execution that crashed', () => {
	it('is not known to the next one but by the table: what was accepted is delivered', async () => {
		await stage.account.faults({ on: 'status', kind: 'status', status: 500, times: -1 });
		expect((await run('a', 'b')).status).toBe('error');
		await stage.account.clearFaults();
		// Nothing of its context is left.
		const next = await run('a', 'b');
		expect(next.items[0].json).toMatchObject({ reused: true, task_id: (await stage.charges())[0] });
		expect(await stage.charges()).toHaveLength(2);
	});
});

describe('an item that fails under Continue', () => {
	it('after it was paid for comes out of the next run, also with Leave Out', async () => {
		await stage.account.faults({ on: 'model', kind: 'status', status: 404, times: -1 });
		const onError = 'continueRegularOutput';
		const parameters = { ...OF_ITEMS, options: { concurrency: 1, knownModels: 'leaveOut' } };
		const runAgain = async (...prompts: string[]) =>
			await stage.memory.run(stage.account, parameters, { items: promptItems(...prompts), onError });
		expect((await runAgain('a')).items[0].json.error).toBeDefined();
		const [taskId] = await stage.charges();
		expect(rowsOf()).toEqual([[taskId, 'accepted']]);
		await stage.account.clearFaults();
		const second = await runAgain('a', 'b');
		expect(second.items).toMatchObject([
			{ json: { task_id: taskId, reused: true } },
			{ json: { status: 'success' } },
		]);
		expect((await runAgain('a', 'b')).items).toEqual([]);
		expect(await stage.charges()).toHaveLength(2);
	});
});

describe('a run that is stopped by hand', () => {
	it('while a model is made leaves its task to the next one', async () => {
		await stage.account.change({ speed: 0.1 });
		const stop = new AbortController();
		const running = stage.memory.run(stage.account, OF_ITEMS, {
			items: promptItems('a', 'b'),
			signal: stop.signal,
		});
		while (rowsOf().length === 0 || rowsOf()[0][1] !== 'accepted') await sleep(10);
		stop.abort();
		await running;
		const [taskId] = await stage.charges();
		expect(rowsOf()).toEqual([[taskId, 'accepted']]);
	});

	it('while it is being accepted still notes the task', async () => {
		const stop = new AbortController();
		stage.server.onStep = async ({ body, at }) => {
			if (!body.includes('"accepted"') || at !== 'arrived') return;
			stop.abort();
			await sleep(100);
		};
		await stage.memory.run(stage.account, OF_ITEMS, { items: promptItems('a'), signal: stop.signal });
		while (rowsOf()[0]?.[1] !== 'accepted') await sleep(10);
		expect(rowsOf()).toEqual([[(await stage.charges())[0], 'accepted']]);
	});

	it.each(['arrived', 'done'] as const)(
		'while its output is noted as handed on (%s) lets it come out of the next run, also with Leave Out',
		async (moment) => {
			const old = await stage.account.addTask();
			await stage.memory.addRows({
				fingerprint: fingerprintOfPrompt('old'),
				state: 'delivered',
				task_id: old,
			});
			const stop = new AbortController();
			stage.server.onStep = async ({ body, at }) => {
				if (!body.includes('"delivered"') || at !== moment) return;
				stage.server.onStep = undefined;
				stop.abort();
				await sleep(50);
			};
			const items = promptItems('a', 'old', 'b');
			await stage.memory.run(stage.account, OF_ITEMS, { items, signal: stop.signal });
			const states = () => rowsOf().map(([, state]) => state);
			for (let looks = 0; looks < 300 && states().filter((each) => each === 'accepted').length < 2; looks++)
				await sleep(10);
			expect(states()).toEqual(['delivered', 'accepted', 'accepted']);
			const options = { concurrency: 1, knownModels: 'leaveOut' };
			const next = await stage.memory.run(stage.account, { ...OF_ITEMS, options }, { items });
			expect(idsIn(next)).toEqual(await stage.charges());
			expect(await stage.charges()).toHaveLength(2);
		},
	);

	it('before its request has left pays for nothing, and leaves no row in doubt', async () => {
		const stop = new AbortController();
		stage.server.onStep = ({ kind, at }) => {
			if (kind === 'insert' && at === 'done') stop.abort();
		};
		await stage.memory.run(stage.account, OF_ITEMS, { items: promptItems('a'), signal: stop.signal });
		while (rowsOf()[0]?.[1] === 'sending') await sleep(10);
		expect(rowsOf()).toEqual([[null, 'failed']]);
		expect((await stage.account.tally()).submits).toBe(0);
	});
});

describe('pictures', () => {
	const IMAGE = { mode: 'image' };
	const itemsWith = async (...files: Buffer[]) =>
		await Promise.all(
			files.map(async (bytes, index) => ({
				json: {},
				binary: {
					data: await stage.pack.engine.binary(bytes, { mimeType: 'image/jpeg', fileName: `p${index}.jpg` }),
				},
			})),
		);

	it('are known by what they show, not by their file', async () => {
		const first = await stage.memory.run(stage.account, IMAGE, { items: await itemsWith(cup, gramophone) });
		const second = await stage.memory.run(stage.account, IMAGE, { items: await itemsWith(gramophone, cup) });
		expect(idsIn(second)).toEqual([...idsIn(first)].reverse());
		expect(await stage.charges()).toHaveLength(2);
		// Whichever picture was read first was noted first.
		expect(new Set(stage.memory.rows().map(({ label }) => label))).toEqual(new Set(['p0.jpg', 'p1.jpg']));
	});

	it('behind a link are loaded once where they are known', async () => {
		const web = await startWebServer((_request, response) => void response.end(cup));
		const parameters = { ...IMAGE, imageSource: 'url', imageUrl: `${web.url}/cup.jpg` };
		try {
			const first = await stage.memory.run(stage.account, parameters);
			web.requests.length = 0;
			expect(idsIn(await stage.memory.run(stage.account, parameters))).toEqual(idsIn(first));
			expect(web.requests).toHaveLength(1);
			expect(await stage.charges()).toHaveLength(1);
		} finally {
			await web.close();
		}
	});

	it('behind a link that have changed are paid for, and the old one is known still', async () => {
		let bytes = cup;
		const web = await startWebServer((_request, response) => void response.end(bytes));
		const parameters = { ...IMAGE, imageSource: 'url', imageUrl: `${web.url}/picture.jpg` };
		try {
			const [old] = idsIn(await stage.memory.run(stage.account, parameters));
			bytes = gramophone;
			const [changed] = idsIn(await stage.memory.run(stage.account, parameters));
			expect(await stage.charges()).toEqual([old, changed]);
			bytes = cup;
			expect(idsIn(await stage.memory.run(stage.account, parameters))).toEqual([old]);
		} finally {
			await web.close();
		}
	});

	it('behind a link that change between looking up and sending are looked up anew', async () => {
		const [known] = idsIn(
			await stage.memory.run(stage.account, IMAGE, { items: await itemsWith(gramophone) }),
		);
		let asked = 0;
		const web = await startWebServer(
			(_request, response) => void response.end(asked++ === 0 ? cup : gramophone),
		);
		try {
			const parameters = { ...IMAGE, imageSource: 'url', imageUrl: `${web.url}/picture.jpg` };
			const { items } = await stage.memory.run(stage.account, parameters);
			expect(items[0].json).toMatchObject({ task_id: known, reused: true });
			expect(await stage.charges()).toEqual([known]);
		} finally {
			await web.close();
		}
	});

	it('that cannot be loaded fail their item alone, as without a memory', async () => {
		const items = [...(await itemsWith(cup)), { json: {}, binary: {} }];
		const result = await stage.memory.run(stage.account, IMAGE, { items, onError: 'continueRegularOutput' });
		expect(result.items).toMatchObject([{ json: { status: 'success' } }, { json: { bad_input: true } }]);
	});
});

describe.each(Object.keys(agents) as Array<keyof typeof agents>)('a %s agent', (agent) => {
	it('gets the model that it asked for before, as JSON, whatever Known Models says', async () => {
		const parameters = parametersFor({
			...stage.memory.parameters,
			prompt: "={{ $fromAI('prompt', 'What the model shows', 'string') }}",
			options: { knownModels: 'leaveOut' },
		});
		const withTables = {
			...stage.account,
			credentials: { ...stage.account.credentials, ...stage.memory.credentials },
		};
		const tool = { type: asTool(Image3dGenerate), account: withTables, parameters };
		const ask = async () => (await askAgent(stage.pack, agent, tool, { prompt: 'a red boat' })).answer;
		const first = await ask();
		const second = await ask();
		const [taskId, ...more] = await stage.charges();
		expect(more).toEqual([]);
		expect(first).toEqual([expect.objectContaining({ task_id: taskId, status: 'success' })]);
		expect(second).toEqual([expect.objectContaining({ task_id: taskId, status: 'success', reused: true })]);
	});
});
