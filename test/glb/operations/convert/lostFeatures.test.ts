/** What another format cannot hold of a model is said, a sentence each, and nothing is said of what it holds. */
import sharp from 'sharp';
import { type ConvertFormat, convertModel } from '../../../../glb/operations/convert/convertModel';
import type { GltfMaterial } from '../../../../glb/facts/gltf';
import { GlbBuilder, primitiveOf, quadShape } from '../../../../harness/glb/glbBuilder';
import { timing } from '../../../../harness/glb/timing';

const FORMATS: readonly ConvertFormat[] = ['usdz', 'obj', '3mf', 'stl'];

interface Square {
	material?: (texture: number) => object;
	sampler?: object;
	change?: (builder: GlbBuilder) => void;
}

/** What is said of a square that has one thing. */
async function said(format: ConvertFormat, { material, sampler, change }: Square): Promise<string[]> {
	const builder = new GlbBuilder();
	const image = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#80c040' } })
		.png()
		.toBuffer();
	const own = builder.material(
		(material?.(builder.texture(image, 'image/png', sampler)) ?? {}) as GltfMaterial,
	);
	builder.node({ mesh: builder.mesh(primitiveOf(builder, quadShape(), own)) });
	change?.(builder);
	const result = await convertModel(builder.toGlb(), { ...timing, format });
	if (!result.ok) throw new Error(result.reason);
	return result.changes;
}

const colored =
	(more: object = {}) =>
	(index: number) => ({
		pbrMetallicRoughness: { baseColorTexture: { index, ...more } },
	});
const extended =
	(name: string, content: object = {}) =>
	(index: number) => ({
		...colored()(index),
		extensions: { [name]: content },
	});
const GLASS = { KHR_materials_transmission: { transmissionFactor: 1 } };

function animate(builder: GlbBuilder): void {
	const input = builder.accessor(new Float32Array([0, 1]));
	const output = builder.accessor(new Float32Array(6), 'VEC3');
	const channels = [{ sampler: 0, target: { node: 0, path: 'translation' } }];
	builder.gltf.animations = [{ channels, samplers: [{ input, output }] }];
}

function hangOnJoint(builder: GlbBuilder): void {
	const { gltf } = builder;
	const weights = Float32Array.from({ length: 16 }, (_, i) => (i % 4 === 0 ? 1 : 0));
	Object.assign(gltf.meshes[0].primitives![0].attributes!, {
		JOINTS_0: builder.accessor(new Uint8Array(16), 'VEC4'),
		WEIGHTS_0: builder.accessor(weights, 'VEC4'),
	});
	gltf.skins = [{ joints: [builder.node({})] }];
	gltf.nodes[0].skin = 0;
}

