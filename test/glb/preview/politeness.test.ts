import sharp from 'sharp';
import { renderPreview } from '../../../glb/preview';
import { GlbBuilder, gridShape, primitiveOf, quadShape } from '../../../harness/glb/glbBuilder';
import { transparencyScene } from '../../../harness/glb/scenes';
import { timing } from '../../../harness/glb/timing';

/** How often others got their turn; how long they wait is measured by scripts/bench-preview.ts. */
async function countPauses(glb: Uint8Array): Promise<number> {
	let pauses = 0;
	const result = await renderPreview(glb, {
		...timing,
		yieldToEventLoop: async () => {
			pauses += 1;
			await timing.yieldToEventLoop();
		},
	});
	if (!result.ok) throw new Error(result.reason);
	return pauses;
}

/** A wavy sheet of so many faces, with a large texture of which one half is flat and the other is grain. */
async function sheet(faces: number, format: 'png' | 'jpeg' | 'webp'): Promise<Uint8Array> {
	const builder = new GlbBuilder();
	const side = Math.round(Math.sqrt(faces / 2));
	const shape = gridShape(side, side, (u, v) => ({ point: [u, v, 0.1 * Math.sin(9 * u) * Math.cos(9 * v)], normal: [0, 0, 1] })); // prettier-ignore
	const grain = { type: 'gaussian' as const, mean: 128, sigma: 40 };
	const half = { width: 2048, height: 1024, channels: 3 as const, background: '#a52' };
	const top = await sharp({ create: { ...half, noise: grain } })
		.png()
		.toBuffer();
	const image = sharp({ create: { ...half, height: 2048 } }).composite([{ input: top, top: 0, left: 0 }]);
	const index = builder.texture(await image.toFormat(format).toBuffer(), `image/${format}`);
	const material = builder.material({ pbrMetallicRoughness: { baseColorTexture: { index } } });
	builder.node({ mesh: builder.mesh(primitiveOf(builder, shape, material)) });
	return builder.toGlb();
}

describe('making a picture', () => {
	it.each(['png', 'jpeg', 'webp'] as const)(
		'lets others have their turn again and again: 100,000 faces, 2K %s',
		async (format) => {
			expect(await countPauses(await sheet(100_000, format))).toBeGreaterThan(3);
		},
	);

	it('does so with glass that fills the picture', async () => {
		expect(await countPauses(await transparencyScene())).toBeGreaterThan(3);
	});

	it('does so with many layers of large triangles', async () => {
		const builder = new GlbBuilder();
		const material = builder.material({ doubleSided: true });
		const mesh = builder.mesh(primitiveOf(builder, quadShape(2), material));
		for (let i = 0; i < 200; i++) builder.node({ mesh, translation: [0, 0, i * 0.001] });
		expect(await countPauses(builder.toGlb())).toBeGreaterThan(3);
	});
});
