/** The templates that make a model ready in a real n8n: a page with AR, forms that fit and print, and Shopify itself. */
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import axios from 'axios';
import { validateBytes } from 'gltf-validator';
import sharp from 'sharp';
import type { Credential, Execution, Workflow } from '../../harness/n8n/types';
import { BENCH_MODELS, buildBenchModel } from '../../harness/preview/benchModels';
import { STEPS } from '../../harness/start/results';
import { importTemplates, readTemplates } from '../../harness/start/templates';
import { addAccount } from '../../harness/e2e/account';
import { fillIn, handIn, openForm, type ChosenFile } from '../../harness/e2e/form';
import { startMailServer, type MailServer } from '../../harness/e2e/mailServer';
import { startObjectStore, type ObjectStore } from '../../harness/e2e/objectStore';
import { startShop, type Shop } from '../../harness/e2e/shopify';
import { OPEN_TIMEOUT_MS, openStage, ROOT, type TestStage } from '../../harness/e2e/stage';
import { addCredentialOf, completeTemplate, outputOf } from '../../harness/e2e/template';
import { unzip } from '../../harness/glb/conversions/unzip';

const RUN_TIMEOUT_MS = 120_000;
const BUCKET = 'ar-models';
const PICTURES = join(ROOT, 'templates', 'pictures');
const CUP: ChosenFile = {
	fileName: 'IMG_2041.jpg',
	type: 'image/jpeg',
	bytes: Buffer.alloc(0),
};

jest.setTimeout(3 * RUN_TIMEOUT_MS);

let stage: TestStage;
let mail: MailServer;
let store: ObjectStore;
let shop: Shop;
let smtp: Credential;
let workflows: Map<string, Workflow>;

beforeAll(async () => {
	CUP.bytes = await sharp(join(PICTURES, 'coffee-cup.jpg')).jpeg().toBuffer();
	// One after the other: whatever was started is known to `afterAll`.
	mail = await startMailServer();
	store = await startObjectStore(BUCKET);
	shop = await startShop(['8001', '8002', '8003']);
	stage = await openStage();
	workflows = await importTemplates(stage.client, readTemplates(join(ROOT, 'templates')), stage);
	smtp = await addCredentialOf(stage, mail.credential);
}, OPEN_TIMEOUT_MS);

afterEach(() => {
	mail.mails.splice(0);
	store.refused = undefined;
});

afterAll(async () => {
	await Promise.all([stage?.close(), mail?.close(), store?.close(), shop?.close()]);
});

const formOf = (path: string) => `http://127.0.0.1:${stage.n8n.port}/form/${path}`;

async function download(url: string): Promise<{ type: string; bytes: Buffer }> {
	const { headers, data } = await axios.get<ArrayBuffer>(url, { responseType: 'arraybuffer', proxy: false });
	return { type: String(headers['content-type']), bytes: Buffer.from(data) };
}

async function factsOf(glb: Uint8Array) {
	const { issues, info } = await validateBytes(glb);
	expect(issues.messages.filter(({ severity }) => severity === 0)).toEqual([]);
	return info;
}

describe('form-fit-for-shopify.json', () => {
	it('gives a GLB back as Shopify takes it, and says what is wrong with a file that is none', async () => {
		const { id } = workflows.get('form-fit-for-shopify.json')!;
		await stage.client.activate(id);
		const url = formOf('fit-for-shopify');
		expect(await openForm(url)).toContain("accept='.glb'");

		const large = Buffer.from(
			await buildBenchModel(BENCH_MODELS.find(({ name }) => name === '60K faces, 4K JPEG textures')!),
		);
		const type = 'model/gltf-binary';
		const page = await fillIn(url, [{ fileName: 'Knot, red.glb', type, bytes: large }], RUN_TIMEOUT_MS);
		expect(page.html).toContain('It fits');
		expect(page.html).toMatch(/It has [\d,]+ faces and \d\.\d MB now/);
		expect(page.files).toHaveLength(1);
		const [{ fileName, type: sent, bytes }] = page.files;
		expect({ fileName, sent }).toEqual({ fileName: 'Knot, red.glb', sent: type });
		expect(bytes.length).toBeLessThanOrEqual(15e6);
		const { resources = [], totalTriangleCount } = await factsOf(bytes);
		const images = resources.filter(({ image }) => image !== undefined);
		expect(images.map(({ image }) => image?.width)).toEqual([2048, 2048, 2048]);
		expect(page.html).toContain(`${totalTriangleCount.toLocaleString('en')} faces`);

		const again = await fillIn(url, [{ fileName: 'Knot, red.glb', type, bytes }], RUN_TIMEOUT_MS);
		expect(again.html).toContain('Nothing had to be changed');
		expect(again.files[0].bytes.equals(bytes)).toBe(true);

		const cut = { fileName: 'cut.glb', type, bytes: large.subarray(0, 5_000) };
		const sorry = await fillIn(url, [cut], RUN_TIMEOUT_MS);
		expect(sorry.html).toContain('That did not work');
		expect(sorry.html).toMatch(/The file that came in is unchanged/);
		expect(sorry.files).toEqual([]);
	});
});

