import sharp from 'sharp';
import { renderPreview, renderTurntable } from '../../../glb/preview';
import { GlbBuilder, primitiveOf, quadShape, sphereShape } from '../../../harness/glb/glbBuilder';
import { made } from '../../../harness/glb/readPixels';
import { timing } from '../../../harness/glb/timing';

/** A ball with a nose to its left (+X): where it points tells how far the model has turned. */
function nosedBall(): Uint8Array {
	const builder = new GlbBuilder();
	const white = builder.material({ extensions: { KHR_materials_unlit: {} } });
	const red = builder.material({
		pbrMetallicRoughness: { baseColorFactor: [1, 0, 0, 1] },
		extensions: { KHR_materials_unlit: {} },
	});
	builder.node({ mesh: builder.mesh(primitiveOf(builder, sphereShape(0.5), white)), translation: [3, 0, 2] });
	builder.node({
		mesh: builder.mesh(primitiveOf(builder, sphereShape(0.15), red)),
		translation: [3.6, 0, 2],
	});
	return builder.toGlb();
}

/** The frames of an animated PNG as pictures of their own, each with the header of the whole. */
async function framesOf(png: Uint8Array) {
	const file = Buffer.from(png);
	const header: Buffer[] = [file.subarray(0, 33)];
	const frames: Buffer[][] = [];
	for (let at = 8; at < file.length; ) {
		const length = file.readUInt32BE(at);
		const type = file.toString('latin1', at + 4, at + 8);
		const body = file.subarray(at + 8, at + 8 + length);
		if (type === 'fcTL') frames.push([]);
		if (type === 'IDAT') frames[frames.length - 1].push(body);
		if (type === 'fdAT') frames[frames.length - 1].push(body.subarray(4));
		at += 12 + length;
	}
	return Promise.all(
		frames.map((parts) => {
			const data = Buffer.concat(parts);
			const length = Buffer.alloc(4);
			length.writeUInt32BE(data.length);
			// A check sum of 0: libpng is told not to mind.
			const chunk = Buffer.concat([length, Buffer.from('IDAT'), data, Buffer.alloc(4)]);
			const end = Buffer.from('0000000049454e44ae426082', 'hex');
			const whole = Buffer.concat([...header, chunk, end]);
			return sharp(whole, { failOn: 'none' }).raw().toBuffer({ resolveWithObject: true });
		}),
	);
}

/** Mean x of the red pixels, from −1 at the left to 1 at the right, and how many there are. */
function nose({ data, info }: { data: Buffer; info: { width: number } }) {
	let sum = 0;
	let count = 0;
	for (let i = 0; i < data.length; i += 4) {
		if (data[i] > 200 && data[i + 1] < 60 && data[i + 3] > 200) {
			sum += (i / 4) % info.width;
			count += 1;
		}
	}
	return { count, x: count > 0 ? ((sum / count) * 2) / info.width - 1 : 0 };
}

describe('renderTurntable', () => {
	it('turns once around the middle of the model, starting where the still picture is taken', async () => {
		const options = { ...timing, size: 96, frames: 8, groundShadow: false };
		const turn = made(await renderTurntable(nosedBall(), options));
		expect(turn).toMatchObject({ frames: 8, width: 96 });
		const still = made(await renderPreview(nosedBall(), options));
		expect(turn.camera.back).toEqual(still.camera.back);
		const noses = (await framesOf(turn.png)).map(nose);
		// It starts at the front right, passes the front, goes to the left, and is hidden behind the ball for a while.
		expect(noses[0].x).toBeGreaterThan(0.3);
		const visible = noses.map(({ count }) => count > 0);
		expect(visible.filter(Boolean).length).toBeGreaterThanOrEqual(5);
		expect(visible.filter(Boolean).length).toBeLessThan(8);
		expect(Math.min(...noses.map(({ x }) => x))).toBeLessThan(-0.3);
	});

	it('keeps size and height while it turns', async () => {
		const turn = made(
			await renderTurntable(nosedBall(), { ...timing, size: 96, frames: 6, groundShadow: false }),
		);
		const rows = (await framesOf(turn.png)).map(({ data, info }) => {
			const covered = Array.from({ length: info.height }, (_, y) => y).filter((y) =>
				data
					.subarray(y * info.width * 4, (y + 1) * info.width * 4)
					.some((value, i) => i % 4 === 3 && value > 128),
			);
			return [covered[0], covered[covered.length - 1]];
		});
		for (const [top, bottom] of rows) {
			expect(Math.abs(top - rows[0][0])).toBeLessThanOrEqual(8);
			expect(Math.abs(bottom - rows[0][1])).toBeLessThanOrEqual(8);
		}
	});

	it('never cuts the model off, however flat it is', async () => {
		const builder = new GlbBuilder();
		const material = builder.material({ doubleSided: true });
		builder.node({
			mesh: builder.mesh(primitiveOf(builder, quadShape(3, 0.4), material)),
			translation: [9, 9, 9],
		});
		const turn = made(
			await renderTurntable(builder.toGlb(), { ...timing, size: 64, frames: 12, groundShadow: false }),
		);
		for (const { data, info } of await framesOf(turn.png)) {
			for (let i = 0; i < info.width; i++) {
				const border = [
					i,
					(info.height - 1) * info.width + i,
					i * info.width,
					i * info.width + info.width - 1,
				];
				for (const pixel of border) expect(data[pixel * 4 + 3]).toBe(0);
			}
		}
	});

	it.each([
		[1, 2],
		[500, 72],
	])('makes %i frames %i', async (frames, expected) => {
		const turn = made(await renderTurntable(nosedBall(), { ...timing, size: 16, frames }));
		expect(turn.frames).toBe(expected);
	});
});
