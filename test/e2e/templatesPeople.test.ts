/** The templates that people talk to in a real n8n: a form that gives the model back, and a chat with an agent. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import axios from 'axios';
import type { Execution, Workflow } from '../../harness/n8n/types';
import { STEPS } from '../../harness/start/results';
import { importTemplates, readTemplates } from '../../harness/start/templates';
import { addAccount } from '../../harness/e2e/account';
import { startChatModel, type ChatModelServer } from '../../harness/e2e/chatModel';
import { fillIn, openForm } from '../../harness/e2e/form';
import { HOSTILE_SENTENCES } from '../../harness/e2e/hostileNames';
import { OPEN_TIMEOUT_MS, openStage, ROOT, type TestStage } from '../../harness/e2e/stage';
import { addCredentialOf, completeTemplate, outputOf } from '../../harness/e2e/template';

const RUN_TIMEOUT_MS = 90_000;
const NO_THING = '../../etc/x';
const LAMP = 'a "fancy" lamp: 50% off?';
const FORM = 'form-description-in-model-out.json';

jest.setTimeout(2 * RUN_TIMEOUT_MS);

let stage: TestStage;
let chat: ChatModelServer;
let workflows: Map<string, Workflow>;

beforeAll(async () => {
	// One after the other: whatever was started is known to `afterAll`.
	chat = await startChatModel();
	stage = await openStage();
	workflows = await importTemplates(stage.client, readTemplates(join(ROOT, 'templates')), stage);
}, OPEN_TIMEOUT_MS);

afterAll(async () => {
	await Promise.all([stage?.close(), chat?.close()]);
});

async function newest(workflow: Workflow): Promise<Execution> {
	const [{ id }] = await stage.client.executions(workflow.id);
	return await stage.client.waitForExecution(id, RUN_TIMEOUT_MS);
}

describe(FORM, () => {
	const formUrl = () => `http://127.0.0.1:${stage.n8n.port}/form/describe-a-thing`;

	it('gives the visitor the model of what they described, and a sentence when there is none', async () => {
		const account = await addAccount(stage, { tinyModels: false });
		const { sandbox, uid } = account;
		const workflow = await completeTemplate(stage, workflows.get(FORM)!, {
			credentials: [account.credential],
		});
		await stage.client.activate(workflow.id);
		const url = formUrl();
		const form = await openForm(url);
		for (const shown of ['Description', 'Quality', 'Fast', 'Pro', 'Make it']) expect(form).toContain(shown);

		const page = await fillIn(url, ['a red wooden boat', 'Fast'], RUN_TIMEOUT_MS);
		expect(page.html).toContain('Your 3D model is ready');
		expect(page.html).toMatch(/download starts by itself: \d+,\d+ faces, \d+\.\d MB/);
		const execution = await newest(workflow);
		expect(execution.status).toBe('success');
		const [{ json }] = outputOf(execution, STEPS.generate);
		const { data } = await axios.get<ArrayBuffer>(String(json.model_url), {
			responseType: 'arraybuffer',
			proxy: false,
		});
		expect(page.files).toHaveLength(1);
		expect(page.files[0]).toMatchObject({ type: 'model/gltf-binary' });
		expect(page.files[0].bytes.equals(Buffer.from(data))).toBe(true);
		const [task] = (await sandbox.ledger(uid)).tasks;
		expect(task.body).toMatchObject({ mode: 'text', prompt: 'a red wooden boat', quality: 'fast' });

		await sandbox.addFaults(uid, { on: 'generate', kind: 'failJob', reason: 'Nothing to see' });
		const sorry = await fillIn(url, ['a thing', 'Fast'], RUN_TIMEOUT_MS);
		expect(sorry.html).toContain('That did not work');
		expect(sorry.files).toEqual([]);
		expect(sorry.html).toContain('Nothing to see');
		const [failed] = outputOf(await newest(workflow), STEPS.generate, 1);
		expect(failed.json.error).toMatch(/Nothing to see/);
	});

	it('says what is wrong with a description, and takes any other', async () => {
		const account = await addAccount(stage);
		const { sandbox, uid } = account;
		const workflow = await completeTemplate(stage, workflows.get(FORM)!, {
			credentials: [account.credential],
		});
		await stage.client.activate(workflow.id);
		// No files are made of them: some will do.
		const hostile = HOSTILE_SENTENCES.slice(-3);
		const empty = await fillIn(formUrl(), ['', 'Fast'], RUN_TIMEOUT_MS);
		expect(empty.html).toContain('That did not work');
		expect(empty.html).toMatch(/Prompt.{1,6} is empty/);
		for (const [index, sentence] of hostile.entries()) {
			const page = await fillIn(formUrl(), [sentence, 'Fast'], RUN_TIMEOUT_MS);
			expect(page.files).toHaveLength(1);
			expect((await sandbox.ledger(uid)).tasks[index].body.prompt).toBe(sentence);
		}
		// What is not the visitor's fault is not told to them.
		await sandbox.addFaults(uid, { on: 'generate', kind: 'status', status: 402 });
		const sorry = await fillIn(formUrl(), ['a thing', 'Fast'], RUN_TIMEOUT_MS);
		expect(sorry.html).toContain('Please try again later');
		expect((await sandbox.ledger(uid)).charges).toHaveLength(hostile.length);
	});

	it('gives the task and a link when it takes longer, and that page has the model', async () => {
		const account = await addAccount(stage, { speed: 2 });
		const { sandbox, uid } = account;
		const workflow = await completeTemplate(stage, workflows.get(FORM)!, {
			credentials: [account.credential],
			fields: { [STEPS.generate]: { options: { preview: 'off', timeout: 1 } } },
		});
		await stage.client.activate(workflow.id);
		const early = await fillIn(formUrl(), ['a red wooden boat', 'Fast'], RUN_TIMEOUT_MS);
		const { taskId } = (await sandbox.ledger(uid)).tasks[0];
		expect(early.html).toContain('Not ready yet');
		expect(early.html).toContain(taskId);
		const [, href] = /href="([^"]*my-3d-model[^"]*)"/.exec(early.html)!;
		const link = new URL(href, `http://127.0.0.1:${stage.n8n.port}/form-waiting/1`);
		expect(await openForm(link.href)).toContain(`value="${taskId}"`);
		let page = await fillIn(link.href, [taskId], RUN_TIMEOUT_MS);
		for (const deadline = Date.now() + RUN_TIMEOUT_MS; page.files.length === 0 && Date.now() < deadline; ) {
			expect(page.html).toContain('Not ready yet');
			page = await fillIn(link.href, [taskId], RUN_TIMEOUT_MS);
		}
		expect(page.html).toContain('Your 3D model is ready');
		expect(page.files[0].bytes.subarray(0, 4).toString()).toBe('glTF');
		expect((await sandbox.ledger(uid)).charges).toHaveLength(1);
	});
});

describe('agent-with-3d-tools.json', () => {
	it('makes a model when asked to, tells its link, and looks at it again', async () => {
		const account = await addAccount(stage);
		const data = { apiKey: 'none', url: chat.url };
		const openAi = await addCredentialOf(stage, { name: 'OpenAI account', type: 'openAiApi', data });
		let made: Record<string, unknown> = {};
		const conversation = chat.script(
			{ tool: 'Make_a_3D_model', input: { Prompt: 'a blue ceramic vase', Quality: 'fast' } },
			(answer) => {
				[made] = JSON.parse(answer) as Array<Record<string, unknown>>;
				return `Here it is: ${String(made.model_url)}`;
			},
			() => ({ tool: 'Look_at_a_task', input: { Task_ID: made.task_id } }),
			(answer) => `It is ${(JSON.parse(answer) as Array<{ status: string }>)[0].status}.`,
			{ tool: 'Make_a_3D_model', input: { Prompt: NO_THING, Quality: 'fast' } },
			(answer) => ({
				tool: 'Make_a_3D_model',
				input: { Prompt: LAMP, Quality: answer.includes('Too odd') && 'fast' },
			}),
			(answer) => `Another one: ${(JSON.parse(answer) as Array<{ model_url: string }>)[0].model_url}`,
		);
		const workflow = await completeTemplate(stage, workflows.get('agent-with-3d-tools.json')!, {
			credentials: [account.credential, openAi],
			fields: { 'Chat model': { model: { __rl: true, mode: 'id', value: conversation.model } } },
		});
		const sessionId = randomUUID();
		const first = await say(workflow, sessionId, 'Make me a blue ceramic vase');
		const link = String(made.model_url);
		expect(first).toBe(`Here it is: ${link}`);
		expect((await axios.head(link, { proxy: false })).headers['content-type']).toBe('model/gltf-binary');
		const told = new Map(conversation.tools.map(({ name, description }) => [name, description]));
		expect([...told.keys()].sort()).toEqual(['Look_at_a_task', 'Make_a_3D_model']);
		expect(told.get('Make_a_3D_model')).toMatch(/Costs one generation/);
		expect(told.get('Look_at_a_task')).toMatch(/Free of charge/);
		expect(await say(workflow, sessionId, 'Is it still there?')).toBe('It is success.');
		const { charges, tasks } = await account.sandbox.ledger(account.uid);
		expect(charges).toHaveLength(1);
		expect(tasks[0].body).toMatchObject({ prompt: 'a blue ceramic vase', quality: 'fast' });

		// One that cannot be made does not end the conversation.
		const reason = 'Too odd';
		await account.sandbox.addFaults(account.uid, { on: 'generate', kind: 'failJob', reason });
		const another = await say(workflow, sessionId, 'Make me two other things');
		const lamp = (await account.sandbox.ledger(account.uid)).tasks.at(-1)!;
		expect(lamp.body).toMatchObject({ prompt: LAMP });
		expect(another).toContain('Another one: http');
	});
});

/** Writes a line into the editor's chat, and resolves with the agent's answer. */
async function say(workflow: Workflow, sessionId: string, chatInput: string): Promise<string> {
	const item = { json: { sessionId, action: 'sendMessage', chatInput } };
	const trigger = { data: { main: [[item]] }, source: [], startTime: Date.now(), executionTime: 0 };
	const { executionId } = await stage.client.call<{ executionId: string }>(
		'POST',
		`/workflows/${workflow.id}/run`,
		{
			workflowData: workflow,
			startNodes: [],
			triggerToStartFrom: {
				name: 'When chat message received',
				data: { ...trigger, executionStatus: 'success', executionIndex: 0 },
			},
		},
	);
	const execution = await stage.client.waitForExecution(executionId, RUN_TIMEOUT_MS);
	expect(execution.data.resultData.error).toBeUndefined();
	return String(outputOf(execution, 'AI Agent').at(-1)!.json.output);
}
