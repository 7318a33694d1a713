/** What workflows use on n8n 3.0 in place of what it removes; of `npm run test:compat -- --as-3.0`. */
import { installN8nVersion } from '../../harness/n8n/anyVersion';
import { rehearsal } from '../../harness/compat/as30';
import { itemsOf, run, RUN_TIMEOUT_MS, step } from '../../harness/compat/runNodes';
import { addAccount } from '../../harness/e2e/account';
import { AGENT, runAgent } from '../../harness/e2e/agentRun';
import { startChatModel, type ChatModelServer } from '../../harness/e2e/chatModel';
import { OPEN_TIMEOUT_MS, openStage, type TestStage } from '../../harness/e2e/stage';
import { chain, START, type Step } from '../../harness/e2e/workflow';

/** Version 1 of the agent is gone in 3.0. */
const AGENT_VERSIONS = [2, 2.2, 3.1];
const DONE = 'Here is your model.';

jest.setTimeout(2 * RUN_TIMEOUT_MS);

let stage: TestStage;
let chat: ChatModelServer;

beforeAll(async () => {
	const installation = await installN8nVersion(process.env.IMAGE3D_N8N_VERSION);
	chat = await startChatModel();
	stage = await openStage({ n8n: { installation, env: rehearsal() } });
}, OPEN_TIMEOUT_MS);

afterAll(async () => {
	await Promise.all([stage?.close(), chat?.close()]);
});

it.each(AGENT_VERSIONS)('an AI Agent of version %s has a model made by its tool', async (typeVersion) => {
	const account = await addAccount(stage);
	const conversation = chat.script(
		{ tool: 'Image3D_Generate', input: { Prompt: 'a vase', Quality: 'fast' } },
		DONE,
	);
	const options = { typeVersion, account, conversation };
	const { data } = await runAgent(stage, chat, options, RUN_TIMEOUT_MS);
	expect(data.resultData.error).toBeUndefined();
	expect(data.resultData.runData[AGENT].at(-1)!.data!.main![0]![0].json).toMatchObject({ output: DONE });
	const { charges } = await account.sandbox.ledger(account.uid);
	expect(charges).toHaveLength(1);
	expect(JSON.parse(conversation.answers[0])).toEqual([
		expect.objectContaining({ status: 'success', task_id: charges[0].taskId }),
	]);
});

it('Loop Over Items calls a sub-workflow for each item, and each pays once', async () => {
	const account = await addAccount(stage);
	const generate = { prompt: '={{ $json.prompt }}', quality: 'fast', options: { preview: 'off' } };
	const one = await stage.client.saveWorkflow(
		chain('One model', [
			{
				name: 'Called',
				type: 'n8n-nodes-base.executeWorkflowTrigger',
				typeVersion: 1.1,
				parameters: { inputSource: 'passthrough' },
			},
			step('Image3D Generate', account, generate),
		]),
	);
	// A workflow that others call is a published one.
	await stage.client.activate(one.id);
	const prompts: Step = {
		name: 'Prompts',
		type: 'n8n-nodes-base.code',
		typeVersion: 2,
		parameters: { jsCode: `return ['a vase', 'a bowl', 'a cup'].map((prompt) => ({ json: { prompt } }));` },
	};
	const loop: Step = {
		name: 'Loop Over Items',
		type: 'n8n-nodes-base.splitInBatches',
		typeVersion: 3,
		parameters: { batchSize: 1, options: {} },
	};
	const call: Step = {
		name: 'Make one',
		type: 'n8n-nodes-base.executeWorkflow',
		typeVersion: 1.2,
		parameters: { workflowId: { __rl: true, mode: 'id', value: one.id }, mode: 'once', options: {} },
	};
	const { connections, ...looped } = chain('One after the other', [START, prompts, loop, call]);
	const workflow = await stage.client.saveWorkflow({
		...looped,
		connections: {
			...connections,
			[loop.name]: { main: [[], [{ node: call.name, type: 'main', index: 0 }]] },
			[call.name]: { main: [[{ node: loop.name, type: 'main', index: 0 }]] },
		},
	});
	const items = itemsOf(await run(stage, workflow), loop.name);
	const { charges } = await account.sandbox.ledger(account.uid);
	expect(items.map(({ json }) => json.task_id)).toEqual(charges.map(({ taskId }) => taskId));
	expect(items).toHaveLength(3);
	for (const { json } of items) expect(json).toMatchObject({ status: 'success' });
});