/** Each with what the formats say that lose it; `always` all of them. */
const LOST: Array<[what: string, square: Square, said: Partial<Record<ConvertFormat | 'always', string>>]> = [
	['an animation', { change: animate }, { always: 'The file has no animations.' }],
	['a skeleton', { change: hangOnJoint }, { always: 'The file has no skeleton.' }],
	['morph targets', { change: ({ gltf }) => { const [part] = gltf.meshes![0].primitives!; part.targets = [{ POSITION: (part.attributes as { POSITION: number }).POSITION }]; } }, { always: 'The file has no morph targets.' }],
	['a camera', { change: ({ gltf }) => { gltf.cameras = [{ type: 'perspective', perspective: { yfov: 1, znear: 0.1 } }] as object[]; gltf.nodes![0].camera = 0; } }, { always: 'The file has no cameras.' }],
	['a light', { change: ({ gltf }) => { gltf.extensions = { KHR_lights_punctual: { lights: [{ type: 'point' }] } }; gltf.nodes![0].extensions = { KHR_lights_punctual: { light: 0 } }; } }, { always: 'The file has no lights.' }],
	['lines', { change: ({ gltf }) => { const { primitives } = gltf.meshes![0]; primitives!.push({ ...primitives![0], mode: 1 }); } }, { always: 'The file has no points and lines.' }],
	['material variants', { change: ({ gltf }) => { gltf.extensions = { KHR_materials_variants: { variants: [{ name: 'red' }] } }; gltf.meshes![0].primitives![0].extensions = { KHR_materials_variants: { mappings: [{ variants: [0], material: 0 }] } }; } }, { always: 'The file has no material variants.' }],
	['hard pixels', { material: colored(), sampler: { magFilter: 9728 } }, { usdz: 'nearest filter', obj: 'nearest filter' }],
	['a third set of coordinates', { material: colored({ texCoord: 2 }) }, { usdz: 'third set of coordinates', obj: 'third set of coordinates' }],
	['a texture that ends', { material: colored(), sampler: { wrapS: 33071 } }, { obj: 'Textures repeat beyond their edge' }],
	['a texture that is mirrored', { material: colored(), sampler: { wrapT: 33648 } }, { obj: 'Textures repeat beyond their edge' }],
	['textures on two sets of coordinates', { material: (index) => ({ ...colored()(index), normalTexture: { index, texCoord: 1 } }) }, { obj: 'one set of coordinates', '3mf': 'one color for each material, without' }],
	['cut-out transparency', { material: (index) => ({ ...colored()(index), alphaMode: 'MASK' }) }, { obj: 'has no threshold', '3mf': 'glow and transparency.' }],
	['blending', { material: (index) => ({ ...colored()(index), alphaMode: 'BLEND' }) }, { '3mf': 'glow and transparency.' }],
	['strong glow', { material: (index) => ({ ...extended('KHR_materials_emissive_strength', { emissiveStrength: 5 })(index), emissiveFactor: [1, 1, 1] }) }, { obj: 'glow like white', '3mf': 'glow and transparency.' }],
	['an unlit material', { material: extended('KHR_materials_unlit') }, { usdz: 'glow in their color', obj: 'Unlit materials became lit' }],
	['colors of corners over a texture', { material: colored(), change: (builder) => { const [part] = builder.gltf.meshes[0].primitives!; (part.attributes as Record<string, number>).COLOR_0 = builder.accessor(Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 1), 'VEC3'); } }, { usdz: 'Vertex colors over a texture became one color for each material.' }],
	['clear coat', { material: extended('KHR_materials_clearcoat', { clearcoatFactor: 1 }) }, { obj: 'The file has no clear coat.', '3mf': 'one color for each material, without' }],
	['textures of the clear coat', { material: extended('KHR_materials_clearcoat', { clearcoatTexture: { index: 0 } }) }, { usdz: 'textures of the clear coat', obj: 'textures of the clear coat', '3mf': 'one color for each material, without' }],
	['sheen', { material: extended('KHR_materials_sheen') }, { usdz: 'cloth sheen', obj: 'cloth sheen', '3mf': 'one color for each material, without' }],
	['thick glass', { material: (index) => ({ ...colored()(index), extensions: { ...GLASS, KHR_materials_volume: {} } }) }, { usdz: 'the thickness of glass', obj: 'the thickness of glass', '3mf': 'glow and transparency.' }],
]; // prettier-ignore

describe.each(FORMATS)('%s', (format) => {
	it('says nothing of a plain shape', async () => {
		expect(await said(format, {})).toEqual([]);
	});

	it.each(LOST)('says what becomes of %s, and only where it is lost', async (_what, square, expected) => {
		const sentence = expected.always ?? expected[format];
		const changes = (await said(format, square)).join(' ');
		if (sentence !== undefined) expect(changes).toContain(sentence);
		for (const other of Object.values(expected)) if (other !== sentence) expect(changes).not.toContain(other);
		if (format === 'stl' && square.material) expect(changes).toContain('an STL holds the shape alone');
	});

	it('says nothing of hard pixels where textures are smooth', async () => {
		expect((await said(format, { material: colored(), sampler: { magFilter: 9729 } })).join()).not.toContain(
			'nearest',
		);
	});
});
