import * as fc from '../../../harness/fuzz';
import sharp from 'sharp';
import { PREVIEW_LIMITS, renderPreview, renderTurntable } from '../../../glb/preview';
import { rawGlb } from '../../../harness/glb/buildGlb';
import { GlbBuilder, primitiveOf, quadShape, sphereShape } from '../../../harness/glb/glbBuilder';
import { materialsScene, structureScene, transparencyScene } from '../../../harness/glb/scenes';
import { changeByte } from '../../../harness/glb/damage';
import { timing } from '../../../harness/glb/timing';

const draw = (glb: Uint8Array) => renderPreview(glb, { ...timing, size: 32 });
const because = (sentence: string) => ({ ok: false, reason: expect.stringContaining(sentence) });

/** A square of one material, with a hand on the description before it is written. */
function square(change: (builder: GlbBuilder) => void = () => undefined): Uint8Array {
	const builder = new GlbBuilder();
	builder.node({ mesh: builder.mesh(primitiveOf(builder, quadShape(), builder.material({}))) });
	change(builder);
	return builder.toGlb();
}

const png = () =>
	sharp({ create: { width: 4, height: 4, channels: 3, background: 'red' } })
		.png()
		.toBuffer();
const ktx2 = Buffer.from('\xabKTX 20\xbb\r\n\x1a\n'.padEnd(80, '\0'), 'latin1');

