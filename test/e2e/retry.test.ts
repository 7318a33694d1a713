/** What went wrong after the money was spent, made good in a real n8n: one charge, whoever tries again, and after a crash. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Execution, Workflow } from '../../harness/n8n/types';
import type { FaultOrder } from '../../sandbox/faults';
import type { UserSettings } from '../../harness/sandbox/sandbox';
import { addAccount, type StageAccount } from '../../harness/e2e/account';
import { Batch } from '../../harness/e2e/batch';
import { useStage } from '../../harness/e2e/stage';
import { chain, START, type Step } from '../../harness/e2e/workflow';

/** Far more than a run takes: other programs may have the machine to themselves for a while. */
const RUN_TIMEOUT_MS = 180_000;
/** The models' host answers nobody, until the faults are cleared. */
const DEAD_CDN: FaultOrder = { on: 'model', kind: 'status', status: 503, times: -1 };
const GENERATE = 'Image3D Generate';
const BALANCE = 'Image3D Balance';

jest.setTimeout(2 * RUN_TIMEOUT_MS);

const stage = useStage();

interface Case {
	account: StageAccount;
	workflow: Workflow;
}

/** A workflow whose one step is an Image3D node, for somebody new. */
async function prepare(name: string, step: Partial<Step>, settings: UserSettings = {}): Promise<Case> {
	const account = await addAccount(stage, settings);
	const type = 'n8n-nodes-image3d.image3dGenerate';
	const node = { name: GENERATE, type, credentials: account.credentials, ...step };
	return { account, workflow: await stage.client.saveWorkflow(chain(name, [START, node])) };
}

const generate = (prompt: string, more: Partial<Step> = {}): Partial<Step> => ({
	parameters: { prompt, quality: 'fast', options: { preview: 'off' } },
	...more,
});

async function run({ workflow }: Case): Promise<Execution> {
	return await stage.client.waitForExecution(await stage.client.run(workflow, START.name), RUN_TIMEOUT_MS);
}

async function retry(execution: Execution): Promise<Execution> {
	return await stage.client.waitForExecution(await stage.client.retry(execution.id), RUN_TIMEOUT_MS);
}

const itemsOf = (execution: Execution, step = GENERATE) =>
	execution.data.resultData.runData[step].at(-1)!.data!.main![0]!;

function errorOf(execution: Execution): string {
	const { message, description } = execution.data.resultData.error!;
	return `${message} ${description}`;
}

async function expectOneModel({ account }: Case, execution: Execution): Promise<void> {
	expect(execution.status).toBe('success');
	const { charges, tasks } = await account.sandbox.ledger(account.uid);
	expect(charges).toHaveLength(1);
	expect(tasks).toHaveLength(1);
	const [item] = itemsOf(execution);
	expect(item.json.task_id).toBe(charges[0].taskId);
	const bytes = await stage.client.binary(item.binary!.data.id!);
	expect(bytes.subarray(0, 4).toString()).toBe('glTF');
	expect(bytes.readUInt32LE(8)).toBe(bytes.length);
}

/** An execution that the fault has failed once its task was paid for, which its error names. */
async function failOncePaid(made: Case, fault: FaultOrder): Promise<Execution> {
	const { sandbox, uid } = made.account;
	await sandbox.addFaults(uid, fault);
	const failed = await run(made);
	expect(failed.status).toBe('error');
	const [{ taskId }] = (await sandbox.ledger(uid)).charges;
	expect(errorOf(failed)).toContain(taskId);
	await sandbox.clearFaults(uid);
	return failed;
}

