/** Files that were put together wrongly: data that lie badly, are used twice or stand in text, and what turns and moves them. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import type { Gltf } from '../../../glb/facts/gltf';
import { rawGlb } from '../../../harness/glb/buildGlb';
import { changed } from '../../../harness/glb/damage';
import { GlbBuilder, primitiveOf, quadShape } from '../../../harness/glb/glbBuilder';
import {
	ENTRIES,
	LAYOUT,
	mend,
	mended,
	NUMBERS,
	REFERENCES,
	SURFACE,
	TREE,
} from '../../../harness/glb/mended';

const CORPUS = path.resolve(__dirname, '../../../harness/glb/corpus/glb');
const fileOf = (name: string) => readFileSync(path.join(CORPUS, `${name}.glb`));

const box = (change: (gltf: Gltf) => void) => changed(fileOf('BoxTextured'), change);

/** A square, changed before it is written. */
function square(change: (builder: GlbBuilder, attributes: Record<string, number>) => void): Uint8Array {
	const builder = new GlbBuilder();
	const primitive = primitiveOf(builder, quadShape());
	builder.node({ mesh: builder.mesh(primitive) });
	change(builder, primitive.attributes as Record<string, number>);
	for (const accessor of builder.gltf.accessors)
		if (accessor.normalized === undefined) delete accessor.normalized;
	return builder.toGlb();
}

describe('a node', () => {
	it('that is turned by nothing is not turned', async () => {
		const glb = box((gltf) => void (gltf.nodes![1].rotation = [0, 0, 0, 0]));
		expect((await mended(glb, NUMBERS)).nodes![1]).not.toHaveProperty('rotation');
	});

	it('whose matrix says nothing stays as it is', async () => {
		const glb = box(
			(gltf) => void (gltf.nodes![1].matrix = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]),
		);
		expect(await mend(glb)).toMatchObject({ ok: true, glb, changes: [] });
	});

	it.each([
		['flat', [2, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 7, 8, 9, 1], [2, 3, 0]],
		['a line', [0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 7, 8, 9, 1], [0, 3, 0]],
		['a point', [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7, 8, 9, 1], [0, 0, 0]],
	])('whose matrix makes it %s keeps its place and its size', async (_what, matrix, scale) => {
		const glb = box((gltf) => void (gltf.nodes![1].matrix = matrix));
		const [, node] = (await mended(glb, TREE)).nodes!;
		expect(node).toMatchObject({ translation: [7, 8, 9], scale, rotation: [0, 0, 0, 1] });
	});

	it.each([
		['x', 0, [1, 0, 0, 0, 0.1, -1, 0, 0, 0, 0, -1, 0, 0, 0, 0, 1]],
		['y', 1, [-1, 0, 0, 0, 0.1, 1, 0, 0, 0, 0, -1, 0, 0, 0, 0, 1]],
		['z', 2, [-1, 0, 0, 0, 0.1, -1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]],
	])('that leans and is turned half round %s stays turned so', async (_name, axis, matrix) => {
		const glb = box((gltf) => void (gltf.nodes![1].matrix = matrix));
		const [, { rotation }] = (await mended(glb, TREE)).nodes!;
		expect(Math.abs(rotation![axis])).toBeGreaterThan(0.99);
	});
});

