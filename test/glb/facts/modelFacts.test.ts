import * as fc from '../../../harness/fuzz';
import * as validator from 'gltf-validator';
import { describeModel, readGlbJson, readModelFacts, type ModelFacts } from '../../../glb/facts';
import type { Gltf } from '../../../glb/facts/gltf';
import { translucentSlivers } from '../../../harness/glb/bombs/descriptions';
import { cubePrimitive, newDocument, rawGlb, readerOf, toGlb } from '../../../harness/glb/buildGlb';

async function factsOf(glb: Uint8Array): Promise<ModelFacts> {
	const result = await readModelFacts(readerOf(glb).read, glb.length);
	if (!result.ok) throw new Error(result.reason);
	return result.facts;
}

describe('readModelFacts', () => {
	it('lets others have their turn while it goes through many nodes', async () => {
		const glb = translucentSlivers(20_000);
		let pauses = 0;
		const pause = async () => void (pauses += 1);
		const result = await readModelFacts(readerOf(glb).read, glb.length, undefined, pause);
		expect(result).toMatchObject({ ok: true, facts: { faces: 40_000 } });
		expect(pauses).toBeGreaterThan(15);
	});

	it('counts what the Khronos validator counts', async () => {
		const { document, scene } = newDocument();
		const strip = cubePrimitive(document).setMode(5);
		const fan = cubePrimitive(document).setMode(6).setIndices(null);
		const points = cubePrimitive(document).setMode(0);
		const mesh = document.createMesh().addPrimitive(cubePrimitive(document)).addPrimitive(strip);
		scene.addChild(document.createNode().setMesh(mesh.addPrimitive(fan).addPrimitive(points)));
		const glb = await toGlb(document);
		const { info } = await validator.validateBytes(glb);
		const facts = await factsOf(glb);
		expect(facts.faces).toBe(info.totalTriangleCount);
		expect(facts.faces).toBe(12 + 34 + 22);
		expect(facts.vertices).toBe(info.totalVertexCount);
		expect(facts.generator).toBe(info.generator);
		expect(facts.file_size).toBe(glb.length);
	});

	it('counts a mesh as often as it is drawn, and shared vertices once', async () => {
		const { document, scene } = newDocument();
		const cube = cubePrimitive(document);
		const sharing = document
			.createPrimitive()
			.setAttribute('POSITION', cube.getAttribute('POSITION'))
			.setIndices(cube.getIndices());
		const mesh = document.createMesh().addPrimitive(cube).addPrimitive(sharing);
		for (const x of [0, 5, 10]) scene.addChild(document.createNode().setMesh(mesh).setTranslation([x, 0, 0]));
		document.createMesh().addPrimitive(cubePrimitive(document));
		expect(await factsOf(await toGlb(document))).toMatchObject({ faces: 72, vertices: 72, meshes: 1 });
	});

	it('leaves out what another scene draws', async () => {
		const { document, scene } = newDocument();
		const mesh = document.createMesh().addPrimitive(cubePrimitive(document));
		scene.addChild(document.createNode().setMesh(mesh));
		const second = document.createScene().addChild(document.createNode());
		document.getRoot().setDefaultScene(second);
		expect(await factsOf(await toGlb(document))).toMatchObject({ faces: 0, meshes: 0, bounding_box: null });
	});

	it('gives the box in the world, through nested, turned and scaled nodes', async () => {
		const { document, scene } = newDocument();
		const quarterTurnAboutZ: [number, number, number, number] = [0, 0, Math.SQRT1_2, Math.SQRT1_2];
		const mesh = document.createMesh().addPrimitive(cubePrimitive(document));
		const child = document.createNode().setMesh(mesh).setScale([4, 1, 1]).setTranslation([1, 0, 0]);
		scene.addChild(
			document.createNode().setRotation(quarterTurnAboutZ).setTranslation([0, 0, -3]).addChild(child),
		);
		expect((await factsOf(await toGlb(document))).bounding_box).toEqual({
			min: [-0.5, -1, -3.5],
			max: [0.5, 3, -2.5],
			size: [1, 4, 1],
		});
	});

	it('reads a node matrix and quantised positions', () => {
		const gltf: Gltf = {
			asset: { version: '2.0' },
			nodes: [{ mesh: 0, matrix: [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0, 1, 0, 0, 1] }],
			meshes: [{ primitives: [{ attributes: { POSITION: 0 } }] }],
			accessors: [
				{ count: 3, componentType: 5122, normalized: true, min: [-32767, 0, 0], max: [32767, 32767, 0] },
			],
		};
		expect(describeModel(gltf, 1).bounding_box).toEqual({ min: [-1, 0, 0], max: [3, 2, 0], size: [4, 2, 0] });
	});

	it('tells textures, their formats and PBR', async () => {
		const { document, scene } = newDocument();
		const texture = (mimeType: string) =>
			document.createTexture().setMimeType(mimeType).setImage(new Uint8Array(9));
		const material = document
			.createMaterial()
			.setBaseColorTexture(texture('image/png'))
			.setNormalTexture(texture('image/jpeg'));
		const plain = document.createMaterial().setBaseColorTexture(texture('image/png'));
		scene.addChild(
			document
				.createNode()
				.setMesh(document.createMesh().addPrimitive(cubePrimitive(document).setMaterial(material))),
		);
		const glb = await toGlb(document);
		expect(await factsOf(glb)).toMatchObject({
			pbr: true,
			materials: 2,
			textures: 3,
			texture_formats: ['jpeg', 'png'],
		});
		material.dispose();
		plain.setRoughnessFactor(0.3);
		expect(await factsOf(await toGlb(document))).toMatchObject({ pbr: false, materials: 1 });
	});

	it.each([
		[{ extensions: { KHR_texture_basisu: { source: 0 } } }, { mimeType: 'image/ktx2' }, ['ktx2']],
		[{ source: 0, extensions: { EXT_texture_webp: { source: 1 } } }, { uri: 'a/b.JPG' }, ['jpeg', 'webp']],
		[{ source: 0 }, { uri: 'data:image/png;base64,AAAA' }, ['png']],
		[{ source: 0 }, { bufferView: 1 }, ['unknown']],
		[{}, {}, []],
	])('names the formats of texture %j', (texture, image, formats) => {
		const gltf: Gltf = { textures: [texture], images: [image] };
		expect(describeModel(gltf, 1).texture_formats).toEqual(formats);
	});

	it('counts a Draco-compressed model from its accessors, with its animations and extensions', () => {
		const gltf: Gltf = {
			scenes: [{ nodes: [0] }],
			nodes: [{ mesh: 0 }],
			meshes: [
				{
					primitives: [
						{
							attributes: { POSITION: 0 },
							indices: 1,
							extensions: { KHR_draco_mesh_compression: { bufferView: 0 } },
						},
					],
				},
			],
			accessors: [{ count: 100, min: [0, 0, 0], max: [1, 2, 3] }, { count: 300 }],
			animations: [{}, {}],
			extensionsUsed: ['KHR_texture_basisu', 'KHR_draco_mesh_compression'],
		};
		expect(describeModel(gltf, 5)).toMatchObject({
			faces: 100,
			vertices: 100,
			animations: 2,
			extensions: ['KHR_draco_mesh_compression', 'KHR_texture_basisu'],
			generator: null,
		});
	});

	it('counts instances and admits not knowing their box', () => {
		const gltf: Gltf = {
			nodes: [{ mesh: 0, extensions: { EXT_mesh_gpu_instancing: { attributes: { TRANSLATION: 1 } } } }],
			meshes: [{ primitives: [{ attributes: { POSITION: 0 } }] }],
			accessors: [{ count: 6, min: [0, 0, 0], max: [1, 1, 1] }, { count: 10 }],
		};
		expect(describeModel(gltf, 1)).toMatchObject({ faces: 20, vertices: 60, bounding_box: null });
	});

	it('has no box when an accessor lacks its bounds', () => {
		const gltf: Gltf = {
			meshes: [{ primitives: [{ attributes: { POSITION: 0 } }] }],
			accessors: [{ count: 3 }],
		};
		expect(describeModel(gltf, 1)).toMatchObject({ faces: 1, bounding_box: null });
	});

	it('ends on nodes that form a circle', () => {
		const gltf: Gltf = {
			scenes: [{ nodes: [0] }],
			nodes: [{ children: [1] }, { children: [0], mesh: 0 }],
			meshes: [{ primitives: [{ attributes: { POSITION: 0 } }] }],
			accessors: [{ count: 3, min: [0, 0, 0], max: [1, 1, 1] }],
		};
		expect(describeModel(gltf, 1)).toMatchObject({ faces: 1 });
	});

	it('answers for any JSON under the names of the format', async () => {
		const names = [
			'scene',
			'scenes',
			'nodes',
			'meshes',
			'materials',
			'textures',
			'images',
			'accessors',
			'asset',
		];
		const inner = ['primitives', 'attributes', 'POSITION', 'mesh', 'children', 'count', 'min', 'max', 'matrix',
			'source', 'extensions', 'EXT_texture_webp', 'mimeType', 'uri', 'indices', 'nodes']; // prettier-ignore
		const { value } = fc.letrec((tie) => ({
			value: fc.oneof(
				{ depthSize: 'small' },
				fc.constantFrom(null, 0, 1, -1, 1.5, 'x', true, 1e99),
				fc.array(tie('value'), { maxLength: 3 }),
				fc.dictionary(fc.constantFrom(...inner), tie('value'), { maxKeys: 4 }),
			),
		}));
		await fc.assert(
			fc.asyncProperty(fc.dictionary(fc.constantFrom(...names), value), async (json) => {
				const glb = rawGlb({ ...json, asset: { version: '2.0' } });
				const result = await readGlbJson(readerOf(glb).read, glb.length);
				if (!result.ok) throw new Error(result.reason);
				const facts = describeModel(result.gltf, glb.length);
				expect(facts.faces).toBeGreaterThanOrEqual(0);
				expect(facts.vertices).toBeGreaterThanOrEqual(0);
			}),
			{ numRuns: 500 },
		);
	});
});

