/** What a finished generation puts out: the service's fields, what the node saw, the model's facts, the file. */
import type { IDataObject } from 'n8n-workflow';

import axios from 'axios';
import { validateBytes } from 'gltf-validator';

import { generate, itemsOf, PROMPT_OF_ITEM, promptItems } from '../../../harness/sandbox/generation';
import { usePack } from '../../../harness/sandbox/pack';

const pack = usePack();

describe('the output item of a finished task', () => {
	it('carries the service’s fields, mode, quality, timing and the facts of the model', async () => {
		const account = await pack.account({ tinyModels: false });
		const { items, error } = await generate(pack, account);
		const { charges, tasks, requests } = await account.ledger();
		expect(error).toBeUndefined();
		expect(items).toHaveLength(1);
		const checks = requests.filter(({ route }) => route === 'status').length;
		expect(items[0].json).toEqual({
			task_id: charges[0].taskId,
			status: 'success',
			progress: 100,
			provider: 'trellis',
			model_url: expect.stringContaining(`/models/${charges[0].taskId}/`),
			mode: 'text',
			quality: 'fast',
			duration_ms: expect.any(Number),
			status_checks: checks,
			model: expect.objectContaining({
				file_size: items[0].binary!.data.bytes,
				meshes: expect.any(Number),
				materials: expect.any(Number),
				textures: expect.any(Number),
				pbr: false,
				within_tier: true,
				bounding_box: {
					min: expect.any(Array),
					max: expect.any(Array),
					size: expect.any(Array),
				},
				generator: 'Image3D Sandbox',
			}),
		});
		const { faces, vertices } = items[0].json.model as { faces: number; vertices: number };
		expect(faces).toBeGreaterThanOrEqual(8_000);
		expect(faces).toBeLessThanOrEqual(15_000);
		expect(vertices).toBeGreaterThan(faces / 3);
		expect(items[0].json.duration_ms).toBeGreaterThanOrEqual(tasks[0].endsAt - tasks[0].createdAt);
		expect(items[0].pairedItem).toEqual({ item: 0 });
		expect(tasks[0].body).toEqual({ mode: 'text', prompt: 'a vase', quality: 'fast' });
	});

	it('holds the GLB as the CDN has it, valid, with its MIME type and a file name', async () => {
		const account = await pack.account({ tinyModels: false });
		const [{ json, binary }] = (await generate(pack, account)).items;
		expect(Object.keys(binary!)).toEqual(['data']);
		expect(binary!.data).toMatchObject({
			mimeType: 'model/gltf-binary',
			fileName: 'a vase.glb',
			fileExtension: 'glb',
		});
		expect(JSON.stringify(binary)).not.toContain('token=');
		const bytes = await pack.engine.readBinary(binary!.data);
		const { data } = await axios.get(json.model_url as string, { responseType: 'arraybuffer' });
		expect(bytes.equals(data as Buffer)).toBe(true);
		const report = await validateBytes(new Uint8Array(bytes));
		expect(report.issues.numErrors).toBe(0);
		expect((json.model as { faces: number }).faces).toBe(report.info.totalTriangleCount);
	});

	it('hands on fields of the service that nobody knows yet', async () => {
		const account = await pack.account();
		const taskId = await account.addTask();
		const queued = { task_id: taskId, status: 'queued', provider: 'next', seed: 0, extras: { a: [1, null] } };
		await account.faults({ on: 'generate', kind: 'status', status: 200, body: queued });
		const finished = { status: 'success', progress: 100, thumbnails: ['x'], eta: null };
		await account.faults({ on: 'status', kind: 'status', status: 200, body: finished });
		const { items } = await generate(pack, account, { downloadModel: false });
		expect(items[0].json).toEqual({
			...queued,
			...finished,
			mode: 'text',
			quality: 'fast',
			duration_ms: expect.any(Number),
			status_checks: 1,
		});
	});

	it.each([
		['pro', 'hunyuan3d-v3', true, 40_000, 60_000],
		['standard', 'trellis', false, 15_000, 25_000],
	])('describes a %s model', async (quality, provider, pbr, fewest, most) => {
		const account = await pack.account({ tinyModels: false });
		const { items } = await generate(pack, account, { quality });
		expect(items[0].json).toMatchObject({ quality, provider, model: { pbr, within_tier: true } });
		const { faces } = items[0].json.model as { faces: number };
		expect(faces).toBeGreaterThanOrEqual(fewest);
		expect(faces).toBeLessThanOrEqual(most);
	});
});