describe('data that lie badly', () => {
	it('as text of another kind than data is called what it is', async () => {
		const plain = square(() => undefined);
		const jsonLength = Buffer.from(plain).readUInt32LE(12);
		const gltf = JSON.parse(Buffer.from(plain.subarray(20, 20 + jsonLength)).toString()) as Gltf;
		const data = Buffer.from(plain.subarray(28 + jsonLength)).toString('base64');
		gltf.buffers![0].uri = `data:text/plain;base64,${data}`;
		const [{ uri }] = (await mended(rawGlb(gltf), LAYOUT)).buffers!;
		expect(uri).toBe(`data:application/octet-stream;base64,${data}`);
	});

	it('as text move into the file where numbers have to be stored beside them', async () => {
		const plain = square((builder, attributes) => {
			attributes.NORMAL = builder.accessor(new Float32Array(12).fill(3), 'VEC3');
		});
		const jsonLength = Buffer.from(plain).readUInt32LE(12);
		const gltf = JSON.parse(Buffer.from(plain.subarray(20, 20 + jsonLength)).toString()) as Gltf;
		const data = Buffer.from(plain.subarray(28 + jsonLength)).toString('base64');
		gltf.buffers![0].uri = `data:application/octet-stream;base64,${data}`;
		const { buffers } = await mended(rawGlb(gltf), NUMBERS);
		expect(buffers![0]).not.toHaveProperty('uri');
	});

	it('or are not there at all leave a file without them', async () => {
		const gltf = {
			asset: { version: '2.0' },
			buffers: [{ byteLength: 12 }],
			bufferViews: [{ buffer: 0, byteLength: 12 }],
		};
		const { buffers, bufferViews } = await mended(rawGlb(gltf), REFERENCES);
		expect([buffers, bufferViews]).toEqual([undefined, undefined]);
	});

	it('with a longer step than they have bytes have none', async () => {
		const glb = square((builder, attributes) => {
			const view = builder.gltf.bufferViews[builder.gltf.accessors[attributes.NORMAL].bufferView!];
			view.byteStride = 252;
		});
		await mended(glb, LAYOUT);
	});

	it.each<[string, (builder: GlbBuilder, sparse: { indices: object; values: object }) => void]>([
		['begin at an odd byte', (_builder, { indices }) => void Object.assign(indices, { byteOffset: 1 })],
		['have a value at an odd byte', (_builder, { values }) => void Object.assign(values, { byteOffset: 2 })],
		[
			'are out of order',
			(builder, { indices }) =>
				void Object.assign(indices, { bufferView: builder.view(Buffer.from(Uint16Array.of(2, 1).buffer)) }),
		],
		[
			'lie beside vertices',
			(builder, { values }) =>
				void Object.assign(values, { bufferView: builder.gltf.accessors[1].bufferView }),
		],
		[
			'name a place that there is not',
			(builder, { indices }) =>
				void Object.assign(indices, { bufferView: builder.view(Buffer.from(Uint16Array.of(1, 9).buffer)) }),
		],
	])('as corrections of other numbers that %s are put right', async (_how, change) => {
		const glb = square((builder, attributes) => {
			const sparse = {
				count: 2,
				indices: {
					bufferView: builder.view(Buffer.alloc(8, Buffer.from(Uint16Array.of(1, 2).buffer))),
					componentType: 5123,
				},
				values: { bufferView: builder.view(Buffer.from(Float32Array.of(0, 0, 1, 0, 0, 1, 0, 0, 1).buffer)) },
			};
			Object.assign(builder.gltf.accessors[attributes.NORMAL], { sparse });
			change(builder, sparse);
		});
		await mended(glb, LAYOUT);
	});

	it('as corrections of nothing but zeros are put right with them', async () => {
		const glb = square((builder, attributes) => {
			const normal = builder.gltf.accessors[attributes.NORMAL];
			delete normal.bufferView;
			normal.sparse = {
				count: 1,
				indices: { bufferView: builder.view(Buffer.from(Uint16Array.of(1).buffer)), componentType: 5123 },
				values: { bufferView: builder.view(Buffer.from(Float32Array.of(0, 0, 5).buffer)) },
			} as never;
			delete normal.min;
			delete normal.max;
		});
		await mended(glb, NUMBERS);
	});

	it('that an image and vertices share are stored for each', async () => {
		const image = await sharp({ create: { width: 4, height: 4, channels: 3, background: 'red' } })
			.png()
			.toBuffer();
		const glb = square((builder, attributes) => {
			const index = builder.texture(image);
			const material = builder.material({ emissiveTexture: { index } });
			builder.gltf.meshes[0].primitives![0].material = material;
			const [{ bufferView }] = builder.gltf.images;
			const like = { bufferView, componentType: 5121, type: 'VEC4', count: 4, normalized: true };
			attributes.COLOR_0 = builder.gltf.accessors.push(like) - 1;
		});
		await mended(glb, LAYOUT);
	});

	it('that an image has with a step are stored without', async () => {
		const image = await sharp({ create: { width: 4, height: 4, channels: 3, background: 'red' } })
			.png()
			.toBuffer();
		const glb = square((builder) => {
			const index = builder.texture(image);
			builder.gltf.meshes[0].primitives![0].material = builder.material({ emissiveTexture: { index } });
			builder.gltf.bufferViews[builder.gltf.images[0].bufferView!].byteStride = 4;
		});
		await mended(glb, LAYOUT);
	});

	it('that vertices and an animation share are stored for each', async () => {
		const glb = square((builder, attributes) => {
			const input = builder.accessor(Float32Array.of(0, 1, 2, 3));
			const sampler = { input, output: attributes.POSITION };
			builder.gltf.animations = [
				{ channels: [{ sampler: 0, target: { node: 0, path: 'translation' } }], samplers: [sampler] },
			];
		});
		const { animations, meshes } = await mended(glb, LAYOUT);
		const [{ samplers }] = animations as Array<{ samplers: Array<{ output: number }> }>;
		const { POSITION } = meshes![0].primitives![0].attributes as Record<string, number>;
		expect(samplers[0].output).not.toBe(POSITION);
	});
});

