/** A Retry that starts from the data of an older execution does not pay for what was paid for since, nor after a crash. */
import type { INodeExecutionData } from 'n8n-workflow';

import type { NodeResult, RunNodeOptions } from '../../../harness/engine';
import { accepted, buryDeadRuns, dieInRun, startAnew } from '../../../harness/sandbox/deadRun';
import { drawShortWaits } from '../../../harness/sandbox/dice';
import { parametersFor, PROMPT_OF_ITEM, promptItems, loopOfTwo } from '../../../harness/sandbox/generation';
import { Image3dGenerate, openPack, type Account, type Pack } from '../../../harness/sandbox/pack';
import type { FaultOrder } from '../../../sandbox/faults';

jest.setTimeout(60_000);

let pack: Pack;

beforeAll(async () => {
	drawShortWaits();
	pack = await openPack();
});

afterEach(async () => await buryDeadRuns());

afterAll(async () => await pack.close());

const REFUSED: FaultOrder = { on: 'generate', kind: 'status', status: 400, times: -1 };
const DEAD_DOWNLOAD: FaultOrder = { on: 'model', kind: 'status', status: 403, times: -1 };
const PAID_EARLIER = /was or may have been paid for by .*so it is not sent again/;

let workflows = 0;

/** What a production run of these prompts is started with; each call is a workflow of its own. */
function batch(account: Account, prompts: string[], more: Partial<RunNodeOptions> = {}): RunNodeOptions {
	return {
		mode: 'trigger',
		workflowId: `guarded-${++workflows}`,
		items: promptItems(...prompts),
		credentials: account.credentials,
		parameters: parametersFor({ prompt: PROMPT_OF_ITEM }),
		...more,
	};
}

const CONTINUE = { onError: 'continueRegularOutput' } as const;

const start = async (options: RunNodeOptions) => await pack.engine.runNode(Image3dGenerate, options);
const retry = async (executionId: string) => await pack.engine.retryById(executionId);

const idsOf = ({ items }: NodeResult) => items.map(({ json }) => json.task_id);
const chargedIds = async (account: Account) =>
	(await account.ledger()).charges.map(({ taskId }) => taskId).sort();
const isStopped = ({ json }: INodeExecutionData) => PAID_EARLIER.test(String(json.error));

describe('in the same n8n, a second Retry of the same execution', () => {
	async function refuse(prompts: string[]) {
		const account = await pack.account();
		await account.faults(REFUSED);
		const options = batch(account, prompts);
		const first = await start(options);
		expect(first.status).toBe('error');
		await account.clearFaults();
		return { account, first, options };
	}

	it('takes up the three models that the first has paid for and could not download', async () => {
		const { account, first } = await refuse(['a', 'b', 'c']);
		await account.faults(DEAD_DOWNLOAD);
		expect((await retry(first.executionId)).status).toBe('error');
		const paid = (await account.tally()).charges;
		expect(paid).toBeGreaterThan(0);
		await account.clearFaults();
		const again = await retry(first.executionId);
		expect(again.status).toBe('success');
		expect((await account.tally()).charges).toBe(3);
		expect(idsOf(again).sort()).toEqual(await chargedIds(account));
	});

	it('takes up what the first has delivered to a later step', async () => {
		const { account, first } = await refuse(['a', 'a']);
		const once = await retry(first.executionId);
		const twice = await retry(first.executionId);
		expect(twice.status).toBe('success');
		expect(idsOf(twice)).toEqual(idsOf(once));
		expect((await account.tally()).charges).toBe(2);
	});

	it('does not send again what the first never had confirmed', async () => {
		const { account, first } = await refuse(['a']);
		await account.faults({ on: 'generate', kind: 'resetAfter' });
		expect((await retry(first.executionId)).status).toBe('error');
		const again = await retry(first.executionId);
		expect(again.error!.message).toMatch(/paid for by execution \d+, so it is not sent again/);
		expect(await account.tally()).toMatchObject({ charges: 1, submits: 2 });
	});
});

