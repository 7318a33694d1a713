import sharp from 'sharp';
import { renderPreview } from '../../../glb/preview';
import { GlbBuilder, primitiveOf, quadShape, sphereShape, type Shape } from '../../../harness/glb/glbBuilder';
import { made, pixelsOf } from '../../../harness/glb/readPixels';
import { timing } from '../../../harness/glb/timing';

const FRONT = { azimuthDegrees: 0, elevationDegrees: 0 };

/** Parts of one translucent material each; returns the picture seen from the front. */
async function draw(...parts: Array<{ shape: Shape; color: number[]; map?: Buffer; scale?: number }>) {
	const builder = new GlbBuilder();
	for (const { shape, color, map, scale = 1 } of parts) {
		const baseColorTexture = map && { index: builder.texture(map) };
		const material = builder.material({
			pbrMetallicRoughness: { baseColorFactor: color, metallicFactor: 0, baseColorTexture },
			alphaMode: 'BLEND',
			doubleSided: true,
		});
		builder.node({ mesh: builder.mesh(primitiveOf(builder, shape, material)), scale: [scale, scale, scale] });
	}
	const preview = made(
		await renderPreview(builder.toGlb(), { ...timing, size: 96, groundShadow: false, viewpoint: FRONT }),
	);
	return pixelsOf(preview);
}

/** How opaque the pixels of a square in the middle are, the least and the most. */
function alphaRange(pixels: Awaited<ReturnType<typeof draw>>, half: number): [least: number, most: number] {
	const alphas: number[] = [];
	for (let y = 48 - half; y < 48 + half; y++) {
		for (let x = 48 - half; x < 48 + half; x++) alphas.push(pixels.at(x, y)[3]);
	}
	return [Math.min(...alphas), Math.max(...alphas)];
}

describe('translucent surfaces', () => {
	it('have no holes where they are nearly or wholly opaque', async () => {
		// Alpha goes up and down around the step from which a surface hides what is behind it.
		const texels = Uint8Array.from({ length: 96 * 96 * 4 }, (_, i) =>
			i % 4 < 3 ? 200 : 244 + ((i * 7919) % 12),
		);
		const map = await sharp(texels, { raw: { width: 96, height: 96, channels: 4 } })
			.png()
			.toBuffer();
		const pixels = await draw({ shape: quadShape(), color: [1, 1, 1, 1], map });
		expect(alphaRange(pixels, 38)[0]).toBeGreaterThan(243);
	});

	it('have no holes where many lie over each other and over something opaque', async () => {
		const shells = [0.3, 0.5, 0.7, 0.85, 1].map((scale) => ({
			shape: sphereShape(),
			color: [1, 0.9, 0.5, 0.55],
			scale,
		}));
		const pixels = await draw({ shape: sphereShape(), color: [1, 0.8, 0.2, 1], scale: 0.25 }, ...shells);
		// Ten layers of 0.55 leave a third of a thousandth of what is behind.
		expect(alphaRange(pixels, 8)).toEqual([255, 255]);
		expect(pixels.covered(1).every(([x, y]) => pixels.at(x, y)[0] > 100)).toBe(true);
	});

	it('keep their color where a pixel is covered by more than there is of it', async () => {
		const red = await draw(
			{ shape: quadShape(), color: [0.5, 0, 0, 0.97] },
			{ shape: quadShape(0.999), color: [0.5, 0, 0, 1] },
		);
		const plain = await draw({ shape: quadShape(), color: [0.5, 0, 0, 1] });
		for (let x = 12; x < 84; x += 3) {
			const [r, , , alpha] = red.at(x, 50);
			expect(alpha).toBe(255);
			expect(Math.abs(r - plain.at(x, 50)[0])).toBeLessThanOrEqual(6);
		}
	});
});
