import { validateBytes } from 'gltf-validator';
import { fitModel, type FitOptions } from '../../../glb/operations/fit/fitModel';
import sharp from 'sharp';
import { GlbBuilder, gridShape, primitiveOf } from '../../../harness/glb/glbBuilder';
import { buildBenchModel } from '../../../harness/preview/benchModels';
import { timing } from '../../../harness/glb/timing';

const build = async (faces: number, textureSide: number, format: 'jpeg' | 'png') =>
	await buildBenchModel({ name: '', faces, textureSide, format });

async function fit(glb: Uint8Array, options: Omit<FitOptions, 'now' | 'yieldToEventLoop'>) {
	const result = await fitModel(glb, { ...options, ...timing });
	if (!result.ok) throw new Error(result.reason);
	const report = await validateBytes(result.glb);
	expect(report.issues.messages.filter(({ severity }) => severity === 0)).toEqual([]);
	return result;
}

describe('fitModel', () => {
	it('hands a model that keeps the limits on as it is', async () => {
		const glb = await build(2_000, 64, 'jpeg');
		const result = await fit(glb, { limits: { maxFaces: 3_000, maxTextureSide: 64 } });
		expect(result.glb).toBe(glb);
		expect(result.changes).toEqual([]);
	});

	it('reduces faces and textures to the limits, and says so', async () => {
		const result = await fit(await build(8_000, 256, 'jpeg'), {
			limits: { maxFaces: 4_000, maxTextureSide: 128 },
		});
		expect(result.facts).toMatchObject({ largest_texture_side: 128 });
		expect(result.facts.faces).toBeLessThanOrEqual(4_000);
		expect(result.facts.faces).toBeGreaterThan(3_500);
		expect(result.changes).toEqual([
			'Textures reduced to 128 px: 3.',
			expect.stringMatching(/^Faces reduced from 8,\d\d\d to 3,\d\d\d\.$/),
		]);
	});

	it('saves PNG images as JPEG before it touches anything else of a file that is too large', async () => {
		const glb = await build(2_000, 256, 'png');
		const result = await fit(glb, { limits: { maxFileSizeMb: (glb.length - 10_000) / 1e6 } });
		expect(result.changes).toEqual(['Textures saved as JPEG: 3.']);
		expect(result.facts.texture_formats).toEqual(['jpeg']);
	});

	it.each([
		['quantize', 'KHR_mesh_quantization'],
		['meshopt', 'EXT_meshopt_compression'],
	] as const)('stores the geometry with %s where that was asked for', async (compression, extension) => {
		const result = await fit(await build(2_000, 0, 'jpeg'), { limits: {}, compression });
		expect(result.facts.extensions).toContain(extension);
	});

	it('makes textures smaller where a file is too large by its textures', async () => {
		const glb = await build(500, 1024, 'jpeg');
		const { changes, facts } = await fit(glb, { limits: { maxFileSizeMb: (glb.length * 0.6) / 1e6 } });
		expect(facts.file_size).toBeLessThanOrEqual(glb.length * 0.6);
		expect(changes).toEqual(['Textures reduced to 512 px: 3.']);
	});

	it('names a few of many parts that nothing shows', async () => {
		const builder = new GlbBuilder();
		const sheet = gridShape(8, 8, (u, v) => ({ point: [u, v, 0], normal: [0, 0, 1] }));
		builder.node({ mesh: builder.mesh(primitiveOf(builder, sheet)) });
		for (let index = 1; index <= 7; index++) builder.material({ name: `Spare ${index}` });
		const { changes } = await fit(builder.toGlb(), { limits: { maxFaces: 64 } });
		expect(changes).toContain(
			'Removed, because nothing shows them: materials "Spare 1", "Spare 2", "Spare 3", "Spare 4", "Spare 5" and 2 more.',
		);
	});

	it('reduces a model again that it has quantized for another shop', async () => {
		const quantized = await fit(await build(8_000, 0, 'jpeg'), { limits: {}, compression: 'quantize' });
		const { facts, changes } = await fit(quantized.glb, {
			limits: { maxFaces: 4_000 },
			compression: 'quantize',
		});
		expect(facts.faces).toBeLessThanOrEqual(4_000);
		expect(facts.faces).toBeGreaterThan(3_000);
		expect(changes).toContainEqual(expect.stringMatching(/^Faces reduced/));
	});

	it('reduces a strip of triangles', async () => {
		const builder = new GlbBuilder();
		const rows = 100;
		const positions = Array.from({ length: rows * 2 }, (_, i) => [
			i % 2,
			Math.floor(i / 2),
			Math.sin(i / 20),
		]);
		const POSITION = builder.accessor(Float32Array.from(positions.flat()), 'VEC3');
		builder.node({ mesh: builder.mesh({ attributes: { POSITION }, mode: 5 }) });
		const { facts } = await fit(builder.toGlb(), { limits: { maxFaces: 100 } });
		expect(facts.faces).toBeLessThanOrEqual(100);
		expect(facts.faces).toBeGreaterThan(10);
	});

	it('leaves a texture as it is that cannot be read, and says why', async () => {
		const builder = new GlbBuilder();
		const image = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#a63' } })
			.jpeg()
			.toBuffer();
		// Its size can be read, its pixels cannot: arithmetic coding.
		const at = image.indexOf(Buffer.from([0xff, 0xc0]));
		image[at + 1] = 0xc9;
		const material = builder.material({ emissiveTexture: { index: builder.texture(image, 'image/jpeg') } });
		const sheet = gridShape(8, 8, (u, v) => ({ point: [u, v, 0], normal: [0, 0, 1] }));
		builder.node({ mesh: builder.mesh(primitiveOf(builder, sheet, material)) });
		const { changes } = await fit(builder.toGlb(), { limits: { maxFaces: 64 } });
		expect(changes).toEqual([expect.stringMatching(/^Faces reduced from 128/)]);
		const tooLarge = await fitModel(builder.toGlb(), { ...timing, limits: { maxTextureSide: 32 } });
		expect(tooLarge).toEqual({ ok: false, reason: expect.stringContaining('arithmetic-coded') });
	});

	it('says how far it got where the limits cannot be kept', async () => {
		const result = await fitModel(await build(2_000, 64, 'jpeg'), {
			limits: { maxFileSizeMb: 0.001 },
			...timing,
		});
		expect(result).toMatchObject({
			ok: false,
			reason: expect.stringMatching(
				/^The model cannot be made to meet the limits: File size: .* MB, at most .* MB allowed\./,
			),
		});
	});

	it.each([1, 2, 5, 20])(
		'says that it took too long where its time ends %d looks at the clock before the end',
		async (last) => {
			const glb = await build(2_000, 64, 'jpeg');
			/** Lets the time be over from one look at the clock on; returns how often it was looked at. */
			const run = async (endsAt: number) => {
				let looks = 0;
				const now = () => (++looks >= endsAt ? Number.MAX_SAFE_INTEGER : 0);
				return { result: await fitModel(glb, { ...timing, now, limits: { maxFaces: 1_000 } }), looks };
			};
			const whole = await run(Infinity);
			expect(whole.result.ok).toBe(true);
			const { result } = await run(whole.looks - last);
			expect(result).toEqual({
				ok: false,
				reason: expect.stringMatching(/takes (too long|more than \d+ seconds)/),
			});
		},
	);
});