describe('after n8n died in the middle of a batch, a Retry', () => {
	it('names what was paid for, and makes the rest', async () => {
		const account = await pack.account();
		const parameters = parametersFor({ prompt: PROMPT_OF_ITEM, options: { concurrency: 2 } });
		const options = batch(account, ['a', 'b', 'c', 'd'], { ...CONTINUE, parameters });
		const dead = await dieInRun(pack, account, options, accepted(2));
		const { items } = await retry(dead);
		expect(items.map(isStopped)).toEqual([true, true, false, false]);
		expect(items.slice(2).map(({ json }) => json.status)).toEqual(['success', 'success']);
		expect((await account.tally()).charges).toBe(4);
	});

	it('pays for nothing more where the first failure stops the node', async () => {
		const account = await pack.account();
		const dead = await dieInRun(pack, account, batch(account, ['a', 'b']), accepted(2));
		const { error } = await retry(dead);
		expect(error!.message).toMatch(PAID_EARLIER);
		expect(error).toMatchObject({
			description: expect.stringMatching(/Image3D accepted task .*Image3D Status .*Submit Again/),
		});
		expect((await account.tally()).charges).toBe(2);
	});

	it('pays again where the user says so', async () => {
		const account = await pack.account();
		const parameters = parametersFor({ options: { onUncertainCharge: 'submitAgain' } });
		const dead = await dieInRun(pack, account, batch(account, ['a'], { parameters }), accepted(1));
		expect((await retry(dead)).status).toBe('success');
		expect((await account.tally()).charges).toBe(2);
	});

	it('does not send again a request that was under way', async () => {
		const account = await pack.account();
		await account.faults({ on: 'generate', kind: 'hangAfter', times: -1 });
		const dead = await dieInRun(pack, account, batch(account, ['a']), ({ charges }) => charges === 1);
		expect((await retry(dead)).error!.message).toMatch(PAID_EARLIER);
		expect((await account.tally()).charges).toBe(1);
	});

	it('does not pay when it is pressed again, nor as a Retry of the Retry', async () => {
		const account = await pack.account();
		const dead = await dieInRun(pack, account, batch(account, ['a']), accepted(1));
		const first = await retry(dead);
		expect((await retry(dead)).status).toBe('error');
		expect((await pack.engine.retryNode(first)).error!.message).toMatch(/not sent again/);
		expect((await account.tally()).charges).toBe(1);
	});

	it('counts equal items', async () => {
		const account = await pack.account();
		const parameters = parametersFor({ options: { concurrency: 2 } });
		const options = batch(account, ['a', 'a', 'a'], { ...CONTINUE, parameters });
		const dead = await dieInRun(pack, account, options, accepted(2));
		const { items } = await retry(dead);
		expect(items.filter(isStopped)).toHaveLength(2);
		expect((await account.tally()).charges).toBe(3);
	});
});

it('what n8n lost with a crash in a later step is not paid for again', async () => {
	const account = await pack.account();
	const options = batch(account, ['a', 'b']);
	const lost = await start(options);
	expect(lost.status).toBe('success');
	// The row as n8n has it from the start: nothing of the output was saved.
	const dead = pack.engine.loseExecution(lost.executionId);
	startAnew(pack);
	expect((await retry(dead)).error!.message).toMatch(PAID_EARLIER);
	expect((await account.tally()).charges).toBe(2);
});