describe('waitForCompletion and downloadModel', () => {
	it('puts out the queued task at once when it does not wait', async () => {
		const account = await pack.account({ speed: 0.1 });
		const { items } = await generate(pack, account, { waitForCompletion: false });
		const { charges } = await account.ledger();
		const task_id = charges[0].taskId;
		expect(items).toEqual([
			{
				json: {
					...{ task_id, status: 'queued', provider: 'trellis', mode: 'text', quality: 'fast' },
					file_name: 'a vase.glb',
				},
				pairedItem: { item: 0 },
			},
		]);
		expect(await account.tally()).toEqual({ submits: 1, charges: 1, checks: 0, downloads: 0 });
	});

	it('leaves the model where it is when it does not download', async () => {
		const account = await pack.account();
		const [{ json, binary }] = (await generate(pack, account, { downloadModel: false })).items;
		expect(json).toMatchObject({ status: 'success', model_url: expect.stringMatching(/^http/) });
		expect(json).not.toHaveProperty('model');
		expect(binary).toBeUndefined();
		expect(await account.tally()).toMatchObject({ charges: 1, downloads: 0 });
	});
});

describe('outputBinaryField and fileName', () => {
	it('puts the model into the named field and leaves the input’s files behind', async () => {
		const account = await pack.account();
		const data = await pack.engine.binary(Buffer.from('old'), { mimeType: 'text/plain' });
		const items = [{ json: {}, binary: { data } }];
		const { items: output } = await generate(pack, account, { outputBinaryField: 'glb' }, { items });
		expect(Object.keys(output[0].binary!)).toEqual(['glb']);
	});

	it('names each file by the expression of its item, always with .glb, never with a path', async () => {
		const account = await pack.account();
		const names = ['chair', 'Table.GLB', '../../etc/passwd', ''];
		const items = itemsOf(...names.map((sku) => ({ sku })));
		const options = { fileName: '={{ $json.sku }}' };
		const { items: output } = await generate(pack, account, { options }, { items });
		expect(output.map(({ binary }) => binary!.data.fileName)).toEqual([
			'chair.glb',
			'Table.glb',
			'etc-passwd.glb',
			'a vase.glb',
		]);
	});
});

describe('extraFields', () => {
	it.each([
		['JSON text', '{"seed": 7, "mesh_only": true}'],
		['an object from an expression', '={{ { seed: 7, mesh_only: true } }}'],
	])('sends %s along in the body', async (_form, extraFields) => {
		const account = await pack.account();
		await generate(pack, account, { options: { extraFields } });
		const { tasks } = await account.ledger();
		expect(tasks[0].body).toEqual({
			mode: 'text',
			prompt: 'a vase',
			quality: 'fast',
			seed: 7,
			mesh_only: true,
		});
	});

	it('lets them replace a field of the node', async () => {
		const account = await pack.account();
		await generate(pack, account, { options: { extraFields: '{"quality": "standard"}' } });
		expect((await account.ledger()).tasks[0].quality).toBe('standard');
	});
});

describe('budget', () => {
	it('says of each model whether it keeps within the limits, and why not', async () => {
		const account = await pack.account({ tinyModels: false });
		const limits = { preset: 'custom', maxFaces: '={{ $json.most }}', maxFileSizeMb: 50 };
		const items = itemsOf({ prompt: 'a cup', most: 20_000 }, { prompt: 'a cup', most: 9_000 });
		const options = { budget: { limits } };
		const { items: output } = await generate(pack, account, { prompt: PROMPT_OF_ITEM, options }, { items });
		expect(output[0].json.budget).toEqual({ passed: true, reasons: [] });
		const { faces } = output[1].json.model as { faces: number };
		expect(output[1].json.budget).toEqual({
			passed: false,
			reasons: [`Faces: ${faces.toLocaleString('en-US')}, at most 9,000 allowed.`],
		});
	});

	it('fills in the limits of a preset, textures included', async () => {
		const account = await pack.account({ tinyModels: false });
		const options = { budget: { limits: { preset: 'khronosBanner' } } };
		const [{ json }] = (await generate(pack, account, { quality: 'pro', options })).items;
		expect(json.model).toMatchObject({ largest_texture_side: expect.any(Number) });
		expect((json.budget as { passed: boolean }).passed).toBe(false);
	});

	it.each([
		['the option as the editor adds it', { limits: { preset: 'custom' } }],
		['zeros of an older workflow', { limits: { preset: 'custom', maxFaces: 0, maxFileSizeMb: 0 } }],
		['fields that were emptied', { limits: { preset: 'custom', maxFaces: '', maxExtentM: null } }],
		['nothing at all', {}],
	])('is left out with %s: no limit', async (_what, budget) => {
		const account = await pack.account();
		const [{ json }] = (await generate(pack, account, { options: { budget } as IDataObject })).items;
		expect(json).toMatchObject({ status: 'success' });
		expect(json).not.toHaveProperty('budget');
	});

	it('is left out without the option', async () => {
		const account = await pack.account();
		const [{ json }] = (await generate(pack, account, {}, { items: promptItems('x') })).items;
		expect(json).not.toHaveProperty('budget');
	});
});
