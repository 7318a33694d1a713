/** What may have been paid for stays in doubt until the user decides: no refusal, no wish for a new model clears it unsaid. */
import type { IDataObject } from 'n8n-workflow';
import { setTimeout as sleep } from 'node:timers/promises';
import { accepted, buryDeadRuns, dieInRun, startAnew } from '../../../../harness/sandbox/deadRun';
import { useShortWaits } from '../../../../harness/sandbox/dice';
import { PROMPT_OF_ITEM, parametersFor, promptItems } from '../../../../harness/sandbox/generation';
import { fingerprintOfPrompt } from '../../../../harness/sandbox/memory';
import { idsIn, useMemoryStage } from '../../../../harness/sandbox/memoryStage';

const stage = useMemoryStage();
useShortWaits();

afterEach(async () => await buryDeadRuns());

const NEVER_LEARNED =
	/sent this generation and never learned whether Image3D accepted it, so it is not sent again/;
const SUBMIT_AGAIN = { onUncertainCharge: 'submitAgain' };

const runWith = async (options: IDataObject, ...prompts: string[]) =>
	await stage.memory.run(
		stage.account,
		{ prompt: PROMPT_OF_ITEM, options },
		{ items: promptItems(...prompts) },
	);
const run = async (...prompts: string[]) => await runWith({}, ...prompts);
const statesIn = () => stage.memory.rows().map(({ state }) => state);
/** Waits for what comes within seconds, if it comes. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
	for (let looks = 0; looks < 500 && !(await isSo()); looks++) await sleep(10);
}

const leave = async (row: IDataObject) =>
	await stage.memory.addRows({
		fingerprint: fingerprintOfPrompt('a'),
		execution_id: '77',
		submitted_at: '2026-11-25T02:00:00.000Z',
		...row,
	});

describe('a request in doubt that is sent again and refused', () => {
	it.each(['uncertain', 'sending'])('is in doubt still where its row was "%s"', async (state) => {
		await leave({ state });
		stage.memory.age();
		await stage.account.faults({ on: 'generate', kind: 'status', status: 400 });
		const refused = await runWith(SUBMIT_AGAIN, 'a');
		expect(refused.error?.message).toContain('did not accept the request');
		expect(refused.error?.description).toContain('An earlier request for it may have been charged');
		expect(refused.error?.description).not.toContain('nothing was charged');
		expect(statesIn().filter((word) => word !== 'failed')).toEqual(['uncertain']);
		// Whose request it was: the one that was refused is not in doubt.
		const { message } = (await run('a')).error!;
		expect(message).toMatch(NEVER_LEARNED);
		expect(message).toMatch(/^Execution 77 \(2026-11-25T02:00:00\.000Z\) /);
		expect((await stage.account.tally()).submits).toBe(1);
		const ids = idsIn(await runWith(SUBMIT_AGAIN, 'a'));
		expect(ids).toEqual(await stage.charges());
		expect(idsIn(await run('a'))).toEqual(ids);
	});

	it('is in doubt still where it was stopped before it left', async () => {
		await leave({ state: 'uncertain' });
		const stop = new AbortController();
		const busy = { on: 'generate', kind: 'status', status: 429, headers: { 'Retry-After': '60' } } as const;
		await stage.account.faults({ ...busy, times: -1 });
		const running = stage.memory.run(
			stage.account,
			{ prompt: 'a', options: SUBMIT_AGAIN },
			{ signal: stop.signal },
		);
		await until(async () => (await stage.account.tally()).submits > 0);
		stop.abort();
		await running;
		await until(() => statesIn()[0] !== 'sending');
		expect(stage.memory.rows()).toMatchObject([{ state: 'uncertain', execution_id: '77' }]);
	});

	it('is of the execution that sent it last where that never learned of it either', async () => {
		await leave({ state: 'uncertain' });
		await stage.account.faults({ on: 'generate', kind: 'resetAfter' });
		const { executionId } = await runWith(SUBMIT_AGAIN, 'a');
		expect(stage.memory.rows()).toMatchObject([{ state: 'uncertain', execution_id: executionId }]);
	});

	it('leaves the other rows in doubt alone: one item is one request', async () => {
		await leave({ state: 'uncertain' });
		await leave({ state: 'uncertain' });
		const ids = idsIn(await runWith(SUBMIT_AGAIN, 'a'));
		expect(ids).toEqual(await stage.charges());
		expect(statesIn().sort()).toEqual(['delivered', 'uncertain']);
		expect((await run('a', 'a')).error?.message).toMatch(NEVER_LEARNED);
	});
});

describe('Make Again', () => {
	it.each(['uncertain', 'sending'])('does not pay while a row "%s" is in doubt', async (state) => {
		await leave({ state });
		stage.memory.age();
		expect((await runWith({ makeAgain: true }, 'a')).error?.message).toMatch(NEVER_LEARNED);
		expect(await stage.charges()).toEqual([]);
		expect(stage.memory.rows()[0]).toMatchObject({ state, execution_id: '77' });
	});

	it.each(['uncertain', 'sending'])('pays with Submit Again, and the row "%s" is settled', async (state) => {
		const old = await stage.account.addTask();
		await leave({ state: 'delivered', task_id: old });
		await leave({ state });
		stage.memory.age();
		const ids = idsIn(await runWith({ makeAgain: true, ...SUBMIT_AGAIN }, 'a'));
		expect(ids).toEqual(await stage.charges());
		expect(idsIn(await run('a'))).toEqual(ids);
		expect(statesIn().filter((word) => word !== 'failed')).toEqual(['delivered']);
	});

	it('stops where the request of a new model was lost, also beside the old one', async () => {
		const [old] = idsIn(await run('a'));
		await stage.account.faults({ on: 'generate', kind: 'resetAfter' });
		expect((await runWith({ makeAgain: true }, 'a')).error).toBeDefined();
		expect((await runWith({ makeAgain: true }, 'a')).error?.message).toMatch(NEVER_LEARNED);
		expect(await stage.charges()).toHaveLength(2);
		// The old one is there for whoever wants no new one.
		expect(idsIn(await run('a'))).toEqual([old]);
	});

	it('waits for a request that is on its way, and says when nobody ends it', async () => {
		await leave({ state: 'sending' });
		const running = runWith({ makeAgain: true }, 'a');
		await until(() => stage.memory.rows().length >= 2);
		await sleep(300);
		expect((await stage.account.tally()).submits).toBe(0);
		stage.server.changeRows(stage.memory.tableId, 'state', 'sending', 'uncertain');
		expect((await running).error?.message).toMatch(NEVER_LEARNED);
		expect(await stage.charges()).toEqual([]);
	});
});

describe('the Retry of an execution that crashed', () => {
	it('makes a model anew whose task has failed meanwhile, and takes up the others', async () => {
		await stage.account.change({ speed: 1 });
		const { credentials } = stage.account;
		const options = {
			mode: 'trigger' as const,
			workflowId: 'crashed',
			items: promptItems('a', 'a', 'b'),
			credentials: { ...credentials, ...stage.memory.credentials },
			parameters: parametersFor({
				...stage.memory.parameters,
				prompt: PROMPT_OF_ITEM,
				options: { concurrency: 5 },
			}),
		};
		const dead = await dieInRun(stage.pack, stage.account, options, accepted(3));
		await stage.account.change({ speed: 600 });
		const rows = stage.memory.rows();
		expect(rows.map(({ state }) => state)).toEqual(['accepted', 'accepted', 'accepted']);
		// The second of the equal items, and the one that has no equal.
		const failed = [
			await stage.account.addTask({ state: 'failed' }),
			await stage.account.addTask({ state: 'failed' }),
		];
		const equal = rows.filter(({ label }) => label === 'a');
		stage.server.changeRows(stage.memory.tableId, 'task_id', equal[1].task_id, failed[0]);
		stage.server.changeRows(
			stage.memory.tableId,
			'task_id',
			rows.find(({ label }) => label === 'b')!.task_id,
			failed[1],
		);
		startAnew(stage.pack);
		const again = await stage.pack.engine.retryById(dead);
		expect(again.error).toBeUndefined();
		expect(again.items.map(({ json }) => json.status)).toEqual(['success', 'success', 'success']);
		expect(idsIn(again)[0]).toBe(equal[0].task_id);
		expect(await stage.charges()).toHaveLength(5);
	});
});

describe('the Retry of an execution that crashed in a later step', () => {
	it.each(['leaveOut', 'withoutFile'])(
		'hands on again what was new in it, with "%s"',
		async (knownModels) => {
			const { pack, account, memory } = stage;
			const start = async (...prompts: string[]) =>
				await memory.run(
					account,
					{ prompt: PROMPT_OF_ITEM, options: { knownModels } },
					{ mode: 'trigger', workflowId: `later-${knownModels}`, items: promptItems(...prompts) },
				);
			await start('old', 'old');
			const before = (await stage.charges()).length;
			const lost = await start('old', 'old', 'a', 'b');
			const dead = pack.engine.loseExecution(lost.executionId);
			startAnew(pack);
			const { items } = await pack.engine.retryById(dead);
			const [olds, made] = [(await stage.charges()).slice(0, before), (await stage.charges()).slice(before)];
			const isOld = ({ json }: (typeof items)[number]) => olds.includes(String(json.task_id));
			const ofNew = items.filter((item) => !isOld(item));
			expect(ofNew.map(({ json }) => json.task_id)).toEqual(made);
			expect(ofNew.map(({ binary }) => binary?.data.mimeType)).toEqual(Array(2).fill('model/gltf-binary'));
			const none = Array(knownModels === 'leaveOut' ? 0 : 2).fill(undefined);
			expect(items.filter(isOld).map(({ binary }) => binary)).toEqual(none);
			expect(stage.memory.rows()).toHaveLength(4);
			expect((await start('old', 'a', 'b', 'c')).error).toBeUndefined();
			expect(await stage.charges()).toHaveLength(5);
		},
	);
});

describe('a task that Image3D does not know any more', () => {
	const forgotten = { state: 'delivered', task_id: 'forgotten-1' };

	it.each<[string, IDataObject]>([
		['is refused', {}],
		['is not sent for want of a limit', { spendLimit: 0 }],
	])('is kept in its row where the request for a new model %s', async (_how, options) => {
		await leave(forgotten);
		// The address, or the account, may be the wrong one for this run alone.
		await stage.account.faults({ on: 'generate', kind: 'status', status: 404, times: -1 });
		expect((await runWith(options, 'a')).items).not.toMatchObject([{ json: { status: 'success' } }]);
		expect(stage.memory.rows()).toMatchObject([forgotten]);
		expect(await stage.charges()).toEqual([]);
	});

	it.each(['77', null])('is as old as it was where the new request was refused (by %s)', async (by) => {
		const sixtyDaysAgo = new Date(Date.now() - 60 * 24 * 3_600_000).toISOString();
		const row = { ...forgotten, execution_id: by, submitted_at: by === null ? null : sixtyDaysAgo };
		await leave(row);
		await stage.account.faults({ on: 'generate', kind: 'status', status: 400 });
		expect((await run('a')).error?.message).not.toContain('forgotten-1');
		expect(stage.memory.rows()).toMatchObject([row]);
		const ids = idsIn(await run('a'));
		expect(await stage.charges()).toEqual(ids);
		expect(stage.memory.rows()).toMatchObject([{ id: 1, state: 'delivered', task_id: ids[0] }]);
	});

	it('is kept where the new request is stopped before it left', async () => {
		await leave(forgotten);
		const stop = new AbortController();
		stage.server.onStep = ({ body, at }) => {
			if (body.includes('"sending"') && at === 'done') stop.abort();
		};
		await stage.memory.run(stage.account, { prompt: 'a' }, { signal: stop.signal });
		await until(() => statesIn()[0] !== 'sending');
		expect(stage.memory.rows()).toMatchObject([forgotten]);
	});

	it('is not paid for again on the day on which it was: the account is another one', async () => {
		await leave({ ...forgotten, submitted_at: new Date(Date.now() - 3_600_000).toISOString() });
		const { error } = await run('a');
		expect(error?.message).toContain('Image3D does not know task forgotten-1');
		expect(error?.description).toMatch(
			/another account.*Nothing was charged for this item now.*Submit Again/,
		);
		expect(await stage.charges()).toEqual([]);
		expect(stage.memory.rows()).toMatchObject([forgotten]);
		expect(idsIn(await runWith(SUBMIT_AGAIN, 'a'))).toEqual(await stage.charges());
	});
});