describe('form-to-3d-print.json', () => {
	const url = () => formOf('my-3d-print');

	/** Width, depth and height of a 3MF in millimeters. */
	function sizeOf(file: Buffer): number[] {
		const xml = unzip(file).get('3D/3dmodel.model')!.toString('utf8');
		expect(xml).toContain('unit="millimeter"');
		const vertices = [...xml.matchAll(/<vertex x="([^"]+)" y="([^"]+)" z="([^"]+)"/g)];
		return [1, 2, 3].map((axis) => {
			const values = vertices.map((vertex) => Number(vertex[axis]));
			return values.reduce((a, b) => Math.max(a, b)) - values.reduce((a, b) => Math.min(a, b));
		});
	}

	it('makes a file for the printer of a sentence or a picture, as high as was asked for', async () => {
		const account = await addAccount(stage);
		const { sandbox, uid, credential } = account;
		const workflow = await completeTemplate(stage, workflows.get('form-to-3d-print.json')!, {
			credentials: [credential],
		});
		await stage.client.activate(workflow.id);
		for (const height of ['0', '-3', '2000', 'high']) {
			const page = await fillIn(url(), ['a little dragon', undefined, height], RUN_TIMEOUT_MS);
			expect(page.html).toContain('Which height?');
		}
		expect((await sandbox.ledger(uid)).charges).toEqual([]);

		const words = await fillIn(url(), ['a little dragon', undefined, '80'], RUN_TIMEOUT_MS);
		expect(words.html).toContain('Your 3D print is ready');
		const [print] = words.files;
		expect(print).toMatchObject({ type: 'model/3mf', fileName: expect.stringMatching(/dragon.*\.3mf$/) });
		const size = sizeOf(print.bytes);
		expect(size[2]).toBeCloseTo(80, 1);
		const [width, depth] = size.map(Math.round);
		expect(words.html).toContain(`${width} × 80 × ${depth} mm`);

		const picture = await fillIn(url(), ['', CUP, '45'], RUN_TIMEOUT_MS);
		expect(sizeOf(picture.files[0].bytes)[2]).toBeCloseTo(45, 1);
		const { tasks, charges } = await sandbox.ledger(uid);
		expect(tasks.map(({ body }) => body.mode)).toEqual(['text', 'image']);

		const empty = await fillIn(url(), ['', undefined, '45'], RUN_TIMEOUT_MS);
		expect(empty.html).toMatch(/Prompt.{1,6} is empty/);
		await sandbox.addFaults(uid, { on: 'generate', kind: 'failJob', reason: 'Nothing to see' });
		const sorry = await fillIn(url(), ['a thing', undefined, '45'], RUN_TIMEOUT_MS);
		expect(sorry.html).toContain('Nothing to see');
		expect((await sandbox.ledger(uid)).charges).toHaveLength(charges.length + 1);
	});

	it('gives a link when it takes longer, and that page has the print in the same height', async () => {
		const account = await addAccount(stage, { speed: 2 });
		const { sandbox, uid, credential } = account;
		const options = { preview: 'off', timeout: 1 };
		const workflow = await completeTemplate(stage, workflows.get('form-to-3d-print.json')!, {
			credentials: [credential],
			fields: { 'Make it from the words': { quality: 'fast', options } },
		});
		await stage.client.activate(workflow.id);
		const early = await fillIn(url(), ['a little dragon', undefined, '62.5'], RUN_TIMEOUT_MS);
		const { taskId } = (await sandbox.ledger(uid)).tasks[0];
		expect(early.html).toContain('Not ready yet');
		const [, href] = /href="([^"]*my-3d-print-again[^"]*)"/.exec(early.html)!;
		const link = new URL(href.replaceAll('&amp;', '&'), formOf('').replace('/form/', '/form-waiting/1'));
		const form = await openForm(link.href);
		expect(form).toContain(`value="${taskId}"`);
		expect(form).toContain('value="62.5"');
		let page = early;
		for (const deadline = Date.now() + RUN_TIMEOUT_MS; page.files.length === 0 && Date.now() < deadline; ) {
			expect(page.html).toContain('Not ready yet');
			page = await fillIn(link.href, [taskId, '62.5'], RUN_TIMEOUT_MS);
		}
		expect(sizeOf(page.files[0].bytes)[2]).toBeCloseTo(62.5, 1);
		expect((await sandbox.ledger(uid)).charges).toHaveLength(1);
	});
});

