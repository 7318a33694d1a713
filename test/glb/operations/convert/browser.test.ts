/** What a browser with three.js makes of converted files: the picture of a USDZ beside that of its GLB, and a 3MF's shape. */
import sharp from 'sharp';
import { convertModel } from '../../../../glb/operations/convert/convertModel';
import { renderPreview } from '../../../../glb/preview';
import { rawGlb } from '../../../../harness/glb/buildGlb';
import { GlbBuilder, primitiveOf, sphereShape } from '../../../../harness/glb/glbBuilder';
import { timing } from '../../../../harness/glb/timing';
import { buildBenchModel } from '../../../../harness/preview/benchModels';
import { colorDifference, pictureSimilarity } from '../../../../harness/preview/similarity';
import { ThreeRenderer } from '../../../../harness/preview/threePage';
import { hasChromium } from '../../../../harness/process/chromium';
import { expectClose } from '../../../../harness/glb/conversions/readBack';
import { SHAPES, ball } from '../../../../harness/glb/conversions/shapes';

const inBrowser = hasChromium() ? describe : describe.skip;

async function convert(glb: Uint8Array, format: 'usdz' | '3mf'): Promise<Uint8Array> {
	const result = await convertModel(glb, { ...timing, format });
	if (!result.ok) throw new Error(result.reason);
	return result.file;
}

const shape = (name: string) => async () => await SHAPES.find((each) => each.name === name)!.build();

/** The same GLB with glTF's own filters for textures: USD has no word for others, as nearest or without mipmaps. */
function withoutFilters(glb: Uint8Array): Uint8Array {
	const file = Buffer.from(glb);
	const end = 20 + file.readUInt32LE(12);
	const gltf = JSON.parse(file.toString('utf8', 20, end)) as { samplers?: Array<Record<string, unknown>> };
	for (const sampler of gltf.samplers ?? []) {
		delete sampler.minFilter;
		delete sampler.magFilter;
	}
	return rawGlb(gltf, file.subarray(end + 8));
}

/** A ball with every map, each another picture, one of them turned and repeated, not as often both ways. */
async function mappedBall(): Promise<Uint8Array> {
	const builder = new GlbBuilder();
	const stripes = async (colors: readonly string[], side = 64) => {
		const bars = colors.map(
			(color, i) =>
				`<rect x="${(i * side) / colors.length}" width="${side / colors.length}" height="${side}" fill="${color}"/>`,
		);
		const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}">${bars.join('')}</svg>`;
		return builder.texture(await sharp(Buffer.from(svg)).png().toBuffer());
	};
	const material = builder.material({
		pbrMetallicRoughness: {
			baseColorFactor: [1, 0.8, 0.6, 1],
			baseColorTexture: {
				index: await stripes(['#d03020', '#2060c0', '#e0c040', '#30a050']),
				extensions: { KHR_texture_transform: { rotation: 0.6, scale: [2, 3], offset: [0.2, 0.1] } },
			},
			metallicRoughnessTexture: { index: await stripes(['#ff4000', '#ffc0ff', '#ff8080']) },
		},
		normalTexture: { index: await stripes(['#8080ff', '#a080f0']), scale: 0.8 },
		occlusionTexture: { index: await stripes(['#ffffff', '#808080']), strength: 0.7 },
		emissiveTexture: { index: await stripes(['#000000', '#204000']) },
		emissiveFactor: [1, 1, 1],
	} as object);
	// three.js heeds only extensions that a file says it uses.
	builder.gltf.extensionsUsed = ['KHR_texture_transform'];
	builder.node({ mesh: builder.mesh(primitiveOf(builder, sphereShape(0.25, 48), material)) });
	return builder.toGlb();
}

inBrowser('in a browser', () => {
	let three: ThreeRenderer;
	beforeAll(async () => {
		three = await ThreeRenderer.start();
	}, 60_000);
	afterAll(async () => await three.close());

	it.each<[name: string, build: () => Promise<Uint8Array>]>([
		['TextureTransformTest', shape('TextureTransformTest')],
		["the sandbox's pro chair", shape("the sandbox's pro chair")],
		['60K faces with three maps', () => buildBenchModel({ name: '', faces: 60_000, textureSide: 512, format: 'jpeg' })], // prettier-ignore
		['a ball with every map', mappedBall],
		['materials', shape('materials')],
		['transparency', shape('transparency')],
	])(
		'a USDZ looks like its GLB: %s',
		async (_name, build) => {
			const glb = await build();
			const preview = await renderPreview(glb, { ...timing, size: 256 });
			if (!preview.ok) throw new Error(preview.reason);
			const before = await three.render(withoutFilters(glb), preview);
			const after = await three.render(await convert(glb, 'usdz'), preview, 'usdz');
			expect(await pictureSimilarity(before, after)).toBeGreaterThan(0.97);
			expect(await colorDifference(before, after)).toBeLessThan(4);
		},
		120_000,
	);

	// A browser takes a minute for the largest; its shape is looked at elsewhere.
	it.each(SHAPES.map(({ name }, i) => [name, i] as const).filter(([name]) => !name.includes('ultra')))(
		'a 3MF has the shape of its GLB in millimeters: %s',
		async (_name, i) => {
			const glb = await SHAPES[i].build();
			const [before, after] = [
				await three.measure(await convert(glb, 'usdz'), 'usdz'),
				await three.measure(await convert(glb, '3mf'), '3mf'),
			];
			const [width, height, depth] = before.size.map((value) => value * 1000);
			expectClose(after.size, [width, depth, height]);
			if (SHAPES[i].isClosed) expectClose([after.volume], [before.volume * 1e9]);
		},
		120_000,
	);

	it('a 3MF has the colors of its faces', async () => {
		const { colors } = await three.measure(await convert(ball(), '3mf'), '3mf');
		expect(colors).toContain('ff0000');
	});
});