describe('text of the file in the facts', () => {
	const describe = (gltf: object) => describeModel(gltf as Gltf, 1);

	it('cuts names, and shows no control characters', () => {
		const long = `A${'\n'.repeat(3)}B${'x'.repeat(5000)}`;
		const facts = describe({
			asset: { generator: long },
			extensionsUsed: [long, 7, 'KHR_b'],
			textures: [{ source: 0 }],
			images: [{ mimeType: `image/${long}` }],
		});
		const cut = `A B${'x'.repeat(94)}…`;
		expect(facts.generator).toBe(cut);
		expect(facts.extensions).toEqual([cut, 'KHR_b']);
		expect(facts.texture_formats[0].length).toBeLessThanOrEqual(100);
	});

	it('does not cut a character in two', () => {
		const { generator } = describe({ asset: { generator: `${'x'.repeat(98)}😀😀` } });
		expect(generator).toBe(`${'x'.repeat(98)}…`);
	});

	it('names no more than fifty extensions', () => {
		const extensionsUsed = Array.from({ length: 5000 }, (_, index) => `ACME_${index}`);
		expect(describe({ extensionsUsed }).extensions).toHaveLength(50);
	});

	it('finds the format of a picture in a long address', () => {
		const formats = (uri: string) =>
			describe({ textures: [{ source: 0 }], images: [{ uri }] }).texture_formats;
		expect(formats(`data:image/png;base64,${'A'.repeat(100_000)}`)).toEqual(['png']);
		expect(formats(`${'a/'.repeat(50_000)}b.JPG`)).toEqual(['jpeg']);
	});
});

