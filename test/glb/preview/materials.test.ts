import sharp from 'sharp';
import { renderPreview } from '../../../glb/preview';
import { readModelFacts } from '../../../glb/facts';
import type { GltfMaterial } from '../../../glb/facts/gltf';
import { readerOf } from '../../../harness/glb/buildGlb';
import { GlbBuilder, primitiveOf, quadShape, sphereShape } from '../../../harness/glb/glbBuilder';
import { distance, made, pixelsOf, type Rgba } from '../../../harness/glb/readPixels';
import { timing } from '../../../harness/glb/timing';

type Build = (builder: GlbBuilder) => Promise<GltfMaterial> | GltfMaterial;

/** A ball of each material, side by side. */
async function balls(...materials: Build[]): Promise<Uint8Array> {
	const builder = new GlbBuilder();
	const mesh: number[] = [];
	for (const build of materials) {
		mesh.push(builder.mesh(primitiveOf(builder, sphereShape(), builder.material(await build(builder)))));
	}
	mesh.forEach((index, place) => builder.node({ mesh: index, translation: [place * 2.5, 0, 0] }));
	return builder.toGlb();
}

/** Each ball's color in its middle, and what the picture leaves out. */
async function colorsOf(glb: Uint8Array, count = 1): Promise<{ colors: Rgba[]; notes: string[] }> {
	const viewpoint = { azimuthDegrees: 0, elevationDegrees: 0 };
	const preview = made(
		await renderPreview(glb, { ...timing, size: 64 * count, groundShadow: false, viewpoint }),
	);
	const pixels = await pixelsOf(preview);
	return {
		colors: Array.from({ length: count }, (_, place) => pixels.atPoint(place * 2.5, 0, 1)),
		notes: preview.notes,
	};
}

async function colorOf(build: Build): Promise<Rgba> {
	return (await colorsOf(await balls(build))).colors[0];
}

const plain = (background: string, side = 4) =>
	sharp({ create: { width: side, height: side, channels: 3, background } })
		.png()
		.toBuffer();

/** An image that states so many pixels that no quick picture decodes it. */
async function dear(): Promise<Buffer> {
	const data = Buffer.from(await plain('#fff'));
	data.writeUInt32BE(8000, 16);
	data.writeUInt32BE(8000, 20);
	return data;
}

const texture = (builder: GlbBuilder, image: Uint8Array) => ({ index: builder.texture(image) });

describe('a material whose map is left out', () => {
	const matt = { baseColorFactor: [0.2, 0.05, 0.02, 1], metallicFactor: 0, roughnessFactor: 0.6 };

	it('does not shine all over without its map of emission', async () => {
		const dark = await colorOf(() => ({ pbrMetallicRoughness: matt }));
		const image = await dear();
		const helmet = await colorsOf(
			await balls((builder) => ({
				pbrMetallicRoughness: matt,
				emissiveFactor: [1, 1, 1],
				emissiveTexture: texture(builder, image),
			})),
		);
		expect(helmet.colors[0]).toEqual(dark);
		expect(helmet.notes).toEqual([expect.stringContaining('too large for a quick picture')]);
	});

	it('is no metal without its map of metal and roughness', async () => {
		const image = await dear();
		const base = { baseColorFactor: [0.2, 0.05, 0.02, 1] };
		const metal = await colorOf((builder) => ({
			pbrMetallicRoughness: { ...base, metallicRoughnessTexture: texture(builder, image) },
		}));
		const neutral = await colorOf(() => ({
			pbrMetallicRoughness: { ...base, metallicFactor: 0, roughnessFactor: 0.7 },
		}));
		expect(metal).toEqual(neutral);
	});

	it('mirrors little without its map of what it mirrors', async () => {
		const image = await dear();
		const gloss = await colorOf((builder) => ({
			extensions: {
				KHR_materials_pbrSpecularGlossiness: {
					diffuseFactor: [0.2, 0.05, 0.02, 1],
					specularGlossinessTexture: texture(builder, image),
				},
			},
		}));
		expect(gloss).toEqual(await colorOf(() => ({ pbrMetallicRoughness: { ...matt, roughnessFactor: 0.7 } })));
	});
});

describe('the order of maps', () => {
	it('takes colors first, then emission, metal and the rest, whichever material they belong to', async () => {
		// Each takes a good quarter of what a quick picture may cost.
		const large = async (background: string) =>
			sharp({ create: { width: 2900, height: 2900, channels: 3, background } })
				.png({ palette: true, colors: 2, compressionLevel: 1 })
				.toBuffer();
		const [red, green, blue, gray] = await Promise.all(['#f00', '#0f0', '#00f', '#808080'].map(large));
		const small = await plain('#8080ff');
		const { colors, notes } = await colorsOf(
			await balls(
				(builder) => ({
					pbrMetallicRoughness: {
						metallicRoughnessTexture: texture(builder, gray),
						baseColorFactor: [0, 0, 0, 1],
					},
					normalTexture: texture(builder, red),
					occlusionTexture: texture(builder, small),
				}),
				(builder) => ({
					pbrMetallicRoughness: { baseColorTexture: texture(builder, green), metallicFactor: 0 },
					emissiveFactor: [1, 1, 1],
					emissiveTexture: texture(builder, blue),
				}),
			),
			2,
		);
		// The red one comes last, in the order of the file first.
		expect(notes).toEqual(['A detail texture is not shown: it is too large for a quick picture.']);
		expect(colors[1][2]).toBeGreaterThan(200);
		expect(colors[1][1]).toBeGreaterThan(100);
		expect(colors[1][0]).toBeLessThan(90);
	});

	it('decodes an image that has two uses for the more important one', async () => {
		const image = await dear();
		const glb = await balls((builder) => {
			const both = texture(builder, image);
			return { normalTexture: both, pbrMetallicRoughness: { baseColorTexture: both } };
		});
		expect(await renderPreview(glb, { ...timing, size: 32 })).toMatchObject({
			ok: false,
			reason: expect.stringContaining('colors cannot be read'),
		});
	});
});