describe('there is no false alarm', () => {
	/** A Retry in a new n8n pays for all that is missing, and fails nothing. */
	async function expectPaid(account: Account, failed: string, charges: number): Promise<NodeResult> {
		await account.clearFaults();
		startAnew(pack);
		const again = await retry(failed);
		expect(again.status).toBe('success');
		expect(again.items.filter(isStopped)).toEqual([]);
		expect((await account.tally()).charges).toBe(charges);
		return again;
	}

	it('for what was refused', async () => {
		const account = await pack.account();
		await account.faults(REFUSED);
		const { executionId } = await start(batch(account, ['a', 'b']));
		await expectPaid(account, executionId, 2);
		expect((await account.tally()).submits).toBeGreaterThan(2);
	});

	it('for a task that failed', async () => {
		const account = await pack.account();
		await account.faults({ on: 'generate', kind: 'failJob' });
		const { executionId } = await start(batch(account, ['a']));
		await expectPaid(account, executionId, 2);
	});

	it('for what the execution itself has noted: its task is taken up', async () => {
		const account = await pack.account();
		await account.faults(DEAD_DOWNLOAD);
		const { executionId } = await start(batch(account, ['a', 'a']));
		const { charges } = await account.tally();
		const again = await expectPaid(account, executionId, 2);
		expect(charges).toBeGreaterThan(0);
		expect(idsOf(again).sort()).toEqual(await chargedIds(account));
	});

	it('in an ordinary run of the same pictures after a crash, whose own Retry still stops', async () => {
		const account = await pack.account();
		const options = batch(account, ['a']);
		const dead = await dieInRun(pack, account, options, accepted(1));
		expect((await start(options)).status).toBe('success');
		expect((await account.tally()).charges).toBe(2);
		expect((await retry(dead)).error!.message).toMatch(PAID_EARLIER);
		expect((await account.tally()).charges).toBe(2);
	});

	it('in a Retry of something that failed before this node, whatever other executions have in hand', async () => {
		const account = await pack.account();
		const options = batch(account, ['a']);
		// Canceled before it came to the node.
		const never = await start({ ...options, signal: AbortSignal.abort() });
		expect((await account.tally()).submits).toBe(0);
		const failed = pack.engine.loseExecution(never.executionId);
		await dieInRun(pack, account, options, accepted(1));
		await expectPaid(account, failed, 2);
	});

	it('in a loop: the round that is missing is paid for, and no other', async () => {
		const account = await pack.account();
		const { nodes, connections } = loopOfTwo(pack, account);
		const id = `guarded-${++workflows}`;
		/** A node of this type comes before the second round. */
		const loopWith = (type: string) => ({
			id,
			nodes: nodes.map((node) => (node.name === 'Second' ? { ...node, type } : node)),
			connections,
		});
		const broken = loopWith('n8n-nodes-base.stopAndError');
		const failed = await pack.engine.run(broken, { mode: 'trigger', startNode: 'Start' });
		expect(failed.error()!.message).not.toMatch(/Image3D/);
		startAnew(pack);
		const again = await pack.engine.retry(failed, { current: loopWith('n8n-nodes-base.noOp') });
		expect(again.status).toBe('success');
		expect((await account.tally()).charges).toBe(2);
	});

	it('after a crash for what was refused before it', async () => {
		const account = await pack.account();
		const parameters = parametersFor({ prompt: PROMPT_OF_ITEM, options: { concurrency: 1 } });
		const options = batch(account, ['a', 'b'], { ...CONTINUE, parameters });
		await account.faults({ ...REFUSED, times: 1 });
		const dead = await dieInRun(pack, account, options, accepted(1));
		const { items } = await retry(dead);
		expect(items.map(isStopped)).toEqual([false, true]);
		expect((await account.tally()).charges).toBe(2);
	});

	it('in a Retry On Fail of a Retry', async () => {
		const account = await pack.account();
		await account.faults(REFUSED);
		const more = { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 };
		const { executionId } = await start(batch(account, ['a'], more));
		await account.clearFaults();
		await account.faults({ ...REFUSED, times: 1 }, { ...DEAD_DOWNLOAD, times: 1 });
		startAnew(pack);
		const again = await retry(executionId);
		expect(again.status).toBe('success');
		expect((await account.tally()).charges).toBe(1);
	});

	it('where other executions of the same pictures run at the same time', async () => {
		const account = await pack.account({ speed: 60 });
		const options = batch(account, ['a', 'a']);
		await account.faults({ ...REFUSED, times: 2 });
		const failed = await start(options);
		const [other, again] = await Promise.all([start(options), retry(failed.executionId)]);
		expect([other.status, again.status]).toEqual(['success', 'success']);
		expect((await account.tally()).charges).toBe(4);
		expect(new Set([...idsOf(other), ...idsOf(again)]).size).toBe(4);
	});
});

describe('two Retries of one execution at the same time', () => {
	it('pay once', async () => {
		const account = await pack.account({ speed: 60 });
		await account.faults({ ...REFUSED, times: 1 });
		const { executionId } = await start(batch(account, ['a']));
		await Promise.all([retry(executionId), retry(executionId)]);
		expect((await account.tally()).charges).toBe(1);
	});
});