describe('describeModel', () => {
	it('answers for any description at all', () => {
		const key = fc.constantFrom(
			...['asset', 'scene', 'scenes', 'nodes', 'meshes', 'materials', 'textures', 'images', 'accessors'],
			...[
				'bufferViews',
				'primitives',
				'attributes',
				'POSITION',
				'indices',
				'mode',
				'children',
				'mesh',
				'matrix',
			],
			...[
				'extensions',
				'EXT_mesh_gpu_instancing',
				'KHR_texture_basisu',
				'source',
				'uri',
				'mimeType',
				'count',
			],
			...[
				'min',
				'max',
				'pbrMetallicRoughness',
				'normalTexture',
				'extensionsUsed',
				'generator',
				'translation',
			],
		);
		const { value } = fc.letrec((tie) => ({
			value: fc.oneof(
				{ depthSize: 'large' },
				fc.constantFrom(null, 0, 1, 2, -1, 1e308, 0.5, '', 'a.png', true),
				fc.array(tie('value'), { maxLength: 4 }),
				fc.dictionary(key, tie('value'), { maxKeys: 6 }),
			),
		}));
		fc.assert(
			fc.property(fc.dictionary(key, value, { maxKeys: 10 }), (gltf) => {
				expect(describeModel(gltf as Gltf, 1).file_size).toBe(1);
			}),
			{ numRuns: 500 },
		);
	});

	it('keeps the box of many turned copies of a mesh of many parts around all of them', () => {
		const part = (x: number) => ({ count: 3, type: 'VEC3', min: [x, 0, 0], max: [x + 1, 1, 1] });
		const gltf = {
			accessors: Array.from({ length: 30 }, (_, index) => part(index)),
			meshes: [
				{ primitives: Array.from({ length: 30 }, (_, index) => ({ attributes: { POSITION: index } })) },
			],
			nodes: Array.from({ length: 1000 }, () => ({ mesh: 0, rotation: [0, 0.3826834, 0, 0.9238795] })),
		};
		const few = describeModel({ ...gltf, nodes: gltf.nodes.slice(0, 5) } as Gltf, 1).bounding_box!;
		const many = describeModel(gltf as Gltf, 1).bounding_box!;
		few.min.forEach((value, axis) => expect(many.min[axis]).toBeLessThanOrEqual(value));
		few.max.forEach((value, axis) => expect(many.max[axis]).toBeGreaterThanOrEqual(value));
		expect(many.size[0]).toBeLessThan(1.1 * few.size[0]);
	});
});
