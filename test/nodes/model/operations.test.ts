/** What each operation of Image3D Model hands on: the file, its name and type, and the item's facts. */
import sharp from 'sharp';

import type { Engine } from '../../../harness/engine';
import { GlbBuilder, primitiveOf, quadShape } from '../../../harness/glb/glbBuilder';
import { packed } from '../../../harness/glb/packed';
import { buildBenchModel } from '../../../harness/preview/benchModels';
import { boxGlb, itemOf, openEngine, runModel } from '../../../harness/engine/modelNode';

let engine: Engine;

beforeAll(async () => {
	engine = await openEngine();
});

afterAll(async () => await engine.close());

const fileOf = async (binary: Parameters<Engine['readBinary']>[0]) => await engine.readBinary(binary);

describe('fit', () => {
	it('keeps the limits, says what it did, and hands on what came in', async () => {
		const glb = await buildBenchModel({ name: '', faces: 8_000, textureSide: 128, format: 'png' });
		const parameters = { operation: 'fit', preset: 'custom', maxFaces: 4_000, maxTextureSide: 64 };
		const [{ json, binary, pairedItem }] = (
			await runModel(engine, parameters, [await itemOf(engine, glb, { sku: 'A1' })])
		).items;
		expect(json).toMatchObject({
			sku: 'A1',
			model: { largest_texture_side: 64 },
			model_before: { file_size: glb.length, largest_texture_side: 128 },
			changes: [expect.stringContaining('64 px'), expect.stringContaining('Faces reduced')],
			budget: { passed: true, reasons: [] },
		});
		expect((json.model as { faces: number }).faces).toBeLessThanOrEqual(4_000);
		expect(binary!.data).toMatchObject({ fileName: 'Red Chair.glb', mimeType: 'model/gltf-binary' });
		expect((await fileOf(binary!.data)).length).toBe((json.model as { file_size: number }).file_size);
		expect(pairedItem).toEqual({ item: 0 });
	});

	it('hands a model on unchanged that keeps the limits of the preset', async () => {
		const glb = await boxGlb();
		const [{ json, binary }] = (await runModel(engine, { operation: 'fit' }, [await itemOf(engine, glb)]))
			.items;
		expect(json).toMatchObject({ changes: [], budget: { passed: true } });
		expect(json).not.toHaveProperty('model_before');
		expect(Buffer.compare(await fileOf(binary!.data), Buffer.from(glb))).toBe(0);
	});

	it('asks for a limit where there is none', async () => {
		const { error } = await runModel(engine, { operation: 'fit', preset: 'custom' }, [
			await itemOf(engine, await boxGlb()),
		]);
		expect(error?.message).toBe('There are no limits to fit the model to');
	});
});

describe('resize', () => {
	it.each([
		['82,5', 'cm', 0.825],
		[12, 'in', 0.3048],
		['820 mm', 'cm', 0.82],
		['32″', 'cm', 0.8128],
		["2.5'", 'cm', 0.762],
		['2.5 ′', 'cm', 0.762],
		['1.234,5', 'mm', 1.2345],
	])('makes %s %s high what was 4 m', async (length, unit, meters) => {
		const parameters = { operation: 'resize', dimension: 'height', length, unit };
		const [{ json, binary }] = (await runModel(engine, parameters, [await itemOf(engine, await boxGlb())]))
			.items;
		const { bounding_box } = json.model as { bounding_box: { min: number[]; size: number[] } };
		expect(bounding_box.size[1]).toBeCloseTo(meters, 5);
		expect(bounding_box.min[1]).toBeCloseTo(0, 5);
		expect(json.model_before).toMatchObject({ bounding_box: { size: [2, 4, 6] } });
		expect(json.changes).toContainEqual(expect.stringMatching(/^Height changed from 4 m to /));
		expect(binary!.data.fileName).toBe('Red Chair.glb');
	});

	it.each([
		['tall', /"tall", which is not a length/],
		['', /length/i],
		['={{ null }}', /"Length" is empty/],
		['-3', /"-3", which is not a length/],
		['1e9', /"1e9", which is not a length/],
		['12,34,5', /"12,34,5", which is not a length/],
		['5 km', /"5 km", which is not a length/],
		[1_000_000, /1000000 cm is too small or too large/],
		['0', /0 cm is too small or too large/],
	])('refuses "%s" as a length', async (length, message) => {
		const { error } = await runModel(engine, { operation: 'resize', length }, [
			await itemOf(engine, await boxGlb()),
		]);
		expect(error?.message).toMatch(message);
	});
});