describe('a model that cannot be drawn', () => {
	it.each(['KHR_draco_mesh_compression', 'EXT_meshopt_compression', 'KHR_gaussian_splatting', 'ACME_shapes'])(
		'says that it needs %s',
		async (name) => {
			const names: Record<string, string> = {
				KHR_draco_mesh_compression: 'Draco compression',
				EXT_meshopt_compression: 'meshopt compression',
				KHR_gaussian_splatting: 'Gaussian splats',
				ACME_shapes: 'the extension ACME_shapes',
			};
			const glb = square(({ gltf }) => (gltf.extensionsRequired = [name]));
			expect(await draw(glb)).toEqual(because(names[name]));
			expect(await renderTurntable(glb, { ...timing, size: 32, frames: 2 })).toEqual(because(names[name]));
		},
	);

	it('names a few of very many extensions, and cuts their names', async () => {
		const names = Array.from({ length: 5000 }, (_, index) => `ACME_${index}_${'x'.repeat(300)}\n`);
		const { reason } = (await draw(square(({ gltf }) => (gltf.extensionsRequired = names)))) as {
			reason: string;
		};
		expect(reason).toContain('the extension ACME_0_xxx');
		expect(reason).toContain('x… and 4997 more, which pictures do not support.');
		expect(reason.length).toBeLessThan(400);
	});

	it('never shows the words of an error that it did not expect', async () => {
		const broken = square(({ gltf }) => (gltf.buffers = undefined));
		const hostile = { gltf: { get nodes() { throw new TypeError("Cannot destructure property 'secret'"); } }, header: {} }; // prettier-ignore
		const result = await renderPreview(broken, { ...timing, description: hostile as never });
		expect(result).toEqual({ ok: false, reason: 'Something in the model does not follow the file format.' });
	});

	it.each([
		'buffers',
		'nodes',
		'meshes',
		'accessors',
		'bufferViews',
		'materials',
		'skins',
		'images',
	] as const)('bears nothing where there should be something in %s', async (list) => {
		const glb = square(({ gltf }) => Object.assign(gltf, { [list]: [null, ...((gltf[list] as unknown[]) ?? [])] })); // prettier-ignore
		const result = await draw(glb);
		if (!result.ok) expect(result.reason).not.toContain('does not follow the file format');
	});

	it('says how long it may take where it takes longer', async () => {
		let now = 0;
		const slow = { now: () => (now += 100), yieldToEventLoop: async () => undefined };
		expect(await renderPreview(square(), { ...slow, size: 16 })).toEqual(
			because('more than 8 seconds of work'),
		);
		expect(now).toBeGreaterThan(PREVIEW_LIMITS.maxWorkMs);
		now = 0;
		expect(await renderPreview(square(), { ...slow, size: 16, maxWorkMs: 1e9 })).toMatchObject({ ok: true });
	});

	it('ends when it is called off', async () => {
		const signal = { aborted: false };
		let pauses = 0;
		const yieldToEventLoop = async () => {
			signal.aborted = ++pauses === 2;
		};
		let now = 0;
		const result = await renderPreview(square(), { now: () => (now += 3), yieldToEventLoop, signal });
		expect(result).toEqual(because('canceled'));
		expect(pauses).toBe(2);
	});

	it('sees compression that the file does not declare', async () => {
		const draco = square(({ gltf }) => {
			gltf.meshes[0].primitives![0].extensions = {
				KHR_draco_mesh_compression: { bufferView: 0, attributes: {} },
			};
			delete gltf.accessors[0].bufferView;
		});
		expect(await draw(draco)).toEqual(because('Draco compression'));
		const meshopt = square(({ gltf }) => {
			gltf.bufferViews[0] = {
				buffer: 1,
				byteLength: 48,
				extensions: { EXT_meshopt_compression: { buffer: 0 } },
			};
		});
		expect(await draw(meshopt)).toEqual(because('meshopt compression'));
	});

	it('draws a compressed model that brings plain data too', async () => {
		const glb = square(({ gltf }) => {
			gltf.meshes[0].primitives![0].extensions = {
				KHR_draco_mesh_compression: { bufferView: 0, attributes: {} },
			};
			gltf.extensionsUsed = ['KHR_draco_mesh_compression'];
		});
		expect(await draw(glb)).toMatchObject({ ok: true, faces: 2 });
	});

	it('refuses colors in KTX2, which would make a picture that misleads', async () => {
		const glb = square((builder) => {
			builder.texture(ktx2, 'image/ktx2');
			builder.gltf.textures[0] = { extensions: { KHR_texture_basisu: { source: 0 } } };
			builder.gltf.materials[0] = { pbrMetallicRoughness: { baseColorTexture: { index: 0 } } };
		});
		expect(await draw(glb)).toEqual(because("The model's colors cannot be read"));
	});

	it('takes the plain image beside the KTX2 one', async () => {
		const image = await png();
		const glb = square((builder) => {
			builder.texture(image);
			builder.texture(ktx2, 'image/ktx2');
			builder.gltf.textures = [{ source: 0, extensions: { KHR_texture_basisu: { source: 1 } } }];
			builder.gltf.materials[0] = { pbrMetallicRoughness: { baseColorTexture: { index: 0 } } };
		});
		expect(await draw(glb)).toMatchObject({ ok: true, notes: [] });
	});

	it('draws without a detail that it cannot read, and says so', async () => {
		const glb = square((builder) => {
			builder.texture(ktx2, 'image/ktx2');
			builder.gltf.materials[0] = { normalTexture: { index: 0 } };
		});
		expect(await draw(glb)).toMatchObject({
			ok: true,
			notes: ['A detail texture is not shown: the texture format KTX2 is not supported.'],
		});
	});

	it('leaves out a detail of many pixels, however few its bytes, and never the colors', async () => {
		const large = await sharp({ create: { width: 5400, height: 5400, channels: 3, background: '#888' } })
			.png({ palette: true, colors: 2, compressionLevel: 1 })
			.toBuffer();
		const detail = square((builder) => {
			builder.gltf.materials[0] = { normalTexture: { index: builder.texture(large) } };
		});
		expect(await draw(detail)).toMatchObject({
			ok: true,
			notes: [expect.stringContaining('too large for a quick')],
		});
		const colors = square((builder) => {
			const index = builder.texture(large);
			builder.gltf.materials[0] = { pbrMetallicRoughness: { baseColorTexture: { index } } };
		});
		expect(await draw(colors)).toMatchObject({ ok: true, notes: [] });
	});

	it('draws without images that are outside the file, and says so', async () => {
		const glb = square(({ gltf }) => {
			gltf.images = [{ uri: 'colors.png' }, { uri: 'https://example.com/normals.jpg' }];
			gltf.textures = [{ source: 0 }, { source: 1 }];
			const pbrMetallicRoughness = { baseColorTexture: { index: 0 }, metallicRoughnessTexture: { index: 1 } };
			gltf.materials[0] = { pbrMetallicRoughness, normalTexture: { index: 1 } };
		});
		expect(await draw(glb)).toMatchObject({
			ok: true,
			notes: [expect.stringMatching(/images in other files, which are never fetched.*drawn without them/)],
		});
	});

	it.each([
		['no mesh', ({ gltf }: GlbBuilder) => (gltf.meshes = []), 'no triangles'],
		['points only', ({ gltf }: GlbBuilder) => (gltf.meshes[0].primitives![0].mode = 0), 'no triangles'],
		[
			'positions beyond the file',
			({ gltf }: GlbBuilder) => (gltf.accessors[0].count = 900),
			'outside the file',
		],
		[
			'an index beyond the vertices',
			({ gltf }: GlbBuilder) => (gltf.accessors[3].byteOffset = 2),
			'outside the file',
		],
		[
			'a view beyond the file',
			({ gltf }: GlbBuilder) => (gltf.bufferViews[0].byteOffset = 1e9),
			'outside the file',
		],
		[
			'positions of another type',
			({ gltf }: GlbBuilder) => (gltf.accessors[0].type = 'VEC4'),
			'outside the file',
		],
		['all vertices in one place', ({ gltf }: GlbBuilder) => (gltf.nodes[0].scale = [0, 0, 0]), 'no size'],
		['an endless node', ({ gltf }: GlbBuilder) => (gltf.nodes[0].scale = [1e300, 1, 1]), 'no size'],
	])('says what is wrong with %s', async (_, change, sentence) => {
		const glb = square(change);
		expect(await draw(glb)).toEqual(because(sentence));
	});

	it('never looks for a shape in another file', async () => {
		const json = {
			asset: { version: '2.0' },
			buffers: [{ uri: 'https://example.com/shape.bin', byteLength: 9 }],
		};
		expect(await draw(rawGlb(json))).toEqual(because('another file'));
	});

	it('refuses what is not a GLB with the reason that its facts have', async () => {
		expect(await draw(Buffer.from('<html>'))).toEqual(because('web page'));
		expect(await draw(new Uint8Array(0))).toEqual(because('empty'));
	});

	it('refuses more faces than it draws before it reads any', async () => {
		const glb = square(({ gltf }) => (gltf.accessors[3].count = (PREVIEW_LIMITS.maxFaces + 1) * 3));
		expect(await draw(glb)).toEqual(because('3,000,001 faces; pictures can show up to 3,000,000'));
		const instanced = square(({ gltf }) => {
			gltf.nodes[0].extensions = { EXT_mesh_gpu_instancing: { attributes: { TRANSLATION: 4 } } };
			gltf.accessors.push({ count: 2_000_000, type: 'VEC3', componentType: 5126 });
		});
		expect(await draw(instanced)).toEqual(because('4,000,000 faces'));
	});

	it('refuses more vertices and more joints than it holds before it reads any', async () => {
		const large = square(({ gltf }) => {
			for (const accessor of gltf.accessors.slice(0, 3)) accessor.count = 10_000_000;
		});
		expect(await draw(large)).toEqual(because('561 MB for its vertices; pictures may take 190 MB'));
		const skinned = square(
			({ gltf }) => (gltf.skins = [{ joints: Array<number>(PREVIEW_LIMITS.maxJoints + 1).fill(0) }]),
		);
		expect(await draw(skinned)).toEqual(because('65,537 joints; pictures can show up to 65,536'));
	});

	it('refuses a file that is too large to hold', async () => {
		const glb = Buffer.alloc(PREVIEW_LIMITS.maxFileBytes + 1);
		expect(await draw(glb)).toEqual(because('up to 128 MB'));
	});

	it('refuses an image that would not fit, by its header alone', async () => {
		const image = Buffer.from(await png());
		image.writeUInt32BE(60_000, 16);
		image.writeUInt32BE(60_000, 20);
		const glb = square((builder) => {
			builder.gltf.materials[0] = {
				pbrMetallicRoughness: { baseColorTexture: { index: builder.texture(image) } },
			};
		});
		expect(await draw(glb)).toEqual(because('60000 × 60000 pixels'));
	});

	it('answers for any damage to any file', async () => {
		const jpeg = await sharp(await png())
			.resize(16)
			.jpeg()
			.toBuffer();
		const files = [
			materialsScene(),
			await transparencyScene(),
			await structureScene(),
			square((builder) => {
				const index = builder.texture(jpeg, 'image/jpeg');
				builder.gltf.materials[0] = {
					pbrMetallicRoughness: { baseColorTexture: { index } },
					alphaMode: 'BLEND',
				};
			}),
			(() => {
				const builder = new GlbBuilder();
				builder.node({ mesh: builder.mesh(primitiveOf(builder, sphereShape(1, 4))) });
				return builder.toGlb();
			})(),
		];
		await fc.assert(
			fc.asyncProperty(
				fc.constantFrom(...files),
				fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 30 }),
				fc.boolean(),
				async (file, changes, inDescription) => {
					const glb = Buffer.from(file);
					const range = inDescription ? glb.readUInt32LE(12) : glb.length - 20;
					for (const [place, value] of changes) changeByte(glb, 20 + (place % range), value);
					const result = await renderPreview(glb, { ...timing, size: 16 });
					if (!result.ok) expect(result.reason).not.toContain('does not follow the file format');
				},
			),
			{ numRuns: 200 },
		);
	});
});