describe('Retry of a failed execution', () => {
	it('delivers the model that was paid for when its download had failed', async () => {
		const made = await prepare('A dead CDN', generate('a vase nobody could fetch'));
		const failed = await failOncePaid(made, DEAD_CDN);
		await expectOneModel(made, await retry(failed));
	});

	it('waits for the task that was paid for when its status could not be read', async () => {
		const made = await prepare('A dead status', generate('a vase nobody could ask for'));
		const failed = await failOncePaid(made, { on: 'status', kind: 'status', status: 404, times: -1 });
		await expectOneModel(made, await retry(failed));
	});

	it('does not send again what may have been charged', async () => {
		const made = await prepare('A lost answer', generate('a vase of unknown fate'));
		const { sandbox, uid } = made.account;
		await sandbox.addFaults(uid, { on: 'generate', kind: 'resetAfter', times: -1 });
		const failed = await run(made);
		expect(failed.status).toBe('error');
		expect(errorOf(failed)).toMatch(/may have been charged/);
		await sandbox.clearFaults(uid);
		const again = await retry(failed);
		expect(again.status).toBe('error');
		expect(errorOf(again)).toMatch(/may have been charged/);
		const { charges, requests } = await sandbox.ledger(uid);
		expect(charges).toHaveLength(1);
		expect(requests.filter(({ route }) => route === 'generate')).toHaveLength(1);
	});
});

describe('Retry of an execution that was retried before', () => {
	it('takes up the three models that the first Retry has paid for', async () => {
		const made = await prepare('Retried twice', generate('={{ $json.prompt }}'));
		const { sandbox, uid } = made.account;
		const [start, step] = made.workflow.nodes;
		const set = {
			mode: 'raw',
			jsonOutput: '={{ { list: [1, 2, 3].map((n) => ({ prompt: "a vase, number " + n })) } }}',
		};
		const list = { name: 'List', type: 'n8n-nodes-base.set', typeVersion: 3.4, parameters: set };
		const parameters = { fieldToSplitOut: 'list', options: {} };
		const split = { name: 'Split Out', type: 'n8n-nodes-base.splitOut', parameters };
		made.workflow = await stage.client.saveWorkflow(chain('Retried twice', [start, list, split, step]));
		await sandbox.addFaults(uid, { on: 'generate', kind: 'status', status: 400, times: -1 });
		const refused = await run(made);
		expect(refused.status).toBe('error');
		expect((await sandbox.ledger(uid)).charges).toHaveLength(0);
		await sandbox.clearFaults(uid);
		await sandbox.addFaults(uid, DEAD_CDN);
		const paid = await retry(refused);
		expect(paid.status).toBe('error');
		expect((await sandbox.ledger(uid)).charges).toHaveLength(3);
		await sandbox.clearFaults(uid);
		const again = await retry(refused);
		expect(again.status).toBe('success');
		const { charges } = await sandbox.ledger(uid);
		const ids = itemsOf(again).map(({ json }) => json.task_id);
		expect(ids.sort()).toEqual(charges.map(({ taskId }) => taskId).sort());
		expect(charges).toHaveLength(3);
	});
});

