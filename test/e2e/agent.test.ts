/** Generate and Status as tools of n8n's AI Agent: what its model is offered, and what it is answered. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Execution } from '../../harness/n8n/types';
import { say } from '../../harness/process/say';
import type { UserSettings } from '../../harness/sandbox/sandbox';
import { startWebServer, type WebServer } from '../../harness/sandbox/webServer';
import { addAccount, type StageAccount } from '../../harness/e2e/account';
import { AGENT, runAgent, type AgentOptions } from '../../harness/e2e/agentRun';
import {
	startChatModel,
	type ChatModelServer,
	type Conversation,
	type Turn,
} from '../../harness/e2e/chatModel';
import { OPEN_TIMEOUT_MS, openStage, type TestStage } from '../../harness/e2e/stage';

/** Far more than a run takes: other programs may have the machine to themselves for a while. */
const RUN_TIMEOUT_MS = 120_000;
/** What the README promises; an answer has 45 s and is on its way some seconds later, even on a busy machine. */
const PROMISED_MS = 60_000;
/** An agent pays for every character of an answer. */
const MAX_ANSWER_CHARACTERS = 1_000;
/** The newest agent has n8n run its tools; those before the third version call them by themselves. */
const VERSIONS = [3.1, 1.6];
const DONE = 'Here is your model.';

jest.setTimeout(2 * RUN_TIMEOUT_MS);

let stage: TestStage;
let chat: ChatModelServer;
let web: WebServer;

beforeAll(async () => {
	chat = await startChatModel();
	web = await servePicture();
	stage = await openStage();
}, OPEN_TIMEOUT_MS);

afterAll(async () => {
	await Promise.all([stage?.close(), chat?.close(), web?.close()]);
});

/** A picture under `/chair.webp`, and a page at every other address. */
async function servePicture(): Promise<WebServer> {
	const picture = readFileSync(join(__dirname, '..', '..', 'templates', 'pictures', 'tennis-shoes.webp'));
	return await startWebServer(({ url }, response) => {
		if (url === '/chair.webp') response.writeHead(200, { 'Content-Type': 'image/webp' }).end(picture);
		else response.writeHead(200, { 'Content-Type': 'text/html' }).end('<html>A chair</html>');
	});
}

interface Talk {
	conversation: Conversation;
	account: StageAccount;
	execution: Execution;
}

async function talk(
	typeVersion: number,
	account: StageAccount,
	turns: Turn[],
	options?: Pick<AgentOptions, 'options' | 'tools'>,
): Promise<Talk> {
	const conversation = chat.script(...turns);
	const execution = await runAgent(
		stage,
		chat,
		{ typeVersion, account, conversation, ...options },
		RUN_TIMEOUT_MS,
	);
	return { conversation, account, execution };
}

/** The agent went through the whole script, and no tool's answer carried more than words. */
function expectTalk({ conversation, execution }: Talk, answers: number): Array<Record<string, unknown>> {
	expect(execution.data.resultData.error).toBeUndefined();
	const { runData } = execution.data.resultData;
	expect(runData[AGENT].at(-1)!.data!.main![0]![0].json).toMatchObject({ output: DONE });
	expect(conversation.answers).toHaveLength(answers);
	for (const runs of Object.values(runData)) {
		const items = runs.flatMap(({ data }) => Object.values(data ?? {}).flat(2));
		expect(items.filter((item) => item?.binary !== undefined)).toEqual([]);
	}
	return conversation.answers.map((answer) => {
		expect(answer.length).toBeLessThan(MAX_ANSWER_CHARACTERS);
		expect(answer).not.toMatch(/base64|[A-Za-z0-9+/]{200}/);
		const items = JSON.parse(answer) as Array<Record<string, unknown>>;
		expect(items).toHaveLength(1);
		return items[0];
	});
}

const make = (Prompt: string) => ({ tool: 'Image3D_Generate', input: { Prompt, Quality: 'standard' } });
const look = (link: string) => ({
	tool: 'Image3D_Generate_from_picture',
	input: { Image_URL: `${web.url}/${link}`, Quality: 'fast' },
});
const ask = (Task_ID: string) => ({ tool: 'Image3D_Status', input: { Task_ID } });
const taskIdIn = (answer: string) => String((JSON.parse(answer) as Array<{ task_id: string }>)[0].task_id);

const open = async (settings?: UserSettings) => await addAccount(stage, settings);

