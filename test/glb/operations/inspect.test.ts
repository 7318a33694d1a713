/** What *Inspect* finds, each finding in a model that has it and in none that has not. */
import sharp from 'sharp';
import { inspectModel } from '../../../glb/operations/inspect/inspectModel';
import { newDocument, toGlb, cubePrimitive } from '../../../harness/glb/buildGlb';
import { GlbBuilder, primitiveOf, quadShape, sphereShape, type Shape } from '../../../harness/glb/glbBuilder';
import { longestStretch, timing } from '../../../harness/glb/timing';

async function findings(glb: Uint8Array, forPrinting = false): Promise<string[]> {
	const result = await inspectModel(glb, { ...timing, forPrinting });
	if (!result.ok) throw new Error(result.reason);
	return result.findings;
}

function model(shape: Shape, change: (builder: GlbBuilder) => void = () => undefined, scale = 1): Uint8Array {
	const builder = new GlbBuilder();
	builder.node({
		mesh: builder.mesh(primitiveOf(builder, shape, builder.material({}))),
		scale: [scale, scale, scale],
	});
	change(builder);
	return builder.toGlb();
}

const cube = (scale: number[] = [1, 1, 1], twice = false) => {
	const { document, scene } = newDocument();
	const mesh = document.createMesh().addPrimitive(cubePrimitive(document));
	scene.addChild(
		document
			.createNode()
			.setMesh(mesh)
			.setScale(scale as [number, number, number]),
	);
	if (twice) scene.addChild(document.createNode().setMesh(mesh).setTranslation([1, 1, 0]));
	return toGlb(document);
};

it('finds nothing wrong with a sound model', async () => {
	expect(await findings(await cube(), true)).toEqual([]);
});

it.each<[finding: string, glb: () => Uint8Array | Promise<Uint8Array>]>([
	['The file has 2 scenes', () => model(sphereShape(), ({ gltf }) => gltf.scenes!.push({ nodes: [] }))],
	['1 part has no normals', () => model(sphereShape(), ({ gltf }) => { delete gltf.meshes![0].primitives![0].attributes!.NORMAL; })], // prettier-ignore
	['1 part is points or lines', () => model(sphereShape(), (builder) => { builder.node({ mesh: builder.mesh({ ...primitiveOf(builder, quadShape()), mode: 0 }) }); })], // prettier-ignore
	['Not every shop and phone can read WebP textures, quantized geometry.', () => model(sphereShape(), ({ gltf }) => { gltf.extensionsUsed = ['EXT_texture_webp', 'KHR_mesh_quantization', 'ACME']; })], // prettier-ignore
	[
		'1 image is not in the file',
		() =>
			model(sphereShape(), ({ gltf }) => {
				gltf.images = [{ uri: 'a.png' }];
			}),
	],
	['The longest side is 200 m, which is unusually large', () => model(sphereShape(), undefined, 100)],
	['The longest side is 0.002 m, which is unusually small', () => model(sphereShape(), undefined, 0.001)],
	['1 face has no area (degenerate)', () => model({ ...quadShape(), indices: [0, 1, 2, 1, 2, 3, 2, 2, 3] })],
	['The shape was not checked. The model uses Draco compression, which cannot be read.', () => model(sphereShape(), ({ gltf }) => { gltf.extensionsUsed = gltf.extensionsRequired = ['KHR_draco_mesh_compression']; })], // prettier-ignore
])('says: %s', async (finding, glb) => {
	const found = await findings(await glb());
	expect(found.filter((each) => each.startsWith(finding))).toHaveLength(1);
	for (const each of found) expect(each).toMatch(/^[A-Z0-9].*\.$/);
});

it('misses texture coordinates only where a texture needs them', async () => {
	const builder = new GlbBuilder();
	const png = await sharp({ create: { width: 6, height: 4, channels: 3, background: 'red' } })
		.png()
		.toBuffer();
	const index = builder.texture(png);
	const textured = builder.material({ pbrMetallicRoughness: { baseColorTexture: { index } } });
	for (const material of [textured, builder.material({})]) {
		const primitive = primitiveOf(builder, quadShape(), material);
		delete primitive.attributes!.TEXCOORD_0;
		builder.node({ mesh: builder.mesh(primitive) });
	}
	expect(await findings(builder.toGlb())).toEqual([
		'1 part has no texture coordinates (UV), though the material has a texture.',
		'1 texture is not a power of two in size (6 × 4), which older viewers scale.',
		'The file breaks the glTF format: surfaces without the texture coordinates that their material asks for. Some programs refuse it. Fit or Resize repairs it.',
	]);
});

describe('for printing', () => {
	const about = async (glb: Uint8Array) =>
		(await findings(glb, true)).filter((each) => !each.includes('area'));

	it.each([
		[
			'a sheet',
			() => model(quadShape()),
			['The shape is not closed: 4 edges have only one face (holes, or sheets without thickness).'],
		],
		['a ball with a seam', () => model(sphereShape()), []],
		[
			'two boxes that touch along an edge',
			() => cube([1, 1, 1], true),
			['1 edge has more than two faces (non-manifold).'],
		],
		[
			'a box turned inside out',
			async () => model(insideOut(sphereShape())),
			['The shape is inside out: its faces point inward.'],
		],
		[
			'one face turned',
			() => model(oneTurned(sphereShape())),
			['3 edges have two faces that point in opposite directions.'],
		],
	])('looks at %s', async (_name, glb, expected) => {
		// prettier-ignore
		expect(await about(await glb())).toEqual(expected);
	});

	it('looks at a hundred thousand faces without holding anything up', async () => {
		const glb = model(sphereShape(1, 160));
		const { result, longestMs } = await longestStretch(() => about(glb));
		expect(result).toEqual([]);
		expect(longestMs).toBeLessThan(1_000);
	});
});

function insideOut(shape: Shape): Shape {
	const indices = shape.indices.map((_, i) => shape.indices[i - (i % 3) + [0, 2, 1][i % 3]]);
	return { ...shape, indices };
}

/** A face in the middle, away from the poles, with its corners the other way round. */
function oneTurned(shape: Shape): Shape {
	const indices = [...shape.indices];
	const first = Math.floor(indices.length / 6) * 3;
	[indices[first + 1], indices[first + 2]] = [indices[first + 2], indices[first + 1]];
	return { ...shape, indices };
}