describe('morph targets', () => {
	const two = (change: (builder: GlbBuilder, targets: Array<Record<string, number>>) => void) => {
		const builder = new GlbBuilder();
		const [first, second] = [primitiveOf(builder, quadShape()), primitiveOf(builder, quadShape())];
		const targets = [{ POSITION: builder.accessor(new Float32Array(12).fill(0.5), 'VEC3') }];
		first.targets = targets;
		second.targets = [{ POSITION: builder.accessor(new Float32Array(12), 'VEC3') }];
		builder.node({ mesh: builder.mesh(first, second) });
		change(builder, targets);
		return builder.toGlb();
	};

	it('that one part has and another has not change nothing there', async () => {
		const glb = two(({ gltf }) => void delete gltf.meshes[0].primitives![1].targets);
		const [first, second] = (await mended(glb, SURFACE)).meshes![0].primitives!;
		expect(second.targets).toHaveLength(first.targets!.length);
	});

	it('of more corners than the part has are cut', async () => {
		const glb = two(
			(builder, [target]) =>
				void (target.POSITION = builder.accessor(new Float32Array(18).fill(0.5), 'VEC3')),
		);
		const { meshes, accessors } = await mended(glb, SURFACE);
		const [target] = meshes![0].primitives![0].targets as unknown as Array<{ POSITION: number }>;
		expect(accessors![target.POSITION].count).toBe(4);
	});

	it('of nothing that can be changed change nothing', async () => {
		const glb = two(
			(builder, targets) => void (targets[0] = { GLOSS: builder.accessor(new Float32Array(4)) } as never),
		);
		const { meshes, accessors } = await mended(glb, SURFACE);
		const [target] = meshes![0].primitives![0].targets as unknown as Array<{ POSITION: number }>;
		expect(accessors![target.POSITION]).toMatchObject({ count: 4, max: [0, 0, 0] });
	});
});

it('joints that are stored as floats are stored as whole numbers', async () => {
	const glb = square((builder, attributes) => {
		attributes.JOINTS_0 = builder.accessor(new Float32Array(16), 'VEC4');
		attributes.WEIGHTS_0 = builder.accessor(
			Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0),
			'VEC4',
		);
		builder.gltf.skins = [{ joints: [builder.node({})] }];
		builder.gltf.nodes[0].skin = 0;
	});
	const { meshes, accessors } = await mended(glb, SURFACE);
	const { JOINTS_0 } = meshes![0].primitives![0].attributes as Record<string, number>;
	expect(accessors![JOINTS_0].componentType).toBe(5123);
});

