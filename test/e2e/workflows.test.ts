/** Generate among n8n's own ways to build: sub-workflows, loops, branches for errors, error workflows, pinned data. */
import { setTimeout as sleep } from 'node:timers/promises';
import axios from 'axios';
import type { Execution, Item, Workflow, WorkflowInput } from '../../harness/n8n/types';
import { addAccount, type StageAccount } from '../../harness/e2e/account';
import { useStage } from '../../harness/e2e/stage';
import { chain, START, type Step } from '../../harness/e2e/workflow';

/** Far more than a run takes: other programs may have the machine to themselves for a while. */
const RUN_TIMEOUT_MS = 90_000;
const GENERATE = 'Image3D Generate';
const LIST = 'Prompts';
const REASON = 'The kiln has cracked';

jest.setTimeout(2 * RUN_TIMEOUT_MS);

const stage = useStage();

const list = (...prompts: string[]): Step => ({
	name: LIST,
	type: 'n8n-nodes-base.code',
	typeVersion: 2,
	parameters: { jsCode: `return ${JSON.stringify(prompts)}.map((prompt) => ({ json: { prompt } }));` },
});

const noOp = (name: string): Step => ({ name, type: 'n8n-nodes-base.noOp' });

const generate = ({ credentials }: StageAccount, more: Partial<Step> = {}): Step => ({
	name: GENERATE,
	type: 'n8n-nodes-image3d.image3dGenerate',
	parameters: {
		prompt: '={{ $json.prompt }}',
		quality: 'fast',
		options: { preview: 'off', concurrency: 1 },
	},
	credentials,
	...more,
});

/** The main connections of a workflow that is more than a chain: for each step its outputs' next steps. */
function wire(workflow: WorkflowInput, next: Record<string, string[]>): WorkflowInput {
	const connections = Object.entries(next).map(([name, outputs]) => {
		const main = outputs.map((node) => [{ node, type: 'main', index: 0 }]);
		return [name, { main }];
	});
	return { ...workflow, connections: Object.fromEntries(connections) };
}

async function start(workflow: Workflow): Promise<Execution> {
	const execution = await stage.client.waitForExecution(
		await stage.client.run(workflow, START.name),
		RUN_TIMEOUT_MS,
	);
	expect(execution.data.resultData.error).toBeUndefined();
	return execution;
}

const run = async (input: WorkflowInput) => await start(await stage.client.saveWorkflow(input));

const itemsOf = ({ data }: Execution, step: string, output = 0): Item[] =>
	data.resultData.runData[step]?.at(-1)?.data?.main?.[output] ?? [];

const ledgerOf = async ({ sandbox, uid }: StageAccount) => await sandbox.ledger(uid);

async function expectModels(items: Item[], taskIds: string[]): Promise<void> {
	expect(items.map(({ json }) => json.task_id)).toEqual(taskIds);
	for (const { json, binary } of items) {
		const bytes = await stage.client.binary(binary!.data.id!);
		expect(bytes.subarray(0, 4).toString('latin1')).toBe('glTF');
		expect(bytes.length).toBe((json.model as { file_size: number }).file_size);
	}
}

it('hands the models of a sub-workflow to the workflow that called it', async () => {
	const account = await addAccount(stage);
	const called: Step = {
		name: 'When called',
		type: 'n8n-nodes-base.executeWorkflowTrigger',
		typeVersion: 1.1,
		parameters: { inputSource: 'passthrough' },
	};
	const child = await stage.client.saveWorkflow(chain('Models of a list', [called, generate(account)]));
	await stage.client.activate(child.id);
	const call: Step = {
		name: 'Call',
		type: 'n8n-nodes-base.executeWorkflow',
		typeVersion: 1.2,
		parameters: { workflowId: { __rl: true, mode: 'id', value: child.id }, options: {} },
	};
	const execution = await run(chain('Calls another', [START, list('a vase', 'a bowl'), call]));
	const { charges, tasks } = await ledgerOf(account);
	expect(charges).toHaveLength(2);
	expect(tasks.map(({ body }) => body.prompt)).toEqual(['a vase', 'a bowl']);
	await expectModels(
		itemsOf(execution, 'Call'),
		tasks.map(({ taskId }) => taskId),
	);
});

it('makes a model of its own for each round of a loop, for the same words too', async () => {
	const account = await addAccount(stage);
	const loop = { name: 'Loop Over Items', type: 'n8n-nodes-base.splitInBatches', typeVersion: 3 };
	const prompts = ['a vase', 'a vase', 'a bowl'];
	const steps = [START, list(...prompts), loop, generate(account), noOp('Done')];
	const execution = await run(
		wire(chain('Loops', steps), {
			[START.name]: [LIST],
			[LIST]: [loop.name],
			[loop.name]: ['Done', GENERATE],
			[GENERATE]: [loop.name],
		}),
	);
	const { charges, tasks } = await ledgerOf(account);
	expect(tasks.map(({ body }) => body.prompt)).toEqual(prompts);
	expect(new Set(charges.map(({ taskId }) => taskId)).size).toBe(3);
	expect(execution.data.resultData.runData[GENERATE]).toHaveLength(3);
	await expectModels(
		itemsOf(execution, 'Done'),
		tasks.map(({ taskId }) => taskId),
	);
});