describe('an n8n that gives its executions no token', () => {
	const older = { resumeToken: false } as const;

	it('stops what was or may have been paid for before a crash', async () => {
		const account = await pack.account();
		const dead = await dieInRun(pack, account, batch(account, ['a'], older), accepted(1));
		expect((await retry(dead)).error!.message).toMatch(PAID_EARLIER);
		expect((await account.tally()).charges).toBe(1);
	});

	it('takes up what a Retry before it has paid for', async () => {
		const account = await pack.account();
		await account.faults(REFUSED);
		const { executionId } = await start(batch(account, ['a', 'a'], older));
		await account.clearFaults();
		await account.faults(DEAD_DOWNLOAD);
		await retry(executionId);
		await account.clearFaults();
		expect((await retry(executionId)).status).toBe('success');
		expect((await account.tally()).charges).toBe(2);
	});

	it('keeps no note of what was delivered', async () => {
		const account = await pack.account();
		const options = batch(account, ['a'], older);
		const failed = pack.engine.loseExecution((await start(options)).executionId);
		startAnew(pack);
		expect((await retry(failed)).status).toBe('success');
		expect((await account.tally()).charges).toBe(2);
	});

	it('tells the purchases of executions that run at the same time apart', async () => {
		const account = await pack.account({ speed: 60 });
		const options = batch(account, ['a', 'a'], older);
		await account.faults({ ...REFUSED, times: 2 });
		const failed = await start(options);
		const [other, again] = await Promise.all([start(options), retry(failed.executionId)]);
		expect([other.status, again.status]).toEqual(['success', 'success']);
		expect((await account.tally()).charges).toBe(4);
	});

	it('keeps no note of what was sent again and then delivered', async () => {
		const account = await pack.account();
		const parameters = parametersFor({ options: { onUncertainCharge: 'submitAgain' } });
		const again = { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 };
		await account.faults({ on: 'generate', kind: 'resetAfter' });
		const before = pack.engine.processedData.hashes.length;
		const { status } = await start(batch(account, ['a'], { ...older, ...again, parameters }));
		expect(status).toBe('success');
		expect(await account.tally()).toMatchObject({ charges: 2, submits: 2 });
		expect(pack.engine.processedData.hashes).toHaveLength(before);
	});

	it('leaves the note of a dead execution to its Retry, whatever runs in between', async () => {
		const account = await pack.account();
		const options = batch(account, ['a'], older);
		const dead = await dieInRun(pack, account, options, accepted(1));
		expect((await start(options)).status).toBe('success');
		expect((await retry(dead)).error!.message).toMatch(PAID_EARLIER);
		expect((await account.tally()).charges).toBe(2);
	});
});

describe('where no notes can be kept', () => {
	afterEach(() => (pack.engine.processedData.trouble = undefined));

	it('everything is paid for once all the same, and the log says what is missing, once', async () => {
		const account = await pack.account();
		pack.engine.processedData.trouble = 'fails';
		const before = pack.engine.logs.length;
		await account.faults(DEAD_DOWNLOAD);
		const failed = await start(batch(account, ['a', 'b', 'c']));
		await account.clearFaults();
		const warnings = pack.engine.logs.slice(before).filter(({ message }) => /could not note/.test(message));
		expect(warnings).toEqual([
			expect.objectContaining({ level: 'warn', message: expect.stringContaining('database is locked') }),
		]);
		expect((await retry(failed.executionId)).status).toBe('success');
		expect((await account.tally()).charges).toBe(3);
	});

	it('what could not be taken away is taken away with the next, and gives no false alarm', async () => {
		const account = await pack.account();
		await account.faults(REFUSED);
		const options = batch(account, ['a'], CONTINUE);
		const { processedData } = pack.engine;
		const before = processedData.hashes.length;
		processedData.trouble = 'removeFails';
		await start(options);
		expect(processedData.hashes).toHaveLength(before + 1);
		processedData.trouble = undefined;
		await start(options);
		expect(processedData.hashes).toHaveLength(before);
	});

	it('an n8n without such notes takes up what this process knows', async () => {
		const account = await pack.account();
		class WithoutNotes extends Image3dGenerate {
			async execute(this: never): ReturnType<Image3dGenerate['execute']> {
				const context = this as ThisParameterType<Image3dGenerate['execute']>;
				Reflect.deleteProperty(context.helpers, 'checkProcessedAndRecord');
				Reflect.deleteProperty(context.helpers, 'removeProcessed');
				return await Image3dGenerate.prototype.execute.call(context);
			}
		}
		pack.engine.nodeTypes.nameOf(WithoutNotes);
		await account.faults(REFUSED);
		const failed = await start(batch(account, ['a']));
		await account.clearFaults();
		await account.faults(DEAD_DOWNLOAD);
		await retry(failed.executionId);
		await account.clearFaults();
		expect((await retry(failed.executionId)).status).toBe('success');
		expect((await account.tally()).charges).toBe(1);
		startAnew(pack);
	});
});
