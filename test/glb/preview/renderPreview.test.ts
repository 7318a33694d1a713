import sharp from 'sharp';
import { renderPreview, type PreviewOptions } from '../../../glb/preview';
import { readModelFacts } from '../../../glb/facts';
import type { GltfMaterial } from '../../../glb/facts/gltf';
import { readerOf } from '../../../harness/glb/buildGlb';
import { GlbBuilder, primitiveOf, quadShape, sphereShape, type Shape } from '../../../harness/glb/glbBuilder';
import { distance, made, pixelsOf, projected, type Rgba } from '../../../harness/glb/readPixels';
import { structureScene, transparencyScene } from '../../../harness/glb/scenes';
import { timing } from '../../../harness/glb/timing';

const UNLIT = { KHR_materials_unlit: {} };
const FRONT = { azimuthDegrees: 0, elevationDegrees: 0 };

async function draw(glb: Uint8Array, options: Partial<PreviewOptions> = {}) {
	const preview = made(await renderPreview(glb, { ...timing, size: 128, groundShadow: false, ...options }));
	return { preview, pixels: await pixelsOf(preview) };
}

/** The stored value of a linear one. */
const stored = (linear: number) => Math.round(255 * (linear <= 0.0031308 ? linear * 12.92 : 1.055 * linear ** (1 / 2.4) - 0.055)); // prettier-ignore

function unlit(color: number[], more: GltfMaterial = {}): GltfMaterial {
	return { pbrMetallicRoughness: { baseColorFactor: color }, extensions: UNLIT, ...more };
}

function glbOf(
	...parts: Array<{ shape: Shape; material: GltfMaterial; translation?: number[]; rotation?: number[] }>
) {
	const builder = new GlbBuilder();
	for (const { shape, material, ...node } of parts) {
		builder.node({ mesh: builder.mesh(primitiveOf(builder, shape, builder.material(material))), ...node });
	}
	return builder.toGlb();
}

/** Four squares: red and green above, blue and white below. */
const FOUR_COLORS = sharp(Buffer.from([255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255]), { raw: { width: 2, height: 2, channels: 3 } }).resize(64, 64, { kernel: 'nearest' }).png(); // prettier-ignore

async function fourColors(builder: GlbBuilder, more: GltfMaterial = {}): Promise<number> {
	const index = builder.texture(await FOUR_COLORS.toBuffer(), 'image/png', { wrapS: 33071, wrapT: 33071 });
	return builder.material({
		pbrMetallicRoughness: { baseColorTexture: { index } },
		extensions: UNLIT,
		...more,
	});
}

