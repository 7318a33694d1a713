/** Models that are stored packed: their picture, their size, and the plain file. */
import * as fc from '../../../harness/fuzz';
import { validateBytes } from 'gltf-validator';
import { fitModel, resizeModel, toPlainGlb, unpackGlb } from '../../../glb/operations';
import { readGlbJson, readModelFacts } from '../../../glb/facts';
import { renderPreview } from '../../../glb/preview';
import { buildBenchModel } from '../../../harness/preview/benchModels';
import { rawGlb, readerOf } from '../../../harness/glb/buildGlb';
import { GlbBuilder, primitiveOf, quadShape } from '../../../harness/glb/glbBuilder';
import { packed, packedColors, type Meshopt } from '../../../harness/glb/packed';
import { colorDifference, pictureSimilarity } from '../../../harness/preview/similarity';
import { timing } from '../../../harness/glb/timing';

/** The textures have grain that is another each time, so the model is built once. */
const built = buildBenchModel({ name: '', faces: 4_000, textureSide: 64, format: 'jpeg' });
const build = async () => await built;

async function pack(compression: Meshopt | 'quantize'): Promise<Uint8Array> {
	if (compression !== 'quantize') return await packed(await build(), compression);
	const result = await fitModel(await build(), { ...timing, limits: {}, compression });
	if (!result.ok) throw new Error(result.reason);
	return result.glb;
}

async function unpack(glb: Uint8Array, options = {}) {
	const head = await readGlbJson(readerOf(glb).read, glb.length);
	if (!head.ok) throw new Error(head.reason);
	return await unpackGlb(glb, head, { ...timing, ...options });
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

describe.each(['EXT_meshopt_compression', 'KHR_meshopt_compression', 'quantize'] as const)(
	'a model stored with %s',
	(compression) => {
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
	},
);

describe.each(['EXT_meshopt_compression', 'KHR_meshopt_compression'] as const)(
	'unpacking %s',
	(extension) => {
		it('leaves a valid file that is drawn like the plain one, and only quantized', async () => {
			const result = await unpack(await packed(await build(), extension));
			if (!result.ok) throw new Error(result.reason);
			expect((await validateBytes(result.glb)).issues.numErrors).toBe(0);
			expect(result.description.gltf.extensionsRequired).toEqual(['KHR_mesh_quantization']);
			const again = await renderPreview(result.glb, {
				...timing,
				size: 128,
				description: result.description,
			});
			if (!again.ok) throw new Error(again.reason);
			expect(again.png).toEqual(await draw(result.glb));
			expect(await pictureSimilarity(await draw(await build()), again.png)).toBeGreaterThan(0.99);
		});

		it('answers for any damage', async () => {
			const whole = Buffer.from(await packed(await build(), extension));
			const jsonLength = whole.readUInt32LE(12);
			await fc.assert(
				fc.asyncProperty(
					fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 12 }),
					async (changes) => {
						const glb = Buffer.from(whole);
						for (const [place, value] of changes) {
							// Digits of the description stay digits, so that it still parses.
							const at = place % 2 ? 20 + (place % jsonLength) : 28 + jsonLength + (place % 4000);
							if (at >= 28 + jsonLength) glb[at] = value;
							else if (glb[at] >= 0x30 && glb[at] <= 0x39) glb[at] = 0x30 + (value % 10);
						}
						const head = await readGlbJson(readerOf(glb).read, glb.length);
						const result = head.ok ? await unpackGlb(glb, head, timing) : head;
						const picture = result.ok ? await renderPreview(result.glb, { ...timing, size: 16 }) : result;
						if (!picture.ok) expect(picture.reason).toMatch(/^[A-Z].*\.$/);
					},
				),
				{ numRuns: 60 },
			);
		});
	},
);

it('reads the newer stream and colors of KHR_meshopt_compression', async () => {
	const { plain, glb } = await packedColors();
	const [unpacked, asEveryProgram] = [await unpack(glb), await toPlainGlb(glb)];
	for (const result of [unpacked, asEveryProgram]) {
		if (!result.ok) throw new Error(result.reason);
		expect(await colorDifference(await draw(plain), await draw(result.glb))).toBeLessThan(1);
	}
});

it.each([
	[7_000_000, 'The model would take 113 MB when it is unpacked; up to 64 MB are supported.'],
	[2 ** 31, 'The model would take'],
	[-1, 'The model is damaged'],
	['x', 'The model is damaged'],
])('does not begin to unpack %s elements', async (count, reason) => {
	const view = { buffer: 0, byteLength: 4, mode: 'ATTRIBUTES', byteStride: 16, count };
	const bufferViews = [{ buffer: 1, byteLength: 4, extensions: { EXT_meshopt_compression: view } }];
	const glb = rawGlb({ asset: { version: '2.0' }, bufferViews }, Buffer.alloc(8));
	expect(await unpack(glb)).toEqual({ ok: false, reason: expect.stringContaining(reason) });
});

it.each([
	['ATTRIBUTES', 3],
	['ATTRIBUTES', 260],
	['TRIANGLES', 3],
])('does not unpack %s of %i bytes each, which the format does not know', async (mode, byteStride) => {
	const view = { buffer: 0, byteLength: 4, mode, byteStride, count: 1 };
	const bufferViews = [{ buffer: 1, byteLength: 4, extensions: { EXT_meshopt_compression: view } }];
	const glb = rawGlb({ asset: { version: '2.0' }, bufferViews }, Buffer.alloc(8));
	expect(await unpack(glb)).toEqual({ ok: false, reason: expect.stringContaining('The model is damaged') });
});

it('takes the name of the extension off a file in which nothing is packed', async () => {
	const builder = new GlbBuilder();
	builder.node({ mesh: builder.mesh(primitiveOf(builder, quadShape())) });
	builder.gltf.extensionsUsed = ['EXT_meshopt_compression'];
	const plain = builder.toGlb();
	const result = await unpack(plain);
	if (!result.ok) throw new Error(result.reason);
	expect(result.description.gltf.extensionsUsed).toBeUndefined();
	expect((await validateBytes(result.glb)).issues.numErrors).toBe(0);
});

it('ends where the user calls it off', async () => {
	const signal = { aborted: true };
	const result = await unpack(await packed(await build(), 'EXT_meshopt_compression'), { signal });
	expect(result).toEqual({ ok: false, reason: 'This was canceled before it was finished.' });
});

it('says that Draco is not read', async () => {
	const extension = ['KHR_draco_mesh_compression'];
	const glb = rawGlb({ asset: { version: '2.0' }, extensionsUsed: extension, extensionsRequired: extension });
	expect(await fitModel(glb, { ...timing, limits: { maxFaces: 1 }, compression: 'meshopt' })).toEqual({
		ok: false,
		reason: 'The model is compressed with Draco, which cannot be read.',
	});
});