describe('photo-to-ar-page.json', () => {
	async function prepare() {
		const account = await addAccount(stage);
		const s3 = await addCredentialOf(stage, store.credential);
		const publicUrl = `${String(store.credential.data.endpoint)}/${BUCKET}`;
		const workflow = await completeTemplate(stage, workflows.get('photo-to-ar-page.json')!, {
			credentials: [smtp, s3, account.credential],
			settings: { Settings: { bucket: BUCKET, bucket_folder: 'products', public_url: publicUrl } },
		});
		await stage.client.activate(workflow.id);
		return { account, workflow, publicUrl };
	}

	it('stores the model in its real size with a USDZ, a picture on white and a page, and mails the link', async () => {
		const { account, publicUrl } = await prepare();
		const form = await openForm(formOf('product-in-3d'));
		expect(form).toContain('The link comes by mail');
		await handIn(formOf('product-in-3d'), [CUP, 'Cup, “blue” & white', '9.5']);
		const [sent] = await mail.waitFor(1, RUN_TIMEOUT_MS);
		expect([sent.subject, sent.text]).toEqual(['In 3D: Cup, “blue” & white', expect.any(String)]);
		expect(sent.to).toMatchObject({ text: 'shop@example.com' });
		const [{ taskId }] = (await account.sandbox.ledger(account.uid)).charges;
		const [, pageUrl] = /<a href="([^"]+)">See it/.exec(String(sent.html))!;
		expect(pageUrl.startsWith(`${publicUrl}/products/${taskId}/`)).toBe(true);

		const page = await download(pageUrl);
		expect(page.type).toContain('text/html');
		const html = page.bytes.toString();
		expect(html).toContain('<title>Cup, “blue” &amp; white</title>');
		expect(html).toContain('ar-scale="fixed"');
		const linkIn = (attribute: string) =>
			new RegExp(`<model-viewer .*?\\b${attribute}="([^"]+)"`).exec(html)![1];
		const model = await download(linkIn('(?<!-)src'));
		expect(model.type).toBe('model/gltf-binary');
		await factsOf(model.bytes);
		expect(sent.html).toMatch(/\d+\.\d × 9\.5 × \d+\.\d cm/);
		const usdz = await download(linkIn('ios-src'));
		expect(usdz.type).toBe('model/vnd.usdz+zip');
		expect([...unzip(usdz.bytes).keys()][0]).toMatch(/\.usd[ac]$/);
		const [, pictureUrl] = /<img src="([^"]+)"/.exec(String(sent.html))!;
		const picture = await download(pictureUrl);
		expect(picture.type).toBe('image/png');
		const { data, info } = await sharp(picture.bytes).raw().toBuffer({ resolveWithObject: true });
		expect([info.width, info.height]).toEqual([2048, 2048]);
		expect([...data.subarray(0, 3)]).toEqual([255, 255, 255]);
		for (const { bytes } of [model, usdz, picture, page]) expect(bytes.length).toBeGreaterThan(500);
	});

	it('mails what is wrong and the task when a file cannot be stored, and what is wrong with a photo', async () => {
		const { account } = await prepare();
		store.refused = /\.usdz$/;
		await handIn(formOf('product-in-3d'), [CUP, 'Cup', '9.5']);
		const [unstored] = await mail.waitFor(1, RUN_TIMEOUT_MS);
		const [{ taskId }] = (await account.sandbox.ledger(account.uid)).charges;
		expect(unstored.subject).toBe('Not in 3D: Cup');
		expect(unstored.text).toMatch(/^The files could not be stored: ./);
		expect(unstored.text).toContain(`Image3D Status gets it with the task ID ${taskId}`);

		await handIn(formOf('product-in-3d'), [{ ...CUP, bytes: Buffer.from('%PDF-1.7') }, 'Paper', '9.5']);
		const [, unmade] = await mail.waitFor(2, RUN_TIMEOUT_MS);
		expect(unmade.subject).toBe('Not in 3D: Paper');
		expect(unmade.text).toMatch(/is a PDF document, not a PNG, JPEG or WebP picture/);

		await handIn(formOf('product-in-3d'), [CUP, 'No height', '0']);
		const [, , unsized] = await mail.waitFor(3, RUN_TIMEOUT_MS);
		expect(unsized.text).toMatch(/A length of 0 cm is too small or too large for a model/);
		expect(unsized.text).toMatch(/The model is paid for: .* task ID \S+/);
	});
});

