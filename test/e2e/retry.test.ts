/** What went wrong after the money was spent, made good in a real n8n: one charge, whoever tries again. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Execution, Workflow } from '../../harness/n8n/types';
import type { FaultOrder } from '../../sandbox/faults';
import type { UserSettings } from '../../harness/sandbox/sandbox';
import { addAccount, type StageAccount } from '../../harness/e2e/account';
import { OPEN_TIMEOUT_MS, openStage, type TestStage } from '../../harness/e2e/stage';
import { chain, START, type Step } from '../../harness/e2e/workflow';

/** Far more than a run takes: other programs may have the machine to themselves for a while. */
const RUN_TIMEOUT_MS = 180_000;
/** The models' host answers nobody, until the faults are cleared. */
const DEAD_CDN: FaultOrder = { on: 'model', kind: 'status', status: 503, times: -1 };
const GENERATE = 'Image3D Generate';
const BALANCE = 'Image3D Balance';

jest.setTimeout(2 * RUN_TIMEOUT_MS);

let stage: TestStage;

beforeAll(async () => {
	stage = await openStage();
}, OPEN_TIMEOUT_MS);

afterAll(async () => await stage?.close());

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

describe('Retry of a failed execution', () => {
	it('delivers the model that was paid for when its download had failed', async () => {
		const made = await prepare('A dead CDN', generate('a vase nobody could fetch'));
		const { sandbox, uid } = made.account;
		await sandbox.addFaults(uid, DEAD_CDN);
		const failed = await run(made);
		expect(failed.status).toBe('error');
		const [{ taskId }] = (await sandbox.ledger(uid)).charges;
		expect(errorOf(failed)).toContain(taskId);
		await sandbox.clearFaults(uid);
		await expectOneModel(made, await retry(failed));
	});

	it('waits for the task that was paid for when its status could not be read', async () => {
		const made = await prepare('A dead status', generate('a vase nobody could ask for'));
		const { sandbox, uid } = made.account;
		await sandbox.addFaults(uid, { on: 'status', kind: 'status', status: 404, times: -1 });
		const failed = await run(made);
		expect(failed.status).toBe('error');
		const [{ taskId }] = (await sandbox.ledger(uid)).charges;
		expect(errorOf(failed)).toContain(taskId);
		await sandbox.clearFaults(uid);
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