describe('picture', () => {
	it.each(['threeQuarter', 'front', 'back', 'left', 'right', 'top'])('draws the view %s', async (view) => {
		const parameters = { operation: 'picture', view, size: 96, background: 'white' };
		const [{ binary }] = (await runModel(engine, parameters, [await itemOf(engine, await boxGlb())])).items;
		expect(binary!.data).toMatchObject({ fileName: 'Red Chair.png', mimeType: 'image/png' });
		const picture = sharp(await fileOf(binary!.data));
		expect(await picture.metadata()).toMatchObject({ width: 96, height: 96 });
		const { channels, isOpaque } = await picture.stats();
		expect(isOpaque).toBe(true);
		expect(Math.max(...channels.map(({ stdev }) => stdev))).toBeGreaterThan(5);
	});

	it('shows six different views on a sheet', async () => {
		const parameters = { operation: 'picture', view: 'sheet', size: 192, background: '#f50' };
		const [{ binary }] = (await runModel(engine, parameters, [await itemOf(engine, await boxGlb())])).items;
		const picture = await fileOf(binary!.data);
		expect(await sharp(picture).metadata()).toMatchObject({ width: 192, height: 128 });
		const tiles = await Promise.all(
			[0, 1, 2, 3, 4, 5].map(
				async (tile) =>
					await sharp(picture)
						.extract({ left: (tile % 3) * 64, top: Math.floor(tile / 3) * 64, width: 64, height: 64 })
						.raw()
						.toBuffer(),
			),
		);
		expect([...tiles[0].subarray(0, 4)]).toEqual([255, 85, 0, 255]);
		expect(new Set(tiles.map((tile) => tile.toString('base64'))).size).toBeGreaterThanOrEqual(4);
	});

	it('turns the model round as an animated PNG', async () => {
		const parameters = { operation: 'picture', view: 'turntable', size: 32 };
		const [{ binary }] = (await runModel(engine, parameters, [await itemOf(engine, await boxGlb())])).items;
		expect((await fileOf(binary!.data)).toString('latin1')).toContain('acTL');
	});

	it.each([
		['#ff8800', [255, 136, 0]],
		['rgb(255, 136, 0)', [255, 136, 0]],
		['lightgray', [211, 211, 211]],
	])('stands before the color %s', async (background, rgb) => {
		const parameters = { operation: 'picture', size: 16, background };
		const [{ binary }] = (await runModel(engine, parameters, [await itemOf(engine, await boxGlb())])).items;
		const corner = await sharp(await fileOf(binary!.data))
			.raw()
			.toBuffer();
		expect([...corner.subarray(0, 3)]).toEqual(rgb);
	});

	it('measures a model whose file does not say how large it is, and says what it could not show', async () => {
		const builder = new GlbBuilder();
		const notAnImage = builder.texture(Buffer.from('no image'));
		const material = builder.material({ normalTexture: { index: notAnImage } });
		builder.node({ mesh: builder.mesh(primitiveOf(builder, quadShape(2), material)) });
		for (const accessor of builder.gltf.accessors) {
			delete accessor.min;
			delete accessor.max;
		}
		const parameters = { operation: 'picture', size: 16 };
		const [{ json }] = (await runModel(engine, parameters, [await itemOf(engine, builder.toGlb())])).items;
		expect(json).toMatchObject({
			model: { bounding_box: { size: [2, 2, 0] } },
			preview_hint: expect.stringContaining('detail texture is not shown'),
		});
	});

	it.each([
		[{ background: 'sky' }, /not a color/],
		[{ background: 'rgb(0, 0, 256)' }, /not a color/],
		[{ size: 4096 }, /4096 pixels/],
		[{ view: 'below' }, /There is no view "below"/],
	])('refuses %j', async (wrong, message) => {
		const { error } = await runModel(engine, { operation: 'picture', ...wrong }, [
			await itemOf(engine, await boxGlb()),
		]);
		expect(error?.message).toMatch(message);
	});
});