describe('pictures-to-shopify.json', () => {
	it('puts a fitted model into each product, and lists what Shopify refused', async () => {
		const account = await addAccount(stage, { tinyModels: false });
		const pictures = join(stage.folders.models, 'of-products');
		mkdirSync(pictures);
		copyFileSync(join(PICTURES, 'coffee-cup.jpg'), join(pictures, '8001.jpg'));
		copyFileSync(join(PICTURES, 'gramophone.png'), join(pictures, '8002.png'));
		copyFileSync(join(PICTURES, 'tennis-shoes.webp'), join(pictures, '9999.webp'));
		writeFileSync(join(pictures, '8003.jpg'), '%PDF-1.7');
		const shopify = await addCredentialOf(stage, shop.credential);
		const workflow = await completeTemplate(stage, workflows.get('pictures-to-shopify.json')!, {
			credentials: [account.credential, shopify],
			settings: { Settings: { shop: shop.url, pictures } },
		});
		const execution = await run(workflow);

		const fitted = outputOf(execution, 'Fit for Shopify');
		expect(fitted).toHaveLength(3);
		expect(shop.models.map(({ productId }) => productId).sort()).toEqual(
			['8001', '8002'].map((number) => `gid://shopify/Product/${number}`),
		);
		for (const { productId, bytes, alt } of shop.models) {
			const number = productId.split('/').at(-1)!;
			const [item] = fitted.filter(({ binary }) => binary!.data.fileName === `${number}.glb`);
			expect(bytes.equals(await stage.client.binary(item.binary!.data.id!))).toBe(true);
			expect(bytes.length).toBeLessThanOrEqual(15e6);
			expect(alt).not.toBe('');
		}
		expect(shop.requests.filter(({ refusals }) => refusals.length > 0)).toEqual([
			expect.objectContaining({ refusals: ['Product does not exist'] }),
		]);
		const results = new Map(outputOf(execution, 'Results').map(({ json }) => [json.picture, json]));
		expect([...results.keys()].sort()).toEqual(['8001.jpg', '8002.png', '8003.jpg', '9999.webp']);
		expect(results.get('8001.jpg')).toMatchObject({ reason: '', media: expect.stringMatching(/Model3d/) });
		expect(results.get('9999.webp')).toMatchObject({ reason: 'Product does not exist', media: '' });
		expect(results.get('8003.jpg')!.reason).toMatch(/is a PDF document/);
		const taskIds = (await account.sandbox.ledger(account.uid)).charges.map(({ taskId }) => taskId);
		for (const name of ['8001.jpg', '8002.png', '9999.webp'])
			expect(taskIds).toContain(results.get(name)!.task_id);
	});

	it('lists every model with its task when the token is wrong', async () => {
		const account = await addAccount(stage);
		const pictures = join(stage.folders.models, 'of-one-product');
		mkdirSync(pictures);
		copyFileSync(join(PICTURES, 'coffee-cup.jpg'), join(pictures, '8001.jpg'));
		const data = { ...shop.credential.data, accessToken: 'of another shop' };
		const shopify = await addCredentialOf(stage, { ...shop.credential, name: 'Wrong shop', data });
		const workflow = await completeTemplate(stage, workflows.get('pictures-to-shopify.json')!, {
			credentials: [account.credential, shopify],
			settings: { Settings: { shop: shop.url, pictures } },
		});
		const before = shop.models.length;
		const [{ json }] = outputOf(await run(workflow), 'Results');
		const [{ taskId }] = (await account.sandbox.ledger(account.uid)).charges;
		expect(json).toMatchObject({ picture: '8001.jpg', media: '', task_id: taskId });
		expect(json.reason).toMatch(/Authorization failed|401|Invalid API key/);
		expect(shop.models).toHaveLength(before);
	});

	async function run(workflow: Workflow): Promise<Execution> {
		const id = await stage.client.run(workflow, STEPS.trigger);
		const execution = await stage.client.waitForExecution(id, RUN_TIMEOUT_MS);
		expect(execution.data.resultData.error).toBeUndefined();
		return execution;
	}
});
