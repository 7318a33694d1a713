/** The templates for a shop in a real n8n: models into object storage and mails, a quality gate, a low balance. */
import { cpSync, mkdirSync, readFileSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import axios from 'axios';
import sharp from 'sharp';
import type { Credential, Execution, Workflow } from '../../harness/n8n/types';
import { STEPS } from '../../harness/start/results';
import { importTemplates, readTemplates, reviewFolder } from '../../harness/start/templates';
import { addAccount, type StageAccount } from '../../harness/e2e/account';
import { addN8nCredential, findDataTable } from '../../harness/e2e/dataTable';
import { TRIGGER } from '../../harness/e2e/deliveries';
import { HOSTILE_PICTURES, NO_PICTURE, writeHostilePictures } from '../../harness/e2e/hostileNames';
import { startMailServer, type MailServer } from '../../harness/e2e/mailServer';
import { startObjectStore, type ObjectStore } from '../../harness/e2e/objectStore';
import { OPEN_TIMEOUT_MS, openStage, ROOT, type TestStage } from '../../harness/e2e/stage';
import { addCredentialOf, completeTemplate, outputOf } from '../../harness/e2e/template';

const RUN_TIMEOUT_MS = 120_000;
const BUCKET = 'shop-models';

jest.setTimeout(3 * RUN_TIMEOUT_MS);

let stage: TestStage;
let mail: MailServer;
let store: ObjectStore;
let smtp: Credential;
let workflows: Map<string, Workflow>;

beforeAll(async () => {
	// One after the other: whatever was started is known to `afterAll`.
	mail = await startMailServer();
	store = await startObjectStore(BUCKET);
	stage = await openStage();
	mkdirSync(reviewFolder(stage.folders));
	workflows = await importTemplates(stage.client, readTemplates(join(ROOT, 'templates')), stage);
	smtp = await addCredentialOf(stage, mail.credential);
}, OPEN_TIMEOUT_MS);

afterEach(() => {
	mail.mails.splice(0);
	mail.refused = undefined;
	store.refused = undefined;
});

afterAll(async () => {
	await Promise.all([stage?.close(), mail?.close(), store?.close()]);
});

async function run(workflow: Workflow, trigger: string): Promise<Execution> {
	const id = await stage.client.run(workflow, trigger);
	const execution = await stage.client.waitForExecution(id, RUN_TIMEOUT_MS);
	expect(execution.data.resultData.error).toBeUndefined();
	return execution;
}

const download = async (url: unknown) =>
	Buffer.from(
		(await axios.get<ArrayBuffer>(String(url), { responseType: 'arraybuffer', proxy: false })).data,
	);

describe('pictures-to-storage-and-mail.json', () => {
	it('stores each model as it was made, and mails its preview', async () => {
		const s3 = await addCredentialOf(stage, store.credential);
		const workflow = await completeTemplate(stage, workflows.get('pictures-to-storage-and-mail.json')!, {
			credentials: [smtp, s3],
			settings: { Settings: { bucket: BUCKET, bucket_folder: 'spring', mail_to: 'shop@example.com' } },
		});
		const execution = await run(workflow, STEPS.trigger);
		const models = outputOf(execution, STEPS.generate);
		const names = models.map(({ binary }) => binary!.data.fileName!);
		expect(names).toEqual(['coffee-cup.glb', 'gramophone.glb', 'tennis-shoes.glb']);
		expect(mail.mails).toHaveLength(models.length);
		for (const [index, { json, binary }] of models.entries()) {
			const name = names[index];
			const stored = await store.read(BUCKET, `spring/${name}`);
			expect(stored?.equals(await download(json.model_url))).toBe(true);
			const [sent] = mail.mails.filter(({ subject }) => subject === `3D model ready: ${name}`);
			expect(sent.to).toMatchObject({ text: 'shop@example.com' });
			expect(sent.attachments).toHaveLength(1);
			const [preview] = sent.attachments;
			expect(preview).toMatchObject({ contentType: 'image/png', cid: 'preview' });
			expect(preview.content.equals(await stage.client.binary(binary!.preview.id!))).toBe(true);
			expect(sent.html).toContain('<img src="cid:preview"');
			expect(sent.html).toContain(
				`${Number((json.model as { faces: number }).faces).toLocaleString('en')} faces`,
			);
			expect(sent.html).toContain(`spring/${name}`);
		}
		const puts = store.requests.filter(({ method }) => method === 'PUT');
		expect(puts).toHaveLength(models.length);
		for (const { authorization } of puts) expect(authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=/);
		expect(await store.readForged(BUCKET, `spring/${names[0]}`)).toBe(403);
	});

	it('stores and mails all the others when one is not made, one not stored and one not told', async () => {
		const account = await addAccount(stage);
		const s3 = await addCredentialOf(stage, store.credential);
		const pictures = join(stage.folders.models, 'hostile');
		writeHostilePictures(pictures);
		const imported = workflows.get('pictures-to-storage-and-mail.json')!;
		const workflow = await completeTemplate(stage, imported, {
			credentials: [smtp, s3, account.credential],
			settings: { Settings: { pictures, bucket: BUCKET, bucket_folder: 'hostile' } },
		});
		store.refused = /CON/;
		mail.refused = /ready: chair-2\.glb/;
		const execution = await run(workflow, STEPS.trigger);

		const stored = store.requests.filter(({ method, path, status }) => {
			return method === 'PUT' && status === 200 && path.includes('/hostile/');
		});
		expect(new Set(stored.map(({ path }) => path)).size).toBe(HOSTILE_PICTURES.length - 1);
		const subjects = mail.mails.map(({ subject }) => subject!);
		const ready = subjects.filter((subject) => subject.startsWith('3D model ready: '));
		expect(new Set(ready).size).toBe(HOSTILE_PICTURES.length - 2);
		for (const { binary } of outputOf(execution, 'With its model')) {
			const bytes = await store.read(BUCKET, `hostile/${encodeURIComponent(binary!.data.fileName!)}`);
			expect(bytes?.equals(await stage.client.binary(binary!.data.id!))).toBe(true);
		}
		const [lost, ...more] = mail.mails.filter(({ subject }) => subject === '3D models: 3 did not work');
		expect(more).toEqual([]);
		expect(lost.text).toContain(
			`${NO_PICTURE}: The file in "data" is a PDF document, not a PNG, JPEG or WebP picture`,
		);
		const taskIds = (await account.sandbox.ledger(account.uid)).tasks.map(({ taskId }) => taskId);
		const named = [...lost.text!.matchAll(/^(.+): The model is [^:]*: .* \(task ID (\S+)\)$/gm)];
		expect(named.map(([, picture]) => picture).sort()).toEqual(['CON.jpg', expect.stringMatching(/chair/i)]);
		for (const [, , taskId] of named) expect(taskIds).toContain(taskId);
	});
});

describe('low-balance-to-checkout.json', () => {
	it('mails a link to the payment page once the balance is low', async () => {
		const account = await addAccount(stage, { plan: 'pack', credits: 500 });
		const workflow = await completeTemplate(stage, workflows.get('low-balance-to-checkout.json')!, {
			credentials: [smtp, account.credential],
		});
		// As *Execute workflow* does, whatever the balance is.
		await run(workflow, TRIGGER);
		const [tried] = await mail.waitFor(1, RUN_TIMEOUT_MS);
		expect(tried.subject).toBe('Image3D: 500 credits left');

		await account.sandbox.changeUser(account.uid, { credits: 40 });
		await stage.client.activate(workflow.id);
		const [, sent] = await mail.waitFor(2, RUN_TIMEOUT_MS);
		await stage.client.deactivate(workflow.id);
		expect(sent).toMatchObject({ subject: 'Image3D: 40 credits left', to: { text: 'buyer@example.com' } });
		expect(sent.text).toContain('falls below 50');
		const [link] = /http\S+/.exec(sent.text!)!;
		expect((await axios.get<string>(link, { proxy: false })).data).toMatch(/Starter pack/);
		await axios.post(`${link}/pay`, '', { proxy: false });
		expect((await account.sandbox.ledger(account.uid)).balance).toBe(140);

		// Whoever buys is told in any case.
		await account.sandbox.addFaults(account.uid, { on: 'checkout', kind: 'status', status: 400 });
		await run(workflow, TRIGGER);
		const [, , linkless] = await mail.waitFor(3, RUN_TIMEOUT_MS);
		expect(linkless.subject).toBe('Image3D: 140 credits left');
		expect(linkless.text).toMatch(
			/There is no payment link \(.+\)\. Buy more at https:\/\/image3d\.io\/pricing/,
		);
	});
});

describe('nightly-catalogue.json', () => {
	const NIGHT = 'Every night at two';
	const MEMORY = 'Image3D memory';

	/** With a table of its own: a memory is of one Image3D account. */
	async function prepare(
		table: string,
		account: StageAccount,
		settings: Record<string, string>,
		options = {},
	) {
		const imported = workflows.get('nightly-catalogue.json')!;
		const generate = imported.nodes.find(({ name }) => name === STEPS.generate)!;
		const key = await addN8nCredential(stage, `This n8n, for ${table}`);
		const n8nKey = { ...key.credentials.image3dN8nApi, type: 'image3dN8nApi' };
		const workflow = await completeTemplate(stage, imported, {
			credentials: [smtp, account.credential, n8nKey],
			fields: {
				[STEPS.generate]: { options: { ...(generate.parameters.options as object), ...options } },
				'Make the table': { tableName: table },
				'What failed before': { dataTableId: { __rl: true, mode: 'name', value: table } },
			},
			settings: { Settings: settings },
		});
		const rows = async () => await (await findDataTable(key, table)).rows();
		const charges = async () => (await account.sandbox.ledger(account.uid)).charges.length;
		return { night: async () => await run(workflow, NIGHT), rows, charges };
	}

	it('names the table of its memory alike in both steps', () => {
		const { nodes } = workflows.get('nightly-catalogue.json')!;
		const text = JSON.stringify(nodes.filter(({ type }) => type === 'n8n-nodes-base.dataTable'));
		expect(text.match(/"Image3D [^"]+"/g)).toEqual([`"${MEMORY}"`, `"${MEMORY}"`]);
	});

	it('sends each model where it belongs, and pays for no picture twice', async () => {
		const account = await addAccount(stage, { tinyModels: false });
		const { sandbox, uid } = account;
		const pictures = join(stage.folders.models, 'incoming');
		cpSync(stage.folders.pictures, pictures, { recursive: true });
		const { night, rows, charges } = await prepare('Memory', account, { pictures }, { spendLimit: 2 });
		const { models } = stage.folders;
		const subjects = () => mail.mails.map(({ subject }) => subject!.replace('Catalog: ', ''));
		const states = async () => (await rows()).map(({ state }) => state).sort();

		await sandbox.addFaults(uid, { on: 'generate', kind: 'failJob', after: 1, reason: 'Too dark' });
		await night();
		expect(subjects()).toEqual(['1 shop, 0 review, 1 failed, 1 skipped']);
		const [, failed, taskId] = /^failed: (.+?) – .*Too dark.*\(task ID (\S+)\)$/m.exec(mail.mails[0].text!)!;
		expect(await states()).toEqual(['delivered', 'failed']);
		expect((await rows()).find(({ state }) => state === 'failed')).toMatchObject({
			label: failed,
			task_id: taskId,
		});
		const shown = readdirSync(models).filter((name) => name.endsWith('.glb'));
		expect(shown).toHaveLength(1);
		expect(readFileSync(join(models, shown[0])).subarray(0, 4).toString()).toBe('glTF');

		// Nothing was made: its turn comes again.
		await sandbox.addFaults(uid, { on: 'generate', kind: 'status', status: 400 });
		await night();
		expect(subjects()[1]).toBe('0 shop, 0 review, 0 failed, 1 skipped');
		expect(mail.mails[1].text).toMatch(/skipped: .+ – Image3D did not accept the request/);
		expect(await charges()).toBe(2);

		// Models below the range that Pro promises.
		await sandbox.changeUser(uid, { tinyModels: true });
		await night();
		expect(subjects()[2]).toBe('0 shop, 1 review, 0 failed, 0 skipped');
		expect(mail.mails[2].text).toMatch(/review: .+ faces.*: not what pro promises/);
		expect(await states()).toEqual(['delivered', 'delivered', 'failed']);
		expect(readdirSync(reviewFolder(stage.folders))).toHaveLength(1);

		await night();
		expect(mail.mails).toHaveLength(3);
		expect(await charges()).toBe(3);

		// A picture of another name is known; one of the same name that has changed is not.
		const [known, changed] = readdirSync(pictures).filter((name) => name !== failed);
		renameSync(join(pictures, known), join(pictures, `renamed-${known}`));
		await sharp(join(pictures, changed)).negate().png().toFile(join(pictures, 'changed'));
		renameSync(join(pictures, 'changed'), join(pictures, changed));
		await night();
		expect(subjects()[3]).toBe('0 shop, 1 review, 0 failed, 0 skipped');
		expect(mail.mails[3].text).toContain(`review: ${changed} –`);
		expect(await charges()).toBe(4);

		// It may have been charged, and was: its turn does not come again by itself.
		await sharp(join(pictures, changed)).rotate(90).png().toFile(join(pictures, 'turned.png'));
		await sandbox.addFaults(uid, { on: 'generate', kind: 'resetAfter' });
		for (const index of [4, 5]) {
			await night();
			expect(subjects()[index]).toBe('0 shop, 0 review, 1 failed, 0 skipped');
			expect(mail.mails[index].text).toMatch(/^failed: turned\.png – ./);
		}
		expect(mail.mails[4].text).toMatch(/It is not known whether Image3D accepted/);
		expect(mail.mails[5].text).toMatch(/never learned whether Image3D accepted it/);
		expect(await charges()).toBe(5);
	});

	it('delivers the next night what a night has paid for before n8n was killed', async () => {
		const account = await addAccount(stage, { speed: 3 });
		const pictures = join(stage.folders.models, 'before-the-crash');
		const models = join(stage.folders.models, 'after-the-crash');
		const review = join(models, 'review');
		cpSync(stage.folders.pictures, pictures, { recursive: true });
		mkdirSync(review, { recursive: true });
		const { night, rows, charges } = await prepare('Crash', account, { pictures, models, review });
		const broken = night().catch(() => undefined);
		const isAccepted = async () =>
			(await rows().catch(() => [])).filter(({ state }) => state === 'accepted').length === 3;
		for (const deadline = Date.now() + RUN_TIMEOUT_MS; !(await isAccepted()); await sleep(200))
			if (Date.now() > deadline) throw new Error('The pictures were not accepted');
		await stage.restart('kill');
		await broken;
		expect(mail.mails).toEqual([]);

		await night();
		expect(mail.mails.map(({ subject }) => subject)).toEqual([
			'Catalog: 0 shop, 3 review, 0 failed, 0 skipped',
		]);
		expect(readdirSync(review)).toHaveLength(3);
		expect(await charges()).toBe(3);
	});

	it('saves every model of a night whose pictures have hostile names, and tells which one it cannot save', async () => {
		const account = await addAccount(stage);
		const { sandbox, uid } = account;
		const pictures = join(stage.folders.models, 'hostile-night');
		const models = join(stage.folders.models, 'of-hostile-night');
		const review = join(models, 'review');
		writeHostilePictures(pictures);
		// Its name is taken by a folder.
		mkdirSync(join(review, 'chair.jpg.glb'), { recursive: true });
		const { night, rows, charges } = await prepare('Hostile', account, { pictures, models, review });
		await night();

		const made = HOSTILE_PICTURES.length - 1;
		expect(mail.mails.map(({ subject }) => subject)).toEqual([
			`Catalog: 0 shop, ${made} review, 1 failed, 1 skipped`,
		]);
		expect(mail.mails[0].text).toMatch(
			/^failed: chair\.jpg – The model is paid for, but it could not be saved: .*directory.* \(task ID \S+\)$/m,
		);
		const files = readdirSync(review, { withFileTypes: true }).filter((file) => file.isFile());
		expect(files).toHaveLength(made);
		const remembered = await rows();
		expect(remembered.map(({ label }) => label).sort()).toEqual([...HOSTILE_PICTURES].sort());
		expect(remembered.map(({ state }) => state)).toEqual(HOSTILE_PICTURES.map(() => 'delivered'));
		const { tasks } = await sandbox.ledger(uid);
		expect(remembered.map(({ task_id }) => task_id).sort()).toEqual(tasks.map(({ taskId }) => taskId).sort());

		await night();
		expect(await charges()).toBe(HOSTILE_PICTURES.length);
	});
});
