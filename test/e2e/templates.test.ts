/** The templates that write into a folder, and the webhook, in a real n8n: with names that file systems dislike. */
import { mkdirSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import axios, { type AxiosResponse } from 'axios';
import FormData from 'form-data';
import type { Execution, Workflow } from '../../harness/n8n/types';
import { collectResults, STEPS } from '../../harness/start/results';
import { importTemplates, MAIN_TEMPLATE, readTemplates } from '../../harness/start/templates';
import { addAccount, type StageAccount } from '../../harness/e2e/account';
import {
	HOSTILE_PICTURES,
	HOSTILE_SENTENCES,
	NO_PICTURE,
	writeHostilePictures,
} from '../../harness/e2e/hostileNames';
import { OPEN_TIMEOUT_MS, openStage, ROOT, type TestStage } from '../../harness/e2e/stage';
import { completeTemplate, outputOf } from '../../harness/e2e/template';

const RUN_TIMEOUT_MS = 90_000;
const LOOK_MS = 500;
const LOST = 'What did not work';

jest.setTimeout(2 * RUN_TIMEOUT_MS);

let stage: TestStage;
let account: StageAccount;
let workflows: Map<string, Workflow>;

beforeAll(async () => {
	stage = await openStage();
	workflows = await importTemplates(stage.client, readTemplates(join(ROOT, 'templates')), stage);
}, OPEN_TIMEOUT_MS);

beforeEach(async () => {
	account = await addAccount(stage);
});

afterAll(async () => await stage?.close());

async function run(workflow: Workflow): Promise<Execution> {
	const id = await stage.client.run(workflow, STEPS.trigger);
	const execution = await stage.client.waitForExecution(id, RUN_TIMEOUT_MS);
	expect(execution.data.resultData.error).toBeUndefined();
	return execution;
}

/** A folder in which one model cannot be saved, since a folder has its name. */
function makeFolder(name: string, taken: string): string {
	const folder = join(stage.folders.models, name);
	mkdirSync(join(folder, taken), { recursive: true });
	return folder;
}

/** The files of a folder, each a whole model. */
function readModels(folder: string): string[] {
	const names = readdirSync(folder).filter((name) => statSync(join(folder, name)).isFile());
	for (const name of names) expect(readMagic(readFileSync(join(folder, name)))).toBe('glTF');
	return names;
}

function readMagic(file: Buffer): string {
	return file.subarray(0, 4).toString('latin1');
}

describe(MAIN_TEMPLATE, () => {
	it('saves every picture’s model, whatever the picture is called, and lists what did not work', async () => {
		const pictures = join(stage.folders.models, 'hostile-pictures');
		writeHostilePictures(pictures);
		const models = makeFolder('of-pictures', 'chair-3.glb');
		const workflow = await completeTemplate(stage, workflows.get(MAIN_TEMPLATE)!, {
			credentials: [account.credential],
			settings: { Folders: { pictures, models } },
		});
		await account.sandbox.addFaults(account.uid, { on: 'generate', kind: 'failJob', reason: 'Too dark' });
		const execution = await run(workflow);

		const { tasks, charges } = await account.sandbox.ledger(account.uid);
		expect(charges).toHaveLength(HOSTILE_PICTURES.length);
		const lost = outputOf(execution, LOST).map(({ json }) => json);
		expect(lost).toHaveLength(3);
		const taskIds = tasks.map(({ taskId }) => taskId);
		const [bad] = lost.filter(({ picture }) => picture === NO_PICTURE);
		expect(bad).toMatchObject({
			reason: expect.stringMatching(/not a PNG, JPEG or WebP.*Nothing was charged/),
		});
		const [dark] = lost.filter(({ reason }) => /Too dark/.test(String(reason)));
		expect(taskIds).toContain(dark.task_id);
		const [unsaved] = lost.filter((item) => item !== bad && item !== dark);
		expect(HOSTILE_PICTURES).toContain(unsaved.picture);
		expect(taskIds).toContain(unsaved.task_id);
		const names = readModels(models);
		expect(names).toHaveLength(HOSTILE_PICTURES.length - 2);
		// Whichever picture is sent first meets the fault.
		expect(names.includes('#1 🦊 & co.glb')).toBe(dark.picture !== '#1 🦊 & co.jpg');
		const results = await collectResults(execution);
		const problems = results.flatMap((result) => result.problems);
		expect(problems).toHaveLength(3);
		for (const { reason } of lost)
			expect(problems.some((said) => String(reason).startsWith(said))).toBe(true);
	});
});

describe('sentences-to-3d-models.json', () => {
	const file = 'sentences-to-3d-models.json';

	it('saves a model per sentence, named after it', async () => {
		const models = makeFolder('of-sentences', 'nothing');
		const workflow = await completeTemplate(stage, workflows.get(file)!, {
			credentials: [account.credential],
			settings: { Ideas: { models } },
		});
		await run(workflow);
		const names = ['a green glass bottle.glb', 'a round blue ceramic vase.glb', 'a wooden toy train.glb'];
		expect(readModels(models).sort()).toEqual(names);
	});

	it('saves every model of sentences that make no file names, and lists what did not work', async () => {
		const models = makeFolder('of-hostile-sentences', 'a wooden toy train.glb');
		const workflow = await completeTemplate(stage, workflows.get(file)!, {
			credentials: [account.credential],
			settings: { Ideas: { models } },
			ideas: [...HOSTILE_SENTENCES, '', 'a wooden toy train'],
		});
		await account.sandbox.addFaults(account.uid, {
			on: 'generate',
			kind: 'failJob',
			reason: 'No such thing',
		});
		const lost = outputOf(await run(workflow), LOST).map(({ json }) => json);

		const { tasks } = await account.sandbox.ledger(account.uid);
		expect(tasks).toHaveLength(HOSTILE_SENTENCES.length + 1);
		const taskOf = (prompt: unknown) => tasks.find(({ body }) => body.prompt === prompt)?.taskId;
		expect(lost).toHaveLength(3);
		const byReason = (reason: RegExp) => lost.find((item) => reason.test(String(item.reason)))!;
		expect(byReason(/"Prompt" is empty.*Nothing was charged/)).toMatchObject({ sentence: '' });
		expect(byReason(/No such thing/).task_id).toBe(tasks[0].taskId);
		expect(byReason(/path is a directory.*paid for/)).toMatchObject({
			sentence: 'a wooden toy train',
			task_id: taskOf('a wooden toy train'),
		});
		expect(readModels(models)).toHaveLength(HOSTILE_SENTENCES.length - 1);
	});
});

describe('picture-in-model-out.json', () => {
	const picture = readFileSync(join(ROOT, 'templates', 'pictures', 'coffee-cup.jpg'));
	let url: string;

	/** Publishes it for the account of this test. */
	async function publish(options: object = {}): Promise<void> {
		const imported = workflows.get('picture-in-model-out.json')!;
		const generate = imported.nodes.find(({ name }) => name === STEPS.generate)!;
		const workflow = await completeTemplate(stage, imported, {
			credentials: [account.credential],
			fields: { [STEPS.generate]: { options: { ...(generate.parameters.options as object), ...options } } },
		});
		await stage.client.activate(workflow.id);
		url = `http://127.0.0.1:${stage.n8n.port}/webhook/picture-to-3d`;
	}

	async function post(content: Buffer, filename: string, field = 'picture') {
		const form = new FormData();
		form.append(field, content, { filename, contentType: 'image/jpeg' });
		const answer = await http.post<ArrayBuffer>(url, form, { headers: form.getHeaders() });
		return read(answer);
	}

	const http = axios.create({ proxy: false, validateStatus: () => true, responseType: 'arraybuffer' });

	function read({ status, headers, data }: AxiosResponse<ArrayBuffer>) {
		const bytes = Buffer.from(data);
		const isJson = String(headers['content-type']).includes('json');
		const json = (isJson ? JSON.parse(bytes.toString()) : {}) as Record<string, string>;
		return { status, headers, bytes, json };
	}

	it('answers a posted picture with the bytes of its model, whatever it is called', async () => {
		await publish();
		for (const name of ['coffee-cup.jpg', '../../etc/x.jpg', 'CON']) {
			const { status, headers, bytes } = await post(picture, name);
			expect(status).toBe(200);
			expect(headers['content-type']).toBe('model/gltf-binary');
			const [newest] = await stage.client.executions(workflows.get('picture-in-model-out.json')!.id);
			const execution = await stage.client.waitForExecution(newest.id, 10_000);
			const [item] = outputOf(execution, STEPS.generate);
			const fromCdn = await http.get<ArrayBuffer>(String(item.json.model_url));
			expect(bytes.equals(Buffer.from(fromCdn.data))).toBe(true);
		}
	});

	it('answers what is the caller’s fault with 400 and what it is, and what is not with 503', async () => {
		await publish();
		const pdf = await post(Buffer.from('%PDF-1.7'), 'chair.pdf');
		expect(pdf).toMatchObject({
			status: 400,
			json: { error: expect.stringContaining('is a PDF document, not a PNG, JPEG or WebP picture') },
		});
		expect(await post(picture, 'chair.jpg', 'photo')).toMatchObject({
			status: 400,
			json: { error: expect.stringContaining('no file in the field "picture"') },
		});
		expect(read(await http.post(url, {}))).toMatchObject({ status: 400 });
		expect(read(await http.get(`${url}?task_id=no-such-task`))).toMatchObject({
			status: 400,
			json: { error: expect.stringContaining('does not know task no-such-task') },
		});
		expect((await account.sandbox.ledger(account.uid)).charges).toEqual([]);

		await account.sandbox.addFaults(account.uid, { on: 'generate', kind: 'failJob', reason: 'Too dark' });
		expect(await post(picture, 'chair.jpg')).toMatchObject({
			status: 503,
			json: { error: expect.stringContaining('Too dark') },
		});
		await account.sandbox.addFaults(account.uid, { on: 'generate', kind: 'status', status: 402 });
		expect(await post(picture, 'chair.jpg')).toMatchObject({
			status: 503,
			json: { error: expect.stringContaining('too few credits') },
		});
	});

	it('answers with the task and a link when it takes longer, and the link has the model', async () => {
		await account.sandbox.changeUser(account.uid, { speed: 2 });
		await publish({ timeout: 1 });
		const { status, headers, json } = await post(picture, 'chair.jpg');
		expect(status).toBe(202);
		expect(headers['retry-after']).toBe('10');
		const { tasks } = await account.sandbox.ledger(account.uid);
		expect(json).toMatchObject({
			task_id: tasks[0].taskId,
			message: expect.stringContaining('not ready yet'),
		});
		const link = new URL(json.ask_again);
		link.hostname = '127.0.0.1';
		expect(`${link.origin}${link.pathname}`).toBe(url);
		let answer = read(await http.get(link.href));
		for (const deadline = Date.now() + RUN_TIMEOUT_MS; answer.status === 202 && Date.now() < deadline; ) {
			expect(answer.json.ask_again).toBe(json.ask_again);
			await sleep(LOOK_MS);
			answer = read(await http.get(link.href));
		}
		expect(answer.status).toBe(200);
		expect(readMagic(answer.bytes)).toBe('glTF');
		expect((await account.sandbox.ledger(account.uid)).charges).toHaveLength(1);
	});
});
