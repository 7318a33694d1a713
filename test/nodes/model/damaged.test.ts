/** Damaged models through Image3D Model: what is repaired, what the item says of it, and which item fails. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { IDataObject } from 'n8n-workflow';
import type { Engine } from '../../../harness/engine';
import { itemOf, openEngine, runModel } from '../../../harness/engine/modelNode';
import { changed, withNumber } from '../../../harness/glb/damage';
import { packed } from '../../../harness/glb/packed';
import { validatorErrors } from '../../../harness/glb/validatorErrors';

const box = readFileSync(path.resolve(__dirname, '../../../harness/glb/corpus/glb/BoxTextured.glb'));
/** A face names a vertex that does not exist; a texture an image that does not exist. */
const mendable = changed(withNumber(box, 0, 35, 999), (gltf) => { gltf.textures![0].source = 7; }); // prettier-ignore
/** A second part lies outside the file. */
const halfLost = changed(box, (gltf) => {
	const lost = gltf.accessors!.push({ ...gltf.accessors![2], byteOffset: 4_000 }) - 1;
	gltf.meshes!.push({ primitives: [{ attributes: { POSITION: lost } }] });
});
/** The only part does. */
const lost = changed(box, (gltf) => { gltf.accessors![2].byteOffset = 4_000; }); // prettier-ignore

const FACES = 'Removed faces whose vertices do not exist.';

let engine: Engine;

beforeAll(async () => {
	engine = await openEngine();
});

afterAll(async () => await engine.close());

async function run(glb: Uint8Array, parameters: IDataObject) {
	const { items, error } = await runModel(engine, parameters, [await itemOf(engine, glb)]);
	return { item: items[0], error };
}

/** The model in a page. */
async function inPage(html: Buffer): Promise<Buffer> {
	const [, text] = /src="data:model\/gltf-binary;base64,([^"]+)"/.exec(html.toString())!;
	return Buffer.from(text, 'base64');
}

it.each(['usdz', 'stl', '3mf', 'obj'])('convert repairs what becomes %s, and says so', async (format) => {
	const { item } = await run(mendable, { operation: 'convert', format });
	expect(item.json).toMatchObject({
		model: { faces: 11 },
		model_before: { faces: 12, file_size: mendable.length },
		changes: expect.arrayContaining([FACES]),
	});
});

describe('page', () => {
	it('carries a repaired model, and says so', async () => {
		const { item } = await run(mendable, { operation: 'page' });
		const model = await inPage(await engine.readBinary(item.binary!.data));
		expect(await validatorErrors(mendable)).not.toEqual([]);
		expect(await validatorErrors(model)).toEqual([]);
		expect(item.json).toMatchObject({
			model: { faces: 11, file_size: model.length },
			model_before: { faces: 12 },
			changes: expect.arrayContaining([FACES]),
		});
	});

	it('carries a model in meshopt unpacked, because its viewer reads none', async () => {
		const { item } = await run(await packed(box, 'EXT_meshopt_compression'), { operation: 'page' });
		const html = await engine.readBinary(item.binary!.data);
		expect((await inPage(html)).toString('latin1')).not.toContain('meshopt');
		expect(html.toString()).toContain('poster="data:image/png');
		expect(item.json.changes).toEqual(['Geometry unpacked, so that the page can show it.']);
	});

	it('carries the bytes of a sound model', async () => {
		const { item } = await run(box, { operation: 'page' });
		expect(await inPage(await engine.readBinary(item.binary!.data))).toEqual(box);
		expect(item.json).toMatchObject({ changes: [] });
		expect(item.json).not.toHaveProperty('model_before');
	});

	it('carries a model as it is of which something can be seen', async () => {
		const { item } = await run(halfLost, { operation: 'page' });
		expect(await inPage(await engine.readBinary(item.binary!.data))).toEqual(halfLost);
	});

	it.each([
		['nothing can be seen of', lost, 'The model file is damaged: a part of its shape lies outside the file'],
		['is cut short', box.subarray(0, 2_000), 'The model file is cut short: 2000 of'],
		['is a web page', Buffer.from('<!doctype html><title>Expired</title>'), 'it is a web page or XML'],
	])('fails the item of a file that %s', async (_what, glb, because) => {
		const { error } = await run(glb, { operation: 'page' });
		expect(error?.message).toContain(because);
		expect(error?.description).toContain('The file that came in is unchanged.');
	});

	it('leaves a model alone that it links', async () => {
		const modelUrl = 'https://cdn.example.com/chair.glb';
		const { item } = await run(lost, { operation: 'page', modelUrl });
		expect((await engine.readBinary(item.binary!.data)).toString()).toContain(`src="${modelUrl}"`);
		expect(item.json.changes).toEqual([]);
	});
});

describe('picture', () => {
	it('draws what only a repair makes readable, and says what was repaired', async () => {
		const { item } = await run(withNumber(box, 0, 35, 999), { operation: 'picture', size: 32 });
		expect(item.binary!.data).toMatchObject({ mimeType: 'image/png' });
		expect(item.json.changes).toEqual([FACES, 'Corrected stated bounds of its shape.']);
	});

	it('draws a damaged model as it is where it can', async () => {
		const glb = changed(box, (gltf) => { gltf.accessors![2].max = [9, 9, 9]; }); // prettier-ignore
		const { item } = await run(glb, { operation: 'picture', size: 32 });
		expect(item.binary!.data).toMatchObject({ mimeType: 'image/png' });
		expect(item.json.changes).toEqual([]);
	});

	it('fails the item of a model that cannot be repaired with what is wrong', async () => {
		const { error } = await run(lost, { operation: 'picture', size: 32 });
		expect(error?.message).toBe('The model is damaged: a part of its shape lies outside the file');
	});
});