describe.each(VERSIONS)('AI Agent %s', (version) => {
	it('offers both nodes by name, purpose and parameters', async () => {
		const said = await talk(version, await open(), [DONE]);
		expectTalk(said, 0);
		const tools = said.conversation.tools.sort((a, b) => a.name.localeCompare(b.name));
		expect(tools.map(({ name }) => name)).toEqual([
			'Image3D_Generate',
			'Image3D_Generate_from_picture',
			'Image3D_Status',
		]);
		const [text, picture, status] = tools;
		expect(text.description).toBe('Turn a product photo or a sentence into a 3D model (GLB)');
		expect(text.parameters).toMatchObject({
			type: 'object',
			properties: {
				Prompt: { type: 'string', description: 'One object, with its material and color' },
				Quality: { type: 'string', default: 'fast', description: expect.stringContaining('ultra') },
			},
		});
		expect(Object.keys(picture.parameters.properties)).toEqual(['Image_URL', 'Quality']);
		expect(status.description).toMatch(/3D model.*task/);
		expect(status.parameters).toMatchObject({ properties: { Task_ID: { type: 'string' } } });
	});

	it('makes a model from words, pays once, and is given its link', async () => {
		const account = await open();
		const said = await talk(version, account, [make('a red boat'), DONE]);
		const [answer] = expectTalk(said, 1);
		const { charges, tasks, downloads } = await account.sandbox.ledger(account.uid);
		expect(charges).toHaveLength(1);
		expect(tasks[0].body).toMatchObject({ mode: 'text', prompt: 'a red boat', quality: 'standard' });
		expect(answer).toMatchObject({
			task_id: charges[0].taskId,
			status: 'success',
			quality: 'standard',
			model_url: expect.stringMatching(/^http/),
		});
		expect(downloads).toEqual([]);
	});

	it('learns that a link shows no picture, pays nothing for that, and sends a better one', async () => {
		const account = await open();
		const said = await talk(version, account, [look('chair'), look('chair.webp'), DONE]);
		const [wrong, right] = expectTalk(said, 2);
		expect(wrong.error).toMatch(/answered with a web page/);
		expect(JSON.stringify(wrong)).toContain('Nothing was charged');
		const { charges } = await account.sandbox.ledger(account.uid);
		expect(charges).toEqual([expect.objectContaining({ taskId: right.task_id, mode: 'image' })]);
		expect(right).toMatchObject({ status: 'success', model_url: expect.stringMatching(/^http/) });
	});

	it('keeps the Spend Limit over the whole conversation, and tells the model', async () => {
		const account = await open();
		const turns = [make('a boat'), make('a second boat'), make('a third boat'), DONE];
		const said = await talk(version, account, turns, { options: { spendLimit: 2 } });
		const answers = expectTalk(said, 3);
		expect(answers.map(({ status }) => status)).toEqual(['success', 'success', 'skipped']);
		expect(answers[2].reason).toContain('Spend Limit allows 2 generations');
		expect((await account.sandbox.ledger(account.uid)).charges).toHaveLength(2);
	});

	/** What the answers rest on: the day this fails, n8n has begun to show its models what tools bring, and ours may. */
	it("is given the words of n8n's own tool, and nothing of the picture that it brings", async () => {
		const fetchPicture = {
			name: 'Fetch',
			type: 'n8n-nodes-base.httpRequestTool',
			typeVersion: 4.2,
			parameters: {
				url: `${web.url}/chair.webp`,
				options: { response: { response: { fullResponse: true, responseFormat: 'file' } } },
			},
		};
		const { conversation, execution } = await talk(
			version,
			await open(),
			[{ tool: 'Fetch', input: {} }, DONE],
			{ tools: [fetchPicture] },
		);
		expect(execution.data.resultData.error).toBeUndefined();
		expect(conversation.answers).toHaveLength(1);
		const told = JSON.stringify(conversation.messages);
		// The newest agent's execution shows that the tool had brought one.
		const [fetched] = execution.data.resultData.runData.Fetch;
		if (version >= 3)
			expect(fetched.data!.ai_tool![0]![0].binary).toMatchObject({ data: { mimeType: 'image/webp' } });
		expect(told).toContain('image/webp');
		expect(told).not.toMatch(/image_url|data:image|"type":"image|[A-Za-z0-9+/]{200}/);
	});

	it('learns that the credits are used up, that there is no such task, and that the service is down', async () => {
		const account = await open({ plan: 'pack', credits: 0 });
		const { sandbox, uid } = account;
		const down = { on: 'status', kind: 'status', status: 503, times: -1 } as const;
		const said = await talk(version, account, [make('a boat'), ask('task-of-nobody'), DONE]);
		const [poor, lost] = expectTalk(said, 2);
		expect(poor.error).toMatch(/credits/);
		expect(JSON.stringify(poor)).toMatch(/pricing/);
		expect(lost.error).toMatch(/task-of-nobody/);
		expect((await sandbox.ledger(uid)).charges).toEqual([]);
		await sandbox.addFaults(uid, down);
		const [answer] = expectTalk(await talk(version, account, [ask('task-of-nobody'), DONE]), 1);
		expect(answer.error).toMatch(/503|unavailable|not reach/);
	});
});

it('is answered in time by a job that takes longer, and fetches it with its task ID', async () => {
	const talks = await Promise.all(
		VERSIONS.map(async (version) => {
			// Fifty seconds.
			const account = await open({ speed: 0.2 });
			const turns: Turn[] = [make('a slow boat'), (answer) => ask(taskIdIn(answer)), DONE];
			return await talk(version, account, turns);
		}),
	);
	for (const said of talks) {
		const [early, late] = expectTalk(said, 2);
		const { sandbox, uid } = said.account;
		const { charges } = await sandbox.ledger(uid);
		expect(charges).toHaveLength(1);
		const task_id = charges[0].taskId;
		expect(early).toEqual({ task_id, status: 'processing', next_step: expect.stringContaining(task_id) });
		expect(early.next_step).toMatch(/Image3D Status/);
		expect(late).toMatchObject({ task_id, status: 'success', model_url: expect.stringContaining(task_id) });
		const [waitedMs] = said.conversation.waitedMs;
		say(`  an answer took ${(waitedMs / 1000).toFixed(1)} s\n`);
		expect(waitedMs).toBeLessThan(PROMISED_MS);
	}
});
