/**
 * Every node once, and what must never fail, in the n8n that `IMAGE3D_N8N_VERSION` names; in the pinned one without it.
 * Files are kept where that n8n keeps them by default, or as `IMAGE3D_BINARY_MODE` says.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import axios from 'axios';
import { installN8nVersion } from '../../harness/n8n/anyVersion';
import type { N8nOptions } from '../../harness/n8n/host';
import type { N8nInstallation } from '../../harness/n8n/install';
import { say } from '../../harness/process/say';
import { collectResults, STEPS } from '../../harness/start/results';
import { importTemplates, MAIN_TEMPLATE, readTemplates } from '../../harness/start/templates';
import { addAccount } from '../../harness/e2e/account';
import { addDataTable, addN8nCredential, type N8nKey } from '../../harness/e2e/dataTable';
import { TRIGGER } from '../../harness/e2e/deliveries';
import { OPEN_TIMEOUT_MS, openStage, ROOT, type TestStage } from '../../harness/e2e/stage';
import { chain, START } from '../../harness/e2e/workflow';
import { rehearsal } from '../../harness/compat/as30';
import {
	bytesOf,
	DELIVERY_TIMEOUT_MS,
	expectBytesOfTheCdn,
	firstDelivery,
	itemsOf,
	run,
	runChain,
	RUN_TIMEOUT_MS,
	step,
} from '../../harness/compat/runNodes';

const PNG_MAGIC = 'iVBORw0KGgo';

jest.setTimeout(2 * DELIVERY_TIMEOUT_MS);

let installation: N8nInstallation;
let stage: TestStage;

beforeAll(async () => {
	installation = await installN8nVersion(process.env.IMAGE3D_N8N_VERSION);
	const binaryMode = process.env.IMAGE3D_BINARY_MODE as N8nOptions['binaryMode'];
	stage = await openStage({ n8n: { installation, binaryMode, env: rehearsal() } });
}, OPEN_TIMEOUT_MS);

afterAll(async () => await stage?.close());

it('accepts a credential that works and refuses one that does not', async () => {
	const { client } = stage;
	const { credential, user } = await addAccount(stage);
	const { data } = await client.credential(credential.id);
	const test = async (refreshToken: string) =>
		await client.testCredential({ ...credential, data: { ...data, refreshToken } });
	expect(await test(user.refreshToken)).toMatchObject({ status: 'OK' });
	expect(await test('somebody-elses')).toMatchObject({ status: 'Error' });
});

it('makes a model and a picture of a sentence, and has status, balance and payment page for it', async () => {
	const account = await addAccount(stage);
	const execution = await runChain(
		stage,
		'From a sentence',
		step('Image3D Generate', account, { prompt: 'a vase', quality: 'fast', options: { preview: 'image' } }),
		step('Image3D Status', account, { downloadModel: true }),
		step('Image3D Balance', account, { options: { minimumBalance: 1 } }),
		step('Image3D Checkout', account, { type: 'pack', priceId: 'price_starter' }),
	);
	const [generated] = itemsOf(execution, 'Image3D Generate');
	expect(generated.json).toMatchObject({ status: 'success', quality: 'fast', model: expect.anything() });
	await expectBytesOfTheCdn(stage, generated);
	expect((await bytesOf(stage, generated.binary!.preview)).toString('base64')).toMatch(
		RegExp(`^${PNG_MAGIC}`),
	);
	const [asked] = itemsOf(execution, 'Image3D Status');
	expect(asked.json).toMatchObject({ status: 'success', task_id: generated.json.task_id });
	await expectBytesOfTheCdn(stage, asked);
	const [balance] = itemsOf(execution, 'Image3D Balance');
	expect(balance.json).toMatchObject({ balance: expect.any(Number), sufficient: true });
	const [checkout] = itemsOf(execution, 'Image3D Checkout');
	const page = await axios.get<string>(String(checkout.json.checkout_url), { proxy: false });
	expect(page.data).toContain('Starter pack');
});

it('makes a model of each picture in a folder, with the main workflow', async () => {
	const templates = readTemplates(`${ROOT}/templates`);
	const main = new Map([[MAIN_TEMPLATE, templates.get(MAIN_TEMPLATE)!]]);
	const execution = await run(stage, (await importTemplates(stage.client, main, stage)).get(MAIN_TEMPLATE)!);
	for (const item of itemsOf(execution, STEPS.generate)) await expectBytesOfTheCdn(stage, item);
	const results = await collectResults(execution);
	expect(results).toHaveLength(3);
	for (const { problems } of results) expect(problems).toEqual([]);
});

it('sends what failed to the error output with its task, and goes on with the rest', async () => {
	const account = await addAccount(stage);
	const prompts = {
		name: 'Three prompts',
		type: 'n8n-nodes-base.code',
		typeVersion: 2,
		parameters: {
			jsCode: `return ['a vase', 'a lost vase', 'a bowl'].map((prompt) => ({ json: { prompt } }));`,
		},
	};
	await account.sandbox.addFaults(account.uid, { on: 'model', kind: 'status', status: 404, times: -1 });
	const generate = step(
		'Image3D Generate',
		account,
		{
			prompt: '={{ $json.prompt }}',
			quality: 'fast',
			downloadModel: "={{ $json.prompt === 'a lost vase' }}",
			options: { preview: 'off' },
		},
		{ onError: 'continueErrorOutput' },
	);
	const execution = await runChain(stage, 'Error output', prompts, generate);
	const { tasks } = await account.sandbox.ledger(account.uid);
	const [lost] = itemsOf(execution, 'Image3D Generate', 1);
	expect(itemsOf(execution, 'Image3D Generate').map(({ json }) => json.status)).toEqual([
		'success',
		'success',
	]);
	expect(lost.json.error).toEqual(expect.stringContaining('404'));
	expect(tasks.map(({ taskId }) => taskId)).toContain(lost.json.task_id);
});

it('renews a sign-in that expired', async () => {
	const account = await addAccount(stage, { tokenLifetimeSeconds: 5, rotateRefreshTokens: true });
	const balance = step('Image3D Balance', account, {});
	const workflow = await stage.client.saveWorkflow(chain('Seldom used', [START, balance]));
	for (const refreshes of [1, 2, 3]) {
		const [item] = itemsOf(await run(stage, workflow), 'Image3D Balance');
		expect(item.json).toMatchObject({ unit: 'credits' });
		expect((await account.sandbox.ledger(account.uid)).refreshes).toBe(refreshes);
		await sleep(6_000);
	}
});

it('fetches what was paid for when a failed execution is retried', async () => {
	const account = await addAccount(stage);
	const { sandbox, uid } = account;
	await sandbox.addFaults(uid, { on: 'model', kind: 'status', status: 503, times: -1 });
	const generate = { prompt: 'a vase', quality: 'fast', options: { preview: 'off' } };
	const failed = await runChain(stage, 'A dead CDN', step('Image3D Generate', account, generate));
	expect(failed.status).toBe('error');
	await sandbox.clearFaults(uid);
	const again = await stage.client.waitForExecution(await stage.client.retry(failed.id), RUN_TIMEOUT_MS);
	const [item] = itemsOf(again, 'Image3D Generate');
	const { charges } = await sandbox.ledger(uid);
	expect(charges.map(({ taskId }) => taskId)).toEqual([item.json.task_id]);
	await expectBytesOfTheCdn(stage, item);
});

it('stops asking when the execution is stopped', async () => {
	const { client } = stage;
	const account = await addAccount(stage, { speed: 0.1 });
	const generate = { prompt: 'a slow vase', quality: 'fast', options: { pollInterval: 1 } };
	const workflow = chain('A long run', [START, step('Image3D Generate', account, generate)]);
	const id = await client.run(await client.saveWorkflow(workflow), START.name);
	const ledger = async () => await account.sandbox.ledger(account.uid);
	while ((await ledger()).charges.length === 0) await sleep(200);
	await client.stopExecution(id);
	expect((await client.waitForExecution(id, RUN_TIMEOUT_MS)).status).toBe('canceled');
	await sleep(1_500);
	const { length } = (await ledger()).requests;
	await sleep(4_000);
	expect((await ledger()).requests).toHaveLength(length);
});

describe(TRIGGER, () => {
	const pollTimes = { item: [{ mode: 'everyMinute' }] };
	const last = { name: 'Delivered', type: 'n8n-nodes-base.noOp' };

	/** n8n's public API has them since 2.7. */
	async function givesTables({ http }: N8nKey): Promise<boolean> {
		return (await http.get('', { validateStatus: (status) => [200, 404].includes(status) })).status === 200;
	}

	it('starts a workflow with a model of its list', async () => {
		const account = await addAccount(stage);
		const task_id = await account.sandbox.addTask(account.uid, { state: 'success', quality: 'fast' });
		const trigger = step(TRIGGER, account, { pollTimes, taskSource: 'list', taskIds: task_id });
		const workflow = await stage.client.saveWorkflow(chain('Watch a list', [trigger, last]));
		const { status, item } = await firstDelivery(stage, workflow);
		expect(status).toBe('success');
		expect(item.json).toMatchObject({ task_id, status: 'success' });
		await expectBytesOfTheCdn(stage, item);
	});

	it('starts a workflow with a model of a Data Table and its row, or says why it cannot', async () => {
		const account = await addAccount(stage);
		const key = await addN8nCredential(stage, 'This n8n');
		const watch = async (tableId: string) => {
			const trigger = step(TRIGGER, account, {
				pollTimes,
				taskSource: 'dataTable',
				dataTableId: { __rl: true, mode: 'id', value: tableId },
				options: { statusColumn: 'state', statusValue: 'waiting' },
			});
			trigger.credentials = { ...trigger.credentials, ...key.credentials };
			return await stage.client.saveWorkflow(chain('Watch a table', [trigger, last]));
		};
		if (!(await givesTables(key))) {
			say(`\n  n8n ${installation.version} gives no access to its Data Tables\n`);
			const { id } = await watch('abcdefghABCDEFGH');
			await expect(stage.client.activate(id)).rejects.toThrow('This n8n gives no access to its Data Tables');
			return;
		}
		const table = await addDataTable(key, 'Queue', ['task_id', 'product', 'state']);
		const add = async (state: string) => {
			const task_id = await account.sandbox.addTask(account.uid, { state: 'success', quality: 'fast' });
			await table.add([{ task_id, product: 'Vase', state }]);
			return task_id;
		};
		await add('delivered');
		const task_id = await add('waiting');
		const { item } = await firstDelivery(stage, await watch(table.id));
		expect(item.json).toMatchObject({ task_id, status: 'success', row: { product: 'Vase' } });
		await expectBytesOfTheCdn(stage, item);
	});
});