describe('a generated model that says nothing of metal', () => {
	const paint = (roughnessFactor?: number, more: object = {}) =>
		colorOf(async (builder) => ({
			pbrMetallicRoughness: {
				baseColorTexture: texture(builder, await plain('#e0a040')),
				roughnessFactor,
				...more,
			},
		}));

	it.each([undefined, 0.85, 0.9, 1])('is drawn as matt with roughness %s', async (roughness) => {
		expect(await paint(roughness)).toEqual(await paint(roughness, { metallicFactor: 0 }));
	});

	it('is metal where it is polished, has a map, or no color map', async () => {
		expect(distance(await paint(0.3), await paint(0.3, { metallicFactor: 0 }))).toBeGreaterThan(10);
		const mapped = async (metallicFactor?: number) =>
			paint(1, { metallicFactor, metallicRoughnessTexture: { index: 0 } });
		expect(distance(await mapped(), await mapped(0))).toBeGreaterThan(10);
		const bare = (metallicFactor?: number) =>
			colorOf(() => ({ pbrMetallicRoughness: { baseColorFactor: [0.9, 0.5, 0.1, 1], metallicFactor } }));
		expect(distance(await bare(), await bare(0))).toBeGreaterThan(10);
	});

	it('is drawn in the color of its texture, neither darkened nor bleached by mirroring', async () => {
		const [red, green, blue] = await paint();
		expect(red).toBeGreaterThan(200);
		expect(green).toBeGreaterThan(140);
		expect(green).toBeLessThan(red - 20);
		expect(blue).toBeLessThan(green - 40);
	});
});

describe('what a material mirrors', () => {
	const black = { baseColorFactor: [0, 0, 0, 1], metallicFactor: 0, roughnessFactor: 0.3 };
	const mirrored = async (specular: object) =>
		(
			await colorOf(() => ({
				pbrMetallicRoughness: black,
				extensions: { KHR_materials_specular: specular } as never,
			}))
		).slice(0, 3);

	it('is nothing with a factor of 0, and tinted with a color', async () => {
		expect(await mirrored({ specularFactor: 0 })).toEqual([0, 0, 0]);
		const [full] = await mirrored({});
		const [half] = await mirrored({ specularFactor: 0.5 });
		expect(full).toBeGreaterThan(half);
		expect(half).toBeGreaterThan(0);
		const [red, , blue] = await mirrored({ specularColorFactor: [1, 1, 0] });
		expect(red).toBeGreaterThan(blue);
	});

	it('is the color and the gloss that a texture of the older extension says', async () => {
		const older = (more: (builder: GlbBuilder) => object) =>
			colorOf((builder) => ({
				extensions: {
					KHR_materials_pbrSpecularGlossiness: { diffuseFactor: [0, 0, 0, 1], ...more(builder) },
				},
			}));
		const image = await sharp({ create: { width: 4, height: 4, channels: 4, background: { r: 255, g: 0, b: 0, alpha: 0.5 } } }).png().toBuffer(); // prettier-ignore
		const textured = await older((builder) => ({ specularGlossinessTexture: texture(builder, image) }));
		const told = await older(() => ({ specularFactor: [1, 0, 0], glossinessFactor: 0.5 }));
		expect(distance(textured, told)).toBeLessThanOrEqual(2);
		expect(distance(told, await older(() => ({})))).toBeGreaterThan(10);
	});

	it('is a metal where the older extension says so', async () => {
		const gold = await colorOf(() => ({
			extensions: {
				KHR_materials_pbrSpecularGlossiness: {
					diffuseFactor: [0, 0, 0, 1],
					specularFactor: [1, 0.7, 0.2],
					glossinessFactor: 0.4,
				},
			},
		}));
		const metal = await colorOf(() => ({
			pbrMetallicRoughness: { baseColorFactor: [1, 0.7, 0.2, 1], metallicFactor: 1, roughnessFactor: 0.6 },
		}));
		expect(distance(gold, metal)).toBeLessThanOrEqual(2);
	});
});

describe('KHR_node_visibility', () => {
	it('hides a node and what is below it from the picture, and not from the facts', async () => {
		const builder = new GlbBuilder();
		const quad = builder.mesh(primitiveOf(builder, quadShape(), builder.material({})));
		builder.node({ mesh: quad });
		const hidden = builder.node({
			mesh: quad,
			translation: [9, 0, 0],
			extensions: { KHR_node_visibility: { visible: false } },
		});
		builder.node({ mesh: quad, translation: [0, 9, 0] }, hidden);
		builder.node({
			mesh: quad,
			translation: [0, 0, 1],
			extensions: { KHR_node_visibility: { visible: true } },
		});
		const glb = builder.toGlb();
		const preview = made(await renderPreview(glb, { ...timing, size: 32 }));
		expect(preview.faces).toBe(4);
		expect(preview.boundingBox.max[0]).toBeLessThan(1);
		expect(await readModelFacts(readerOf(glb).read, glb.length)).toMatchObject({ facts: { faces: 8 } });
	});
});
