/** Models that are stored packed: their picture, their size, and the plain file. */
import { validateBytes } from 'gltf-validator';
import { fitModel, resizeModel, toPlainGlb } from '../../../glb/operations';
import { readModelFacts } from '../../../glb/facts';
import { renderPreview } from '../../../glb/preview';
import { buildBenchModel } from '../../../harness/preview/benchModels';
import { rawGlb, readerOf } from '../../../harness/glb/buildGlb';
import { pictureSimilarity } from '../../../harness/preview/similarity';
import { timing } from '../../../harness/glb/timing';

/** The textures have grain that is another each time, so the model is built once. */
const built = buildBenchModel({ name: '', faces: 4_000, textureSide: 64, format: 'jpeg' });
const build = async () => await built;

async function pack(compression: 'meshopt' | 'quantize'): Promise<Uint8Array> {
	const result = await fitModel(await build(), { ...timing, limits: {}, compression });
	if (!result.ok) throw new Error(result.reason);
	return result.glb;
}

async function draw(glb: Uint8Array): Promise<Uint8Array> {
	const picture = await renderPreview(glb, { ...timing, size: 128 });
	if (!picture.ok) throw new Error(picture.reason);
	return picture.png;
}

async function factsOf(glb: Uint8Array) {
	const result = await readModelFacts(readerOf(glb).read, glb.length);
	if (!result.ok) throw new Error(result.reason);
	return result.facts;
}

describe.each(['meshopt', 'quantize'] as const)('a model stored with %s', (compression) => {
	it('has the picture and the facts of the plain one', async () => {
		const plain = await toPlainGlb(await pack(compression));
		if (!plain.ok) throw new Error(plain.reason);
		expect(await pictureSimilarity(await draw(await build()), await draw(plain.glb))).toBeGreaterThan(0.99);
		expect(await factsOf(plain.glb)).toMatchObject({ faces: (await factsOf(await build())).faces });
	});

	it('gets its real size and stays packed', async () => {
		const options = { ...timing, dimension: 'height', lengthM: 2, pivot: 'bottomCenter' } as const;
		const result = await resizeModel(await pack(compression), options);
		if (!result.ok) throw new Error(result.reason);
		expect(result.boundingBox.size[1]).toBeCloseTo(2, 3);
		expect((await factsOf(result.glb)).extensions).toEqual(
			(await factsOf(await pack(compression))).extensions,
		);
	});

	it('is unpacked by a fit that is not asked for compression', async () => {
		const result = await fitModel(await pack(compression), { ...timing, limits: { maxFaces: 10_000 } });
		if (!result.ok) throw new Error(result.reason);
		expect(result.changes).toEqual(['Geometry unpacked, so that every program can read it.']);
		expect(result.facts.extensions).toEqual([]);
		expect((await validateBytes(result.glb)).issues.numErrors).toBe(0);
	});
});

it('says that Draco is not read', async () => {
	const extension = ['KHR_draco_mesh_compression'];
	const glb = rawGlb({ asset: { version: '2.0' }, extensionsUsed: extension, extensionsRequired: extension });
	expect(await fitModel(glb, { ...timing, limits: { maxFaces: 1 }, compression: 'meshopt' })).toEqual({
		ok: false,
		reason: 'The model is compressed with Draco, which cannot be read here.',
	});
});