describe('page', () => {
	it('puts the model, its picture and its title into one HTML file', async () => {
		const [{ json, binary }] = (
			await runModel(engine, { operation: 'page' }, [await itemOf(engine, await boxGlb())])
		).items;
		expect(binary!.data).toMatchObject({ fileName: 'Red Chair.html', mimeType: 'text/html' });
		const html = (await fileOf(binary!.data)).toString();
		expect(html).toContain('<title>Red Chair</title>');
		expect(html).toContain('src="data:model/gltf-binary;base64,Z2xURg');
		expect(html).toContain('poster="data:image/png;base64,');
		expect(json.model).toMatchObject({ faces: 12 });
	});

	it('links the model where it lies on the web', async () => {
		const modelUrl = 'https://cdn.example.com/chair.glb';
		const parameters = { operation: 'page', title: 'Chair', modelUrl, arScale: 'fixed' };
		const [{ binary }] = (await runModel(engine, parameters, [await itemOf(engine, await boxGlb())])).items;
		expect((await fileOf(binary!.data)).toString()).toContain(`src="${modelUrl}"`);
	});

	it('links a model that the node itself cannot draw, without a picture', async () => {
		const parameters = { operation: 'page', modelUrl: 'https://cdn.example.com/chair.glb' };
		const [{ binary }] = (await runModel(engine, parameters, [await itemOf(engine, withoutGeometry())]))
			.items;
		const html = (await fileOf(binary!.data)).toString();
		expect(html).toContain('src="https://cdn.example.com/chair.glb"');
		expect(html).not.toContain('poster=');
	});

	it('refuses a link that no browser follows', async () => {
		const { error } = await runModel(engine, { operation: 'page', modelUrl: 'chair.glb' }, [
			await itemOf(engine, await boxGlb()),
		]);
		expect(error?.description).toContain('Enter a link that begins with https://.');
	});
});

/** A file that ends in the middle: its description can be read, its geometry cannot. */
const cutShort = async () => (await boxGlb()).slice(0, -200);

/** Its description can be read, and speaks of numbers that are not in the file. */
function withoutGeometry() {
	const builder = new GlbBuilder();
	builder.node({ mesh: builder.mesh(primitiveOf(builder, quadShape())) });
	for (const view of builder.gltf.bufferViews) view.byteOffset = 1e6;
	return builder.toGlb();
}

/** A file that was packed, and damaged on its way. */
async function packedAndDamaged() {
	const glb = Buffer.from(await packed(await boxGlb(), 'EXT_meshopt_compression'));
	return glb.fill(0xff, glb.length - 100);
}

const CUT_SHORT = ['is cut short', cutShort] as const;
const NO_MODEL = ['is no model', async () => Buffer.from('<html>gone</html>')] as const;
const NO_GEOMETRY = ['has no geometry behind its description', async () => withoutGeometry()] as const;
const DAMAGED = ['was packed, and damaged on its way', packedAndDamaged] as const;

describe.each([
	['convert', { format: 'stl' }, [CUT_SHORT, NO_MODEL, NO_GEOMETRY, DAMAGED]],
	['fit', { preset: 'custom', maxFaces: 1 }, [CUT_SHORT, NO_MODEL, NO_GEOMETRY, DAMAGED]],
	['inspect', {}, [CUT_SHORT, NO_MODEL]],
	['page', {}, [CUT_SHORT, NO_MODEL]],
	['picture', { size: 16 }, [CUT_SHORT, NO_MODEL, NO_GEOMETRY, DAMAGED]],
	['resize', { length: 1, unit: 'm' }, [CUT_SHORT, NO_MODEL, NO_GEOMETRY]],
])('%s', (operation, more, files) => {
	it.each(files)('fails for a file that %s, which stays as it is', async (_what, file) => {
		const { error } = await runModel(engine, { operation, ...more }, [await itemOf(engine, await file())]);
		expect(error?.description).toContain('The file that came in is unchanged. Nothing was charged.');
	});
});

describe.each(['fit', 'inspect'])('%s', (operation) => {
	it.each(['many', '-5'])('refuses "%s" as a limit', async (limit) => {
		const parameters = { operation, preset: 'custom', maxFaces: `={{ "${limit}" }}` };
		const { error } = await runModel(engine, parameters, [await itemOf(engine, await boxGlb())]);
		expect(error?.message).toBe(`The limit "${limit}" is not a number`);
	});
});

describe('a choice that an expression left empty', () => {
	const EMPTY = '={{ null }}';

	it('is the default one: a picture from three quarters in its usual size', async () => {
		const parameters = { operation: 'picture', view: EMPTY, size: EMPTY, background: EMPTY };
		const [{ binary }] = (await runModel(engine, parameters, [await itemOf(engine, await boxGlb())])).items;
		const picture = sharp(await fileOf(binary!.data));
		expect(await picture.metadata()).toMatchObject({ width: 1024, height: 1024 });
		expect((await picture.stats()).isOpaque).toBe(false);
	});

	it('is the default one: nothing is packed, and images stay in their format', async () => {
		const glb = await boxGlb();
		const parameters = { operation: 'fit', compression: EMPTY, textureFormat: EMPTY };
		const [{ json }] = (await runModel(engine, parameters, [await itemOf(engine, glb)])).items;
		expect(json).toMatchObject({ changes: [] });
	});
});