describe('three models of which the second fails', () => {
	const prompts = ['a vase', 'a cracked vase', 'a bowl'];

	async function prepare(): Promise<StageAccount> {
		const account = await addAccount(stage);
		await account.sandbox.addFaults(account.uid, {
			on: 'generate',
			kind: 'failJob',
			reason: REASON,
			after: 1,
		});
		return account;
	}

	it('go to the two outputs with a branch for errors, and the error with its task and reason', async () => {
		const account = await prepare();
		const step = generate(account, { onError: 'continueErrorOutput' });
		const steps = [START, list(...prompts), step, noOp('Good'), noOp('Failed')];
		const execution = await run(
			wire(chain('Two branches', steps), {
				[START.name]: [LIST],
				[LIST]: [GENERATE],
				[GENERATE]: ['Good', 'Failed'],
			}),
		);
		const [first, second, third] = (await ledgerOf(account)).tasks.map(({ taskId }) => taskId);
		await expectModels(itemsOf(execution, 'Good'), [first, third]);
		const [failed, ...others] = itemsOf(execution, 'Failed');
		expect(others).toEqual([]);
		expect(failed.json).toMatchObject({ error: expect.stringContaining(REASON), task_id: second });
	});

	it('all go on in their order with Continue On Fail', async () => {
		const account = await prepare();
		const step = generate(account, { onError: 'continueRegularOutput' });
		const execution = await run(chain('Goes on', [START, list(...prompts), step, noOp('All')]));
		const [first, second, third] = (await ledgerOf(account)).tasks.map(({ taskId }) => taskId);
		const items = itemsOf(execution, 'All');
		expect(items).toHaveLength(3);
		await expectModels([items[0], items[2]], [first, third]);
		expect(items[1].json).toMatchObject({ error: expect.stringContaining(REASON), task_id: second });
		expect(items[1].binary).toBeUndefined();
	});
});

it('tells an error workflow the reason and the task', async () => {
	const account = await addAccount(stage);
	await account.sandbox.addFaults(account.uid, { on: 'generate', kind: 'failJob', reason: REASON });
	const caught = { name: 'Error Trigger', type: 'n8n-nodes-base.errorTrigger' };
	const errorWorkflow = await stage.client.saveWorkflow(chain('Catches errors', [caught, noOp('Mail')]));
	await stage.client.activate(errorWorkflow.id);
	const webhook: Step = {
		name: 'Webhook',
		type: 'n8n-nodes-base.webhook',
		typeVersion: 2,
		webhookId: 'b33c1d6a-7f6e-4f0e-9e8f-1d3f5a7c9b01',
		parameters: { path: 'cracks', responseMode: 'onReceived', options: {} },
	};
	const step = generate(account);
	step.parameters = { ...step.parameters, prompt: 'a cracked vase' };
	const failing = await stage.client.saveWorkflow(
		chain('Fails', [webhook, step], { errorWorkflow: errorWorkflow.id }),
	);
	await stage.client.activate(failing.id);
	await axios.get(`http://127.0.0.1:${stage.n8n.port}/webhook/cracks`, { proxy: false });
	const execution = await firstExecution(errorWorkflow);
	const told = itemsOf(execution, 'Mail')[0].json as {
		execution: { error: { message: string; description: string }; lastNodeExecuted: string };
		workflow: { name: string };
	};
	const [{ taskId }] = (await ledgerOf(account)).charges;
	expect(told.workflow.name).toBe('Fails');
	expect(told.execution.lastNodeExecuted).toBe(GENERATE);
	expect(told.execution.error.message).toContain(REASON);
	expect(`${told.execution.error.message} ${told.execution.error.description}`).toContain(taskId);
});

async function firstExecution({ id }: Workflow): Promise<Execution> {
	for (const deadline = Date.now() + RUN_TIMEOUT_MS; Date.now() < deadline; await sleep(250)) {
		const [first] = await stage.client.executions(id);
		if (first !== undefined) return await stage.client.waitForExecution(first.id, RUN_TIMEOUT_MS);
	}
	throw new Error(`Workflow ${id} was not started`);
}

describe('pinned data', () => {
	it('takes the place of the node: nothing is asked for and nothing is paid', async () => {
		const account = await addAccount(stage);
		const steps = [START, list('a vase'), generate(account), noOp('Next')];
		const pinned = { task_id: 'task-of-last-week', status: 'success' };
		const pinData = { [GENERATE]: [{ json: pinned }] };
		const execution = await run({ ...chain('Pinned', steps), pinData });
		expect(itemsOf(execution, 'Next').map(({ json }) => json)).toEqual([pinned]);
		expect((await ledgerOf(account)).requests).toEqual([]);
	});

	it('is made into a model where it is the input', async () => {
		const account = await addAccount(stage);
		const pinData = { [LIST]: [{ json: { prompt: 'a pinned vase' } }] };
		const steps = [START, list('a vase'), generate(account)];
		const execution = await run({ ...chain('Pinned input', steps), pinData });
		const { charges, tasks } = await ledgerOf(account);
		expect(tasks.map(({ body }) => body.prompt)).toEqual(['a pinned vase']);
		await expectModels(itemsOf(execution, GENERATE), [charges[0].taskId]);
	});
});
