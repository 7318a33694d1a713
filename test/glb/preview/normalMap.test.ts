import sharp from 'sharp';
import { renderPreview } from '../../../glb/preview';
import { GlbBuilder, primitiveOf, quadShape } from '../../../harness/glb/glbBuilder';
import { made, pixelsOf } from '../../../harness/glb/readPixels';
import { timing } from '../../../harness/glb/timing';

/** A square that faces the camera, its normal map of one color; returns how bright it is in the middle. */
async function brightness(
	color: { r: number; g: number; b: number } | undefined,
	mirrored = false,
): Promise<number> {
	const builder = new GlbBuilder();
	const base = { baseColorFactor: [0.4, 0.4, 0.4, 1], metallicFactor: 0, roughnessFactor: 1 };
	const image =
		color &&
		(await sharp({ create: { width: 4, height: 4, channels: 3, background: color } })
			.png()
			.toBuffer());
	const normalTexture = image && { index: builder.texture(image) };
	const material = builder.material({ pbrMetallicRoughness: base, normalTexture });
	const shape = quadShape();
	if (mirrored) shape.coordinates = shape.coordinates.map((value, i) => (i % 2 === 0 ? 1 - value : value));
	builder.node({ mesh: builder.mesh(primitiveOf(builder, shape, material)) });
	const viewpoint = { azimuthDegrees: 0, elevationDegrees: 0 };
	const preview = made(
		await renderPreview(builder.toGlb(), { ...timing, size: 32, groundShadow: false, viewpoint }),
	);
	return (await pixelsOf(preview)).at(16, 16)[0];
}

describe('a normal map', () => {
	const left = { r: 40, g: 128, b: 210 };
	const right = { r: 216, g: 128, b: 210 };
	const up = { r: 128, g: 216, b: 210 };
	const down = { r: 128, g: 40, b: 210 };

	it('changes nothing where it says "straight out"', async () => {
		expect(
			Math.abs((await brightness({ r: 128, g: 128, b: 255 })) - (await brightness(undefined))),
		).toBeLessThanOrEqual(1);
	});

	it('bends green upwards, into the light from above', async () => {
		expect(await brightness(up)).toBeGreaterThan((await brightness(down)) + 15);
	});

	it('bends red to the right, away from the key light on the left', async () => {
		expect(await brightness(left)).toBeGreaterThan((await brightness(right)) + 5);
	});

	it('follows texture coordinates that run the other way', async () => {
		expect(Math.abs((await brightness(right, true)) - (await brightness(left)))).toBeLessThanOrEqual(1);
		expect(Math.abs((await brightness(up, true)) - (await brightness(up)))).toBeLessThanOrEqual(1);
	});
});