describe('renderPreview', () => {
	it('shows an unlit color as it is, on nothing', async () => {
		const { pixels } = await draw(glbOf({ shape: quadShape(), material: unlit([0.2, 0.7, 0.3, 1]) }), {
			viewpoint: FRONT,
		});
		expect(pixels.at(64, 64)).toEqual([stored(0.2), stored(0.7), stored(0.3), 255]);
		expect(pixels.at(2, 2)).toEqual([0, 0, 0, 0]);
	});

	it('fills the picture up to a margin, whatever the size and place of the model', async () => {
		for (const scale of [0.001, 1, 2000]) {
			const builder = new GlbBuilder();
			const ball = builder.mesh(primitiveOf(builder, sphereShape(), builder.material(unlit([1, 1, 1, 1]))));
			builder.node({
				mesh: ball,
				scale: [scale, scale, scale],
				translation: [7 * scale, -3 * scale, 40 * scale],
			});
			const { pixels } = await draw(builder.toGlb());
			const places = pixels.covered(128);
			for (const axis of [0, 1]) {
				const line = places.map((place) => place[axis]);
				expect(Math.min(...line)).toBeGreaterThanOrEqual(4);
				expect(Math.min(...line)).toBeLessThanOrEqual(7);
				expect(Math.max(...line)).toBeGreaterThanOrEqual(120);
				expect(Math.max(...line)).toBeLessThanOrEqual(123);
			}
		}
	});

	it.each([[[0, 1]], [[1, 0]]])('shows what is in front, in file order %j', async (order) => {
		const near = { shape: quadShape(0.5), material: unlit([1, 0, 0, 1]), translation: [0, 0, 0.5] };
		const far = { shape: quadShape(1), material: unlit([0, 0, 1, 1]), translation: [0, 0, -0.5] };
		const parts = [near, far];
		const { pixels } = await draw(glbOf(...order.map((index) => parts[index])), { viewpoint: FRONT });
		expect(pixels.at(64, 64)).toEqual([255, 0, 0, 255]);
		expect(pixels.atPoint(-0.45, 0.45, -0.5)).toEqual([0, 0, 255, 255]);
	});

	it('lets surfaces cut through each other at the right place', async () => {
		const turned = { rotation: [0, Math.SQRT1_2, 0, Math.SQRT1_2] };
		const { pixels } = await draw(
			glbOf(
				{ shape: quadShape(2), material: unlit([1, 0, 0, 1], { doubleSided: true }) },
				{ shape: quadShape(2), material: unlit([0, 0, 1, 1], { doubleSided: true }), ...turned },
			),
		);
		expect(pixels.atPoint(0.3, 0, 0)).toEqual([255, 0, 0, 255]);
		expect(pixels.atPoint(0, 0, 0.3)).toEqual([0, 0, 255, 255]);
		// The camera stands to the right, so the left half of one is behind the near half of the other, as far as that goes.
		expect(pixels.atPoint(-0.3, 0, 0)).toEqual([0, 0, 255, 255]);
		expect(pixels.atPoint(-0.95, 0, 0)).toEqual([255, 0, 0, 255]);
	});

	it('puts each corner of a texture where it belongs', async () => {
		const builder = new GlbBuilder();
		const material = await fourColors(builder);
		builder.node({ mesh: builder.mesh(primitiveOf(builder, quadShape(), material)) });
		const { pixels } = await draw(builder.toGlb());
		const corners: Array<[number, number, Rgba]> = [
			[-0.3, 0.3, [255, 0, 0, 255]],
			[0.3, 0.3, [0, 255, 0, 255]],
			[-0.3, -0.3, [0, 0, 255, 255]],
			[0.3, -0.3, [255, 255, 255, 255]],
		];
		for (const [x, y, color] of corners) expect(pixels.atPoint(x, y, 0)).toEqual(color);
	});

	it('keeps a texture in perspective', async () => {
		const builder = new GlbBuilder();
		const material = await fourColors(builder, { doubleSided: true });
		// A floor that runs far away: two large triangles, whose middle is not in the middle of the picture.
		const floor = quadShape(4, 40);
		builder.node({
			mesh: builder.mesh(primitiveOf(builder, floor, material)),
			rotation: [-Math.SQRT1_2, 0, 0, Math.SQRT1_2],
		});
		const { pixels, preview } = await draw(builder.toGlb(), {
			viewpoint: { azimuthDegrees: 0, elevationDegrees: 12 },
			size: 256,
		});
		for (const z of [-12, -4, -1, 1, 4, 12]) {
			const expected = z < 0 ? [255, 0, 0, 255] : [0, 0, 255, 255];
			expect(distance(pixels.atPoint(-1, 0, z), expected)).toBeLessThan(12);
		}
		const [, middle] = projected(preview, [0, 0, 0]);
		const [, top] = projected(preview, [0, 0, -20]);
		const [, bottom] = projected(preview, [0, 0, 20]);
		expect(middle - top).toBeLessThan((bottom - middle) * 0.8);
	});

	it('draws the back of a double-sided surface, and nothing of a single-sided one', async () => {
		const back = { azimuthDegrees: 180, elevationDegrees: 0 };
		const both = glbOf({ shape: quadShape(), material: unlit([1, 0, 0, 1], { doubleSided: true }) });
		const one = glbOf({ shape: quadShape(), material: unlit([1, 0, 0, 1]) });
		expect((await draw(both, { viewpoint: back })).pixels.at(64, 64)).toEqual([255, 0, 0, 255]);
		expect((await draw(one, { viewpoint: back })).pixels.covered(1)).toEqual([]);
	});

	it('mixes vertex colors between the corners, and multiplies them with the material', async () => {
		const builder = new GlbBuilder();
		const primitive = primitiveOf(builder, quadShape(), builder.material(unlit([0.5, 1, 1, 1])));
		const colors = new Float32Array([1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0]);
		primitive.attributes = { ...primitive.attributes, COLOR_0: builder.accessor(colors, 'VEC3') };
		builder.node({ mesh: builder.mesh(primitive) });
		const { pixels } = await draw(builder.toGlb(), { viewpoint: FRONT });
		expect(distance(pixels.at(64, 64), [stored(0.5), 0, 0, 255])).toBeLessThanOrEqual(1);
	});

	it('cuts out what a mask cuts out, and mixes what shines through', async () => {
		const { pixels } = await draw(await transparencyScene(), { size: 256 });
		// The leaf is turned by 45°: its tip and its empty corner, in its own plane.
		const leaf = (x: number, y: number) => pixels.atPoint(1 + x * Math.SQRT1_2, y, -x * Math.SQRT1_2);
		expect(leaf(0.1, 0)[3]).toBe(255);
		expect(leaf(0.6, 0.6)[3]).toBe(0);
		const red = pixels.atPoint(-1.2, 0.6, 0.5);
		expect(red[3]).toBeGreaterThan(95);
		expect(red[3]).toBeLessThan(110);
		expect(red[0]).toBeGreaterThan(red[2]);
		// Three panes of 0.4, 0.5 and 0.4 over each other leave 0.18 of what is behind.
		const front = (await draw(await transparencyScene(), { viewpoint: FRONT })).pixels;
		expect(distance([front.atPoint(-0.5, 0, 0)[3]], [255 * (1 - 0.6 * 0.5 * 0.6)])).toBeLessThanOrEqual(1);
	});

	it('places what nodes, skins, morphs and packed numbers say where the file says', async () => {
		const glb = await structureScene();
		const { preview, pixels } = await draw(glb, { size: 256 });
		const facts = await readModelFacts(readerOf(glb).read, glb.length);
		if (!facts.ok) throw new Error(facts.reason);
		expect(preview.faces).toBe(facts.facts.faces);
		// The skinned tube follows its joints, not its node, which stands at 5, 5, 5.
		expect(preview.boundingBox.max[1]).toBeLessThan(1.6);
		expect(pixels.atPoint(-0.4, -1.6, 0.14)[3]).toBe(255);
		// Half of the morph target lifts the top of the ball by 0.2.
		expect(pixels.atPoint(1.5, 0.55, 0.2)[3]).toBe(255);
		// The mirrored square shows its letters the wrong way round, still from the front.
		expect(pixels.atPoint(-0.9, 1.4, 0)).not.toEqual(pixels.atPoint(-1.9, 1.4, 0));
	});

	it('lights a ball from above and gives a rough one no hard spot', async () => {
		const matt = {
			pbrMetallicRoughness: { baseColorFactor: [0.5, 0.5, 0.5, 1], metallicFactor: 0, roughnessFactor: 1 },
		};
		const { pixels } = await draw(glbOf({ shape: sphereShape(), material: matt }), { viewpoint: FRONT });
		const [top, middle, bottom] = [0.8, 0, -0.8].map((y) => pixels.atPoint(0, y, Math.sqrt(1 - y * y))[0]);
		expect(top).toBeGreaterThan(bottom + 20);
		expect(middle).toBeGreaterThan(bottom);
		expect(Math.max(...pixels.covered(255).map(([x, y]) => pixels.at(x, y)[0]))).toBeLessThan(240);
	});

	it('darkens a corner between two walls', async () => {
		const wall: GltfMaterial = {
			pbrMetallicRoughness: { metallicFactor: 0, roughnessFactor: 1 },
			doubleSided: true,
		};
		const floor = { shape: quadShape(2), material: wall, rotation: [-Math.SQRT1_2, 0, 0, Math.SQRT1_2] };
		const back = { shape: quadShape(2), material: wall, translation: [0, 1, -1] };
		const { pixels } = await draw(glbOf(floor, back), { size: 256 });
		const [inCorner] = pixels.atPoint(0.2, 0.02, -0.97);
		const [onFloor] = pixels.atPoint(0.2, 0, 0.4);
		expect(inCorner).toBeLessThan(onFloor - 25);
	});

	it('lays a soft shadow under the model, and only under it', async () => {
		const glb = glbOf({ shape: sphereShape(), material: unlit([1, 1, 1, 1]) });
		const plain = (await draw(glb)).pixels;
		const { pixels } = await draw(glb, { groundShadow: true });
		const faint = pixels.covered(1).filter(([x, y]) => plain.at(x, y)[3] === 0);
		expect(faint.length).toBeGreaterThan(100);
		expect(faint.every(([x, y]) => pixels.at(x, y)[3] < 110 && pixels.at(x, y)[0] === 0)).toBe(true);
		expect(Math.min(...faint.map(([, y]) => y))).toBeGreaterThan(70);
		expect(plain.covered(255).every(([x, y]) => distance(pixels.at(x, y), plain.at(x, y)) === 0)).toBe(true);
	});

	it('draws on white what a page would make of the transparent picture', async () => {
		const glb = await transparencyScene();
		const clear = made(await renderPreview(glb, { ...timing, size: 128 }));
		const white = made(await renderPreview(glb, { ...timing, size: 128, background: 'white' }));
		const flattened = await sharp(clear.png).flatten({ background: '#fff' }).removeAlpha().raw().toBuffer();
		const { data, info } = await sharp(white.png).raw().toBuffer({ resolveWithObject: true });
		expect(info.channels).toBe(4);
		const worst = flattened.reduce((most, value, i) => Math.max(most, Math.abs(value - data[Math.floor(i / 3) * 4 + (i % 3)])), 0); // prettier-ignore
		expect(worst).toBeLessThanOrEqual(2);
	});

	it('smooths edges', async () => {
		const { pixels } = await draw(glbOf({ shape: sphereShape(), material: unlit([1, 1, 1, 1]) }));
		const edges = pixels.covered(1).filter(([x, y]) => pixels.at(x, y)[3] < 255);
		expect(edges.length).toBeGreaterThan(250);
		expect(edges.every(([x, y]) => pixels.at(x, y)[0] === 255)).toBe(true);
	});

	it('gives the same bytes for the same model', async () => {
		const glb = await structureScene();
		const [first, second] = [await draw(glb), await draw(glb)];
		expect(Buffer.from(first.preview.png).equals(Buffer.from(second.preview.png))).toBe(true);
	});

	it.each([
		[undefined, 512],
		[5000, 2048],
		[1, 16],
		[99.6, 100],
	])('makes a picture of size %s that is %i pixels wide', async (size, width) => {
		const preview = made(
			await renderPreview(glbOf({ shape: quadShape(), material: {} }), { ...timing, size }),
		);
		expect(preview).toMatchObject({ width, height: width, frames: 1 });
		expect((await sharp(preview.png).metadata()).width).toBe(width);
	});
});