it('a skin whose matrices do not end as they have to is put right', async () => {
	const glb = square((builder, attributes) => {
		attributes.JOINTS_0 = builder.accessor(new Uint8Array(16), 'VEC4');
		attributes.WEIGHTS_0 = builder.accessor(
			Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0),
			'VEC4',
		);
		const matrix = Float32Array.of(1, 0, 0, 0.5, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 2);
		builder.gltf.skins = [
			{ joints: [builder.node({})], inverseBindMatrices: builder.accessor(matrix, 'MAT4') },
		];
		builder.gltf.nodes[0].skin = 0;
	});
	await mended(glb, 'Corrected its skins.');
});

it('a camera of both kinds is the one that it says', async () => {
	const perspective = { yfov: 1, znear: 0.1 };
	const orthographic = { xmag: 1, ymag: 1, znear: 0.1, zfar: 10 };
	const glb = box((gltf) => {
		gltf.cameras = [{ type: 'orthographic', perspective, orthographic }] as object[];
		gltf.nodes![1].camera = 0;
	});
	const { cameras } = await mended(glb, ENTRIES);
	expect(cameras).toEqual([{ type: 'orthographic', orthographic }]);
});

describe('an image', () => {
	const picture = sharp({ create: { width: 4, height: 4, channels: 3, background: 'red' } });
	const withImage = (
		image: Buffer,
		mimeType: string,
		change: (builder: GlbBuilder) => void = () => undefined,
	) =>
		square((builder) => {
			const index = builder.texture(image, mimeType);
			builder.gltf.meshes[0].primitives![0].material = builder.material({ emissiveTexture: { index } });
			change(builder);
		});

	it('in WebP is named by its extension', async () => {
		const glb = withImage(await picture.clone().webp().toBuffer(), 'image/webp');
		const { textures, extensionsUsed } = await mended(glb, ENTRIES);
		expect(textures![0]).toMatchObject({ extensions: { EXT_texture_webp: { source: 0 } } });
		expect(extensionsUsed).toContain('EXT_texture_webp');
	});

	it('in PNG that is named as a WebP is named as what it is', async () => {
		const glb = withImage(await picture.clone().png().toBuffer(), 'image/png', ({ gltf }) => {
			gltf.textures[0] = { extensions: { EXT_texture_webp: { source: 0 } } };
			gltf.extensionsUsed = ['EXT_texture_webp'];
			gltf.images[0].mimeType = 'image/webp';
		});
		expect((await mended(glb, ENTRIES)).textures![0]).toMatchObject({ source: 0 });
	});

	it('as text of another type is called what it is', async () => {
		const data = (await picture.clone().png().toBuffer()).toString('base64');
		const glb = withImage(await picture.clone().png().toBuffer(), 'image/png', ({ gltf }) => {
			gltf.images[0] = { uri: `data:image/jpeg;base64,${data}` };
		});
		expect((await mended(glb, ENTRIES)).images![0].uri).toBe(`data:image/png;base64,${data}`);
	});

	it.each(['png', 'jpeg'] as const)(
		'whose %s head is in an order that others stumble over is saved anew',
		async (format) => {
			const image = await picture.clone().toFormat(format).toBuffer();
			// A CMYK JPEG, and a PNG with a stated gamma of the wrong length.
			const odd =
				format === 'jpeg'
					? await picture.clone().toColourspace('cmyk').jpeg().toBuffer()
					: Buffer.concat([
							image.subarray(0, 33),
							Buffer.from('\0\0\0\x02gAMA\0\0\0\0\0\0', 'latin1'),
							image.subarray(33),
						]);
			await mended(withImage(odd, `image/${format}`), 'Saved textures anew that the format does not allow.');
		},
	);
});
