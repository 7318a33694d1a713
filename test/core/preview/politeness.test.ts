import sharp from 'sharp';
import { renderPreview, type PreviewResult } from '../../../nodes/shared/core/preview';
import { GlbBuilder, gridShape, primitiveOf, quadShape } from './glb-builder';
import { transparencyScene } from './scenes';
import { timing } from './timing';

/** Longest work between two pauses, in milliseconds of this thread's own time, so that a busy machine does not count. */
async function longestStretchOf(work: (counted: typeof timing) => Promise<PreviewResult>) {
	const spent = () => process.cpuUsage().user / 1000;
	let last = spent();
	let longest = 0;
	let pauses = 0;
	const result = await work({
		now: timing.now,
		yieldToEventLoop: async () => {
			longest = Math.max(longest, spent() - last);
			pauses += 1;
			await timing.yieldToEventLoop();
			last = spent();
		},
	});
	if (!result.ok) throw new Error(result.reason);
	return { longest: Math.max(longest, spent() - last), pauses };
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
		'never keeps others waiting for 50 ms: 100,000 faces, 2K %s',
		async (format) => {
			const glb = await sheet(100_000, format);
			await renderPreview(glb, timing); // the engine compiles hot code while it runs for the first time
			const { longest, pauses } = await longestStretchOf((counted) => renderPreview(glb, counted));
			expect(pauses).toBeGreaterThan(3);
			expect(longest).toBeLessThan(50);
		},
	);

	it('never does so with glass that fills the picture', async () => {
		const glb = await transparencyScene();
		await renderPreview(glb, timing);
		expect((await longestStretchOf((counted) => renderPreview(glb, counted))).longest).toBeLessThan(50);
	});

	it('never does so with many layers of large triangles', async () => {
		const builder = new GlbBuilder();
		const material = builder.material({ doubleSided: true });
		const mesh = builder.mesh(primitiveOf(builder, quadShape(2), material));
		for (let i = 0; i < 200; i++) builder.node({ mesh, translation: [0, 0, i * 0.001] });
		const glb = builder.toGlb();
		await renderPreview(glb, timing);
		expect((await longestStretchOf((counted) => renderPreview(glb, counted))).longest).toBeLessThan(50);
	});
});
