import * as fc from '../../../harness/fuzz';
import sharp from 'sharp';
import { compressBitmap, encodeApng, encodePng } from '../../../glb/preview/codecs/png/encodePng';
import { newSlicer } from '../../../harness/glb/timing';

/** The chunks of a PNG, with their check sums verified by libpng where it reads the file. */
function chunksOf(png: Uint8Array): Array<{ type: string; data: Buffer }> {
	const file = Buffer.from(png);
	const chunks = [];
	for (let at = 8; at < file.length; ) {
		const length = file.readUInt32BE(at);
		chunks.push({
			type: file.toString('latin1', at + 4, at + 8),
			data: file.subarray(at + 8, at + 8 + length),
		});
		at += 12 + length;
	}
	return chunks;
}

describe('encodePng', () => {
	it('writes what libpng reads back, pixel by pixel', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.integer({ min: 1, max: 40 }),
				fc.integer({ min: 1, max: 40 }),
				fc.nat(),
				async (width, height, seed) => {
					const rgba = Uint8Array.from(
						{ length: width * height * 4 },
						(_, i) => (i * i * (seed % 251) + (i >> 3)) & 255,
					);
					const png = encodePng(await compressBitmap({ width, height, rgba }, newSlicer()));
					const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
					expect(info).toMatchObject({ width, height, channels: 4 });
					expect(new Uint8Array(data)).toEqual(rgba);
				},
			),
			{ numRuns: 40 },
		);
	});

	it('writes what libpng reads back of pictures with long runs and few surprises, which lead encoders astray', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.array(fc.tuple(fc.nat(255), fc.integer({ min: 1, max: 700 })), { minLength: 1, maxLength: 12 }),
				fc.integer({ min: 20, max: 60 }),
				async (runs, width) => {
					const bytes = runs.flatMap(([value, length]) => new Array<number>(length).fill(value));
					const height = Math.ceil(bytes.length / (width * 4));
					const rgba = new Uint8Array(width * height * 4);
					rgba.set(bytes);
					const png = encodePng(await compressBitmap({ width, height, rgba }, newSlicer()));
					expect(new Uint8Array(await sharp(png).raw().toBuffer())).toEqual(rgba);
				},
			),
			{ numRuns: 300 },
		);
	});

	it('makes flat and smooth pictures small', async () => {
		const [width, height] = [256, 256];
		const rgba = Uint8Array.from({ length: width * height * 4 }, (_, i) =>
			i % 4 === 3 ? 255 : (i >> 2) % width,
		);
		const { data } = await compressBitmap({ width, height, rgba }, newSlicer());
		expect(data.length).toBeLessThan(4000);
	});
});

describe('encodeApng', () => {
	it('lists its frames in one sequence, and shows the first one where animation is not known', async () => {
		const frames = await Promise.all(
			[10, 90, 200].map((value) => {
				const rgba = new Uint8Array(8 * 4 * 4).fill(value);
				return compressBitmap({ width: 8, height: 4, rgba }, newSlicer());
			}),
		);
		const apng = encodeApng(frames, 125);
		const chunks = chunksOf(apng);
		expect(chunks.map(({ type }) => type)).toEqual([
			'IHDR',
			'acTL',
			'fcTL',
			'IDAT',
			'fcTL',
			'fdAT',
			'fcTL',
			'fdAT',
			'IEND',
		]);
		expect([...chunks[1].data]).toEqual([0, 0, 0, 3, 0, 0, 0, 0]);
		const sequence = chunks
			.filter(({ type }) => /fcTL|fdAT/.test(type))
			.map(({ data }) => data.readUInt32BE(0));
		expect(sequence).toEqual([0, 1, 2, 3, 4]);
		const control = chunks[4].data;
		expect([control.readUInt32BE(4), control.readUInt32BE(8)]).toEqual([8, 4]);
		expect(control.readUInt16BE(20) / control.readUInt16BE(22)).toBe(0.125);
		const first = await sharp(apng).raw().toBuffer();
		expect(new Set(first)).toEqual(new Set([10]));
	});
});