describe('Retry after n8n was killed in the middle of a batch', () => {
	const [ITEMS, CONCURRENCY] = [30, 5];

	it('pays for nothing twice, and names what may have been paid for', async () => {
		// A task takes some ten seconds: the first of the batch are under way when n8n dies.
		const account = await addAccount(stage, { speed: 3 });
		const options = { preview: 'off', concurrency: CONCURRENCY };
		const batch = await Batch.publish(stage, 'Killed', [
			{
				name: GENERATE,
				type: 'n8n-nodes-image3d.image3dGenerate',
				parameters: { prompt: '={{ $json.prompt }}', quality: 'fast', options },
				credentials: account.credentials,
				onError: 'continueRegularOutput',
			},
		]);
		const { sandbox, uid } = account;
		await batch.start(Array.from({ length: ITEMS }, (_, index) => ({ prompt: `a plate, number ${index}` })));
		while ((await sandbox.ledger(uid)).charges.length < CONCURRENCY + 1) await sleep(100);
		await stage.restart('kill');
		const { charges: before } = await sandbox.ledger(uid);
		expect(before.length).toBeLessThan(ITEMS);
		const crashed = await untilCrashed(batch);
		await sandbox.changeUser(uid, { speed: 60 });
		const again = await retry(crashed);
		expect(again.status).toBe('success');
		const { charges, tasks } = await sandbox.ledger(uid);
		expect(charges).toHaveLength(ITEMS);
		expect(new Set(tasks.map(({ body }) => body.prompt)).size).toBe(ITEMS);
		const items = itemsOf(again);
		const named = items.flatMap(({ json }, index) => (json.error === undefined ? [] : index));
		expect(named).toHaveLength(before.length);
		for (const index of named) expect(items[index].json.error).toMatch(/paid for by an earlier try/);
		const made = items.flatMap(({ json }) => json.task_id ?? []);
		const known = before.map(({ taskId }) => taskId);
		expect([...made, ...known].sort()).toEqual(charges.map(({ taskId }) => taskId).sort());
	});

	it('pays for nothing again where n8n died in a later step, before it had saved the models', async () => {
		const account = await addAccount(stage);
		const step = { type: 'n8n-nodes-image3d.image3dGenerate', credentials: account.credentials };
		const batch = await Batch.publish(stage, 'Killed later', [
			{ name: GENERATE, ...step, ...generate('={{ $json.prompt }}') },
			{ name: 'Wait', type: 'n8n-nodes-base.wait', typeVersion: 1.1, parameters: { amount: 50 } },
		]);
		const { sandbox, uid } = account;
		await batch.start([{ prompt: 'a cup' }, { prompt: 'a saucer' }]);
		const isDownloaded = async () => {
			const { downloads } = await sandbox.ledger(uid);
			return downloads.filter(({ complete }) => complete).length === 2;
		};
		while (!(await isDownloaded())) await sleep(100);
		// The node hands its models on, and the next one waits in this process.
		await sleep(3_000);
		await stage.restart('kill');
		const again = await retry(await untilCrashed(batch));
		expect(again.status).toBe('error');
		expect(errorOf(again)).toMatch(/paid for by an earlier try.*Image3D accepted task/);
		expect((await sandbox.ledger(uid)).charges).toHaveLength(2);
	});

	/** n8n, started again, finds out what it had left unfinished. */
	async function untilCrashed(batch: Batch): Promise<Execution> {
		for (;;) {
			const [{ id, status }] = await batch.list();
			if (status === 'crashed') return await stage.client.execution(id);
			await sleep(200);
		}
	}
});

describe('Retry On Fail', () => {
	it('delivers the model that was paid for in an earlier try', async () => {
		const settings = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1_000 };
		const made = await prepare('Tried three times', generate('a vase fetched at last', settings));
		const { sandbox, uid } = made.account;
		// Four downloads are the first try's own; it fails, and so does the first of the second try.
		await sandbox.addFaults(uid, { ...DEAD_CDN, times: 5 });
		await expectOneModel(made, await run(made));
		const { downloads } = await sandbox.ledger(uid);
		expect(downloads.map(({ complete, status }) => complete && status === 200)).toEqual([
			...Array<boolean>(5).fill(false),
			true,
		]);
	});
});

describe('a token that expires between two runs', () => {
	const LIFETIME_S = 20;

	it('is renewed once, and what was stored outlives n8n', async () => {
		const balance = { name: BALANCE, type: 'n8n-nodes-image3d.image3dBalance' };
		const lives = { tokenLifetimeSeconds: LIFETIME_S, rotateRefreshTokens: true };
		const made = await prepare('Seldom used', balance, lives);
		const { sandbox, uid } = made.account;
		const runAndCountRefreshes = async () => {
			const execution = await run(made);
			expect(execution.data.resultData.error).toBeUndefined();
			expect(itemsOf(execution, BALANCE)[0].json).toMatchObject({ unit: 'credits' });
			return (await sandbox.ledger(uid)).refreshes;
		};
		expect(await runAndCountRefreshes()).toBe(1);
		await sleep(LIFETIME_S * 1000);
		expect(await runAndCountRefreshes()).toBe(2);
		// The old refresh token is void: from here on only n8n's database knows the one that works.
		await Promise.all([stage.restart('stop'), sleep(LIFETIME_S * 1000)]);
		await sandbox.changeUser(uid, { tokenLifetimeSeconds: 3600 });
		expect(await runAndCountRefreshes()).toBe(3);
		expect(await runAndCountRefreshes()).toBe(3);
	});
});
