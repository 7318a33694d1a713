import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from '../../../harness/fuzz';
import sharp, { type Sharp } from 'sharp';
import type { Bitmap } from '../../../glb/preview/codecs/bitmap';
import { decodeImage } from '../../../glb/preview/codecs/decodeImage';
import { TimeSlicer, WorkStopped } from '../../../glb/timeSlicer';
import { newSlicer } from '../../../harness/glb/timing';

/** A picture with edges, gradients and color, of a size that fills no block: what decoders get wrong shows in it. */
function picture(width = 203, height = 131): Sharp {
	const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
		<defs><linearGradient id="g"><stop offset="0" stop-color="#e03010"/><stop offset="1" stop-color="#1040d0"/>
		</linearGradient></defs><rect width="100%" height="100%" fill="url(#g)"/>
		<circle cx="60%" cy="50%" r="30%" fill="#20c060"/><rect x="10%" y="60%" width="40%" height="30%" fill="#fff"/>
		</svg>`;
	return sharp(Buffer.from(svg)).removeAlpha();
}

const withAlpha = (width = 67, height = 41) =>
	picture(width, height).composite([
		{
			input: Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
				<defs><linearGradient id="a"><stop offset="0" stop-opacity="0"/><stop offset="1"/></linearGradient></defs>
				<rect width="100%" height="100%" fill="url(#a)"/></svg>`),
			blend: 'dest-in',
		},
	]);

async function decode(data: Uint8Array, wantedSide = 100_000): Promise<Bitmap> {
	const result = await decodeImage(data, wantedSide, newSlicer());
	if (!result.ok) throw new Error(result.reason);
	return result.bitmap;
}

/** The pixels as libvips decodes them. */
async function expected(data: Uint8Array): Promise<Bitmap> {
	const { data: pixels, info } = await sharp(data)
		.toColourspace('srgb')
		.ensureAlpha()
		.raw({ depth: 'uchar' })
		.toBuffer({ resolveWithObject: true });
	return { width: info.width, height: info.height, rgba: new Uint8Array(pixels) };
}

function differences(a: Bitmap, b: Bitmap): { mean: number; max: number } {
	expect([a.width, a.height, a.rgba.length]).toEqual([b.width, b.height, b.rgba.length]);
	let sum = 0;
	let max = 0;
	a.rgba.forEach((value, index) => {
		const difference = Math.abs(value - b.rgba[index]);
		sum += difference;
		max = Math.max(max, difference);
	});
	return { mean: sum / a.rgba.length, max };
}

/**
 * A gray JPEG of 8 × 8 blocks with a restart marker after each, which libvips does not write: quantization of 8, one

 * DC code "0" for a difference of 6 bits (32 to 63 and their negatives), one AC code "0" for the end of the block.
 */
function restartingJpeg(brightness: number[]): Buffer {
	const segment = (marker: number, ...bytes: number[]) => [0xff, marker, 0, bytes.length + 2, ...bytes];
	const codes = (kind: number, symbol: number) => segment(0xc4, kind, 1, ...new Array(15).fill(0), symbol);
	const blocks = brightness.flatMap((value, index) => {
		const code = (value < 0 ? value + 63 : value).toString(2).padStart(6, '0');
		const padded = `0${code}0`;
		return [parseInt(padded, 2), ...(index < brightness.length - 1 ? [0xff, 0xd0 + (index & 7)] : [])];
	});
	return Buffer.from([
		0xff, 0xd8,
		...segment(0xdb, 0, ...new Array(64).fill(8)),
		...segment(0xc0, 8, 0, 8, 0, 8 * brightness.length, 1, 1, 0x11, 0),
		...codes(0x00, 6), ...codes(0x10, 0),
		...segment(0xdd, 0, 1),
		...segment(0xda, 1, 1, 0, 0, 63, 0),
		...blocks, 0xff, 0xd9,
	]); // prettier-ignore
}

/** A bitmap made smaller as is written in books: each pixel the mean of a square, colors by their alpha. */
function meanOfSquares({ width, height, rgba }: Bitmap, factor: number): Bitmap {
	const [outWidth, outHeight] = [width / factor, height / factor];
	const out = new Uint8Array(outWidth * outHeight * 4);
	for (let at = 0; at < outWidth * outHeight; at++) {
		const sums = [0, 0, 0, 0];
		for (let i = 0; i < factor * factor; i++) {
			const x = (at % outWidth) * factor + (i % factor);
			const y = Math.floor(at / outWidth) * factor + Math.floor(i / factor);
			const from = (y * width + x) * 4;
			for (let part = 0; part < 3; part++) sums[part] += rgba[from + part] * rgba[from + 3];
			sums[3] += rgba[from + 3];
		}
		for (let part = 0; part < 3; part++) out[at * 4 + part] = Math.round(sums[part] / sums[3] || 0);
		out[at * 4 + 3] = Math.round(sums[3] / factor ** 2);
	}
	return { width: outWidth, height: outHeight, rgba: out };
}

describe('decodeImage', () => {
	it.each([
		['RGB', () => picture().png()],
		['RGBA', () => withAlpha().png()],
		['gray', () => picture().grayscale().png()],
		['gray with alpha', () => withAlpha().toColourspace('b-w').png()],
		['16 bits', () => picture().toColourspace('rgb16').png()],
		['a palette', () => picture().png({ palette: true })],
		['a palette with alpha', () => withAlpha().png({ palette: true })],
		['a palette of 16 colors', () => picture().png({ palette: true, colors: 16 })],
		['a palette of 2 colors', () => picture().png({ palette: true, colors: 2 })],
		['interlaced RGB', () => picture().png({ progressive: true })],
		[
			'interlaced palette of 4 colors',
			() => withAlpha().png({ palette: true, colors: 4, progressive: true }),
		],
		['no compression', () => picture().png({ compressionLevel: 0 })],
		['every filter', () => picture().png({ adaptiveFiltering: true })],
		['one pixel', () => picture(1, 1).png()],
		['one row, interlaced', () => picture(5, 1).png({ progressive: true })],
	])('reads a PNG with %s exactly as libvips does', async (_, make) => {
		const data = await make().toBuffer();
		expect(differences(await decode(data), await expected(data)).max).toBe(0);
	});

	it.each([
		['4:4:4', () => picture().jpeg({ quality: 90, chromaSubsampling: '4:4:4' }), 0.6],
		['4:2:0', () => picture().jpeg({ quality: 90 }), 2],
		[
			'progressive',
			() => picture().jpeg({ quality: 90, progressive: true, chromaSubsampling: '4:4:4' }),
			0.6,
		],
		['progressive 4:2:0, optimized scans', () => picture().jpeg({ mozjpeg: true }), 2],
		['low quality', () => picture().jpeg({ quality: 10, chromaSubsampling: '4:4:4' }), 0.6],
		['gray', () => picture().grayscale().jpeg(), 0.6],
		['CMYK', () => picture().toColourspace('cmyk').jpeg({ chromaSubsampling: '4:4:4' }), 25],
		['one pixel', () => picture(1, 1).jpeg(), 0.6],
	])('reads a JPEG (%s) as libvips does', async (_, make, mean) => {
		const data = await make().toBuffer();
		expect(differences(await decode(data), await expected(data)).mean).toBeLessThan(mean);
	});

	it.each([
		['plain', () => picture().webp({ lossless: true, effort: 0 })],
		['with transforms', () => picture().webp({ lossless: true, effort: 6 })],
		['with alpha', () => withAlpha().webp({ lossless: true })],
		['a palette', () => picture().png({ palette: true, colors: 60 })],
		['a palette of 16 colors', () => picture().png({ palette: true, colors: 14 })],
		['a palette of 4 colors', () => picture().png({ palette: true, colors: 4 })],
		['a palette of 2 colors', () => picture().png({ palette: true, colors: 2 })],
		[
			'grain',
			() =>
				sharp({
					create: {
						width: 97,
						height: 61,
						channels: 3,
						background: '#888',
						noise: { type: 'gaussian', mean: 128, sigma: 40 },
					},
				}),
		],
		['one pixel', () => picture(1, 1)],
		['one column', () => picture(1, 40)],
	])('reads a lossless WebP (%s) exactly as libwebp does', async (_, make) => {
		const data = await sharp(await make().toFormat('png').toBuffer())
			.webp({ lossless: true, effort: 5 })
			.toBuffer();
		expect(differences(await decode(data), await expected(data)).max).toBe(0);
	});

	// libwebp smooths the colors between pixels of the halved planes, which is not worth its time in a texture.
	it.each([
		['quality 80', () => picture(331, 203).webp({ quality: 80 })],
		['quality 5, strong filter', () => picture(331, 203).webp({ quality: 5 })],
		['quality 100', () => picture(331, 203).webp({ quality: 100 })],
		['most effort', () => picture(331, 203).webp({ quality: 60, effort: 6 })],
		['for photos', () => picture(331, 203).webp({ quality: 60, preset: 'photo' })],
		['with alpha', () => withAlpha(90, 70).webp({ quality: 80 })],
		['with lossy alpha', () => withAlpha(90, 70).webp({ quality: 60, alphaQuality: 30 })],
		['one pixel', () => picture(1, 1).webp()],
	])('reads a lossy WebP (%s) nearly as libwebp does', async (_, make) => {
		const data = await make().toBuffer();
		const [ours, theirs] = [await decode(data), await expected(data)];
		expect(differences(ours, theirs).mean).toBeLessThan(1.8);
		const alphaOf = ({ rgba }: Bitmap) => rgba.filter((__, index) => index % 4 === 3);
		expect(alphaOf(ours)).toEqual(alphaOf(theirs));
	});

	it.each([20, 75, 98])(
		'reads the grain of a gray lossy WebP of quality %i as libwebp does, to a level',
		async (quality) => {
			const gray = { mean: 128, sigma: 40, type: 'gaussian' as const };
			const grain = sharp({
				create: { width: 160, height: 90, channels: 3, background: '#888', noise: gray },
			});
			const data = await grain.grayscale().toColourspace('srgb').webp({ quality, effort: 6 }).toBuffer();
			expect(differences(await decode(data), await expected(data)).max).toBeLessThanOrEqual(1);
		},
	);

	it.each([
		['JPEG', 400, 200, 1600, 800, () => picture(1600, 800).jpeg({ quality: 95 })],
		[
			'progressive JPEG',
			400,
			200,
			1600,
			800,
			() => picture(1600, 800).jpeg({ quality: 95, progressive: true }),
		],
		[
			'JPEG of an odd size',
			451,
			26,
			1803,
			101,
			() => picture(1803, 101).jpeg({ quality: 95, chromaSubsampling: '4:4:4' }),
		],
		['PNG', 400, 200, 1600, 800, () => picture(1600, 800).png()],
		['interlaced PNG', 400, 200, 1600, 800, () => picture(1600, 800).png({ progressive: true })],
		[
			'progressive JPEG, to the means of its blocks',
			400,
			200,
			3200,
			1600,
			() => picture(3200, 1600).jpeg({ quality: 95, progressive: true }),
		],
		['WebP', 400, 200, 1600, 800, () => picture(1600, 800).webp({ quality: 95 })],
		['lossless WebP', 400, 200, 1600, 800, () => picture(1600, 800).webp({ lossless: true })],
	])('reduces a %s while it reads it', async (_, width, height, __, ___, make) => {
		const data = await make().toBuffer();
		const bitmap = await decode(data, 400);
		const resized = await sharp(data)
			.resize(width, height, { kernel: 'linear', fit: 'fill' })
			.png()
			.toBuffer();
		expect(differences(bitmap, await expected(resized)).mean).toBeLessThan(3.5);
	});

	it.each([
		[1200, 30, 4],
		[5, 1100, 4],
		[1200, 30, 3],
	] as const)('reads a lossless WebP of %i × %i pixels with %i channels', async (width, height, channels) => {
		const background = { r: 200, g: 90, b: 10, alpha: 0.5 };
		const data = await sharp({ create: { width, height, channels, background } })
			.webp({ lossless: true })
			.toBuffer();
		expect(differences(await decode(data), await expected(data)).max).toBe(0);
	});

	it.each([
		[
			'a progressive JPEG',
			3584,
			(image: Sharp) => image.jpeg({ progressive: true, chromaSubsampling: '4:4:4' }),
		],
		['a lossy WebP', 4608, (image: Sharp) => image.webp({ quality: 20, effort: 0 })],
		['a lossless WebP', 4352, (image: Sharp) => image.webp({ lossless: true, effort: 0 })],
		[
			'a lossy WebP with alpha',
			3200,
			(image: Sharp) => image.ensureAlpha(0.6).webp({ quality: 20, effort: 0 }),
		],
		['an interlaced PNG', 2560, (image: Sharp) => image.png({ progressive: true, palette: true, colors: 8 })],
	])('makes %s of 8192 × %i pixels smaller rather than refuse it', async (name, height, encode) => {
		const data = await encode(picture(8192, height)).toBuffer();
		const bitmap = await decode(data, 1024);
		expect([bitmap.width, bitmap.height]).toEqual([1024, height / 8]);
		const small = await expected(
			await picture(1024, height / 8)
				.png()
				.toBuffer(),
		);
		const [, , , alpha] = bitmap.rgba;
		for (let i = 3; i < small.rgba.length; i += 4) small.rgba[i] = alpha;
		expect(alpha).toBe(name.endsWith('alpha') ? 153 : 255);
		expect(differences(bitmap, small).mean).toBeLessThan(4);
	});

	it.each([
		[700, 1180],
		[1024, 800],
		[16, 40_000 / 16],
	])('reads a lossless WebP that repeats its upper half, %i × %i pixels', async (width, height) => {
		// As far back as rows go that the encoder remembers; no neighbor is of use.
		const half = randomBytes((width * height * 3) / 2);
		const raw = { width, height, channels: 3 as const };
		const data = await sharp(Buffer.concat([half, half]), { raw })
			.webp({ lossless: true, quality: 100, effort: 4 })
			.toBuffer();
		expect(data.length).toBeLessThan(half.length * 1.1);
		expect(differences(await decode(data), await expected(data)).max).toBe(0);
	});

	it.each([1, 2, 3, 5])(
		'reduces a lossless WebP to the mean of squares, the size divided by %i',
		async (factor) => {
			const [width, height] = [factor * 120, factor * 44];
			const data = await withAlpha(width, height).webp({ lossless: true }).toBuffer();
			const whole = await expected(data);
			expect(differences(await decode(data, 120), meanOfSquares(whole, factor)).max).toBeLessThanOrEqual(1);
		},
	);

	it('reads a lossy WebP that is not smoothed row by row as it reads it whole', async () => {
		const name = 'blue-purple-pink-large.no-filter.lossy.webp';
		const data = readFileSync(join(__dirname, '../../../harness/glb/corpus/webp', name));
		const whole = await decode(data);
		const side = Math.max(whole.width, whole.height) / 2;
		expect([whole.width % 2, whole.height % 2]).toEqual([0, 0]);
		expect(differences(await decode(data, side), meanOfSquares(whole, 2)).max).toBeLessThanOrEqual(1);
	});

	it('averages colors by their alpha, so that what is transparent does not tint what is not', async () => {
		const pixels = Buffer.from([255, 0, 0, 255, 0, 255, 0, 0, 255, 0, 0, 255, 0, 255, 0, 0]);
		const data = await sharp(pixels, { raw: { width: 2, height: 2, channels: 4 } })
			.png()
			.toBuffer();
		expect([...(await decode(data, 1)).rgba]).toEqual([255, 0, 0, 128]);
	});

	it('starts the colors afresh at each restart marker', async () => {
		const data = restartingJpeg([40, 50, -60, 33]);
		const { rgba } = await decode(data);
		const blocks = [0, 8, 16, 24].map((x) => rgba[x * 4]);
		expect(blocks).toEqual([168, 178, 68, 161]);
		expect(differences(await decode(data), await expected(data)).max).toBe(0);
	});

	it.each(['png', 'jpeg', 'webp'] as const)(
		'says why a %s that is cut short cannot be read',
		async (format) => {
			const data = await picture().toFormat(format).toBuffer();
			for (const length of [0, 3, 20, 60]) {
				const result = await decodeImage(data.subarray(0, length), 1000, newSlicer());
				expect(result).toEqual({ ok: false, reason: expect.stringMatching(/\w+ \w+/) });
			}
		},
	);

	it.each([
		['KTX2', Buffer.from('\xabKTX 20\xbb\r\n\x1a\n', 'latin1')],
		['AVIF', Buffer.from('\0\0\0\x20ftypavif')],
		['DDS', Buffer.from('DDS \x7c\0\0\0')],
		['unknown', Buffer.from('BM6')],
	])('names a format it cannot read: %s', async (name, data) => {
		expect(await decodeImage(data, 100, newSlicer())).toEqual({
			ok: false,
			reason: expect.stringContaining(name),
		});
	});

	/** A JPEG whose frame header (marker, length, precision, height, width …) is changed, or has something put before it. */
	async function jpegWith(change: (frame: Buffer) => Buffer | void): Promise<Buffer> {
		const data = await picture(40, 30).jpeg().toBuffer();
		const at = data.indexOf(Buffer.from([0xff, 0xc0]));
		const end = at + 2 + data.readUInt16BE(at + 2);
		const frame = Buffer.from(data.subarray(at, end));
		return Buffer.concat([data.subarray(0, at), change(frame) ?? frame, data.subarray(end)]);
	}

	it.each<[string, (frame: Buffer) => Buffer | void]>([
		['the JPEG does not have 8 bits per color', (frame) => void frame.writeUInt8(12, 4)],
		['the JPEG does not state its size', (frame) => void frame.writeUInt16BE(0, 5)],
		['65535 × 65535 pixels are too many', (frame) => void frame.writeUInt32BE(0xffffffff, 5)],
		['the JPEG has more than one frame', (frame) => Buffer.concat([frame, frame])],
	])('says of a JPEG: %s', async (reason, change) => {
		expect(await decodeImage(await jpegWith(change), 100, newSlicer())).toEqual({ ok: false, reason });
	});

	it.each([
		['rubbish', [0, 1, 2]],
		['padding', [0xff, 0xff]],
	])('reads a JPEG with %s between its segments as without', async (_what, bytes) => {
		const data = await jpegWith((frame) => Buffer.concat([Buffer.from(bytes), frame]));
		expect(differences(await decode(data), await decode(await jpegWith(() => undefined))).max).toBe(0);
	});

	it('says that a PNG has too many pixels, and of a WebP that it moves', async () => {
		const png = await picture(40, 30).png().toBuffer();
		for (const [width, height] of [
			[70_000, 1],
			[16_384, 8_193],
		]) {
			png.writeUInt32BE(width, 16);
			png.writeUInt32BE(height, 20);
			expect(await decodeImage(png, 100, newSlicer())).toEqual({
				ok: false,
				reason: `${width} × ${height} pixels are too many`,
			});
		}
		const moving = Buffer.from('RIFF\x12\0\0\0WEBPANIM\x06\0\0\0\0\0\0\0\0\0', 'latin1');
		expect(await decodeImage(moving, 100, newSlicer())).toEqual({
			ok: false,
			reason: 'the WebP is animated',
		});
	});

	it('ends on any damage, in time', async () => {
		const files = await Promise.all([
			picture(40, 30).png({ progressive: true }).toBuffer(),
			picture(40, 30).jpeg().toBuffer(),
			picture(40, 30).jpeg({ progressive: true }).toBuffer(),
			withAlpha(40, 30).png({ palette: true }).toBuffer(),
			withAlpha(40, 30).webp().toBuffer(),
			withAlpha(40, 30).webp({ lossless: true }).toBuffer(),
		]);
		await fc.assert(
			fc.asyncProperty(
				fc.constantFrom(...files),
				fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 12 }),
				async (file, changes) => {
					const damaged = Buffer.from(file);
					for (const [place, value] of changes) damaged[12 + (place % (damaged.length - 12))] = value;
					const result = await decodeImage(damaged, 64, newSlicer());
					if (result.ok)
						expect(result.bitmap.rgba).toHaveLength(result.bitmap.width * result.bitmap.height * 4);
					else expect(result.reason).not.toBe('');
				},
			),
			{ numRuns: 300 },
		);
	});

	describe('where the data of a JPEG end', () => {
		/** The picture without the last part of its data. */
		const cut = async (progressive: boolean) => {
			const data = await picture(256, 256)
				.jpeg({ quality: 90, progressive, chromaSubsampling: '4:4:4' })
				.toBuffer();
			return data.subarray(0, Math.floor(data.length / 2));
		};

		it('leaves the rest gray, as libjpeg does', async () => {
			const bitmap = await decode(await cut(false));
			const row = (y: number) => [...bitmap.rgba.subarray(y * 1024, y * 1024 + 1024)];
			expect(new Set(row(250))).toEqual(new Set([128, 255]));
			expect(new Set(row(10)).size).toBeGreaterThan(20);
			const whole = await sharp(await cut(false), { failOn: 'none' })
				.ensureAlpha()
				.raw()
				.toBuffer();
			expect(differences(bitmap, { ...bitmap, rgba: new Uint8Array(whole) }).mean).toBeLessThan(1);
		});

		it('shows what has come of a progressive one', async () => {
			const data = await cut(true);
			const bitmap = await decode(data);
			const whole = await sharp(data, { failOn: 'none' }).ensureAlpha().raw().toBuffer();
			expect(differences(bitmap, { ...bitmap, rgba: new Uint8Array(whole) }).mean).toBeLessThan(2);
		});

		it('goes on after the restart marker that follows', async () => {
			// Eight blocks, of which the fourth has no data before its restart marker.
			const whole = restartingJpeg([40, -40, 40, -40, 40, -40, 40, -40]);
			const marker = whole.indexOf(Buffer.from([0xff, 0xd3]));
			const missing = Buffer.concat([whole.subarray(0, marker - 1), whole.subarray(marker)]);
			const [a, b] = [await decode(whole), await decode(missing)];
			const tail = (bitmap: Bitmap) => [...bitmap.rgba.subarray(bitmap.width * 32 - 32)];
			expect(tail(b)).toEqual(tail(a));
		});
	});

	it('ends with the work that it is a part of, and does not take that for damage', async () => {
		const data = await picture(2000, 2000).png().toBuffer();
		let now = 0;
		const timing = { now: () => (now += 3), yieldToEventLoop: async () => undefined };
		const slicer = new TimeSlicer(timing, { maxWorkMs: 20 });
		await expect(decodeImage(data, 100, slicer)).rejects.toThrow(WorkStopped);
	});
});

/** A lossy WebP that states its size and has no more than that, beside an alpha channel. */
function statedWebp(width: number, height: number, hasAlpha: boolean): Buffer {
	const chunk = (name: string, data: Buffer) => {
		const head = Buffer.from(`${name}....`, 'latin1');
		head.writeUInt32LE(data.length, 4);
		return Buffer.concat([head, data]);
	};
	const frame = Buffer.from([0x10, 0, 0, 0x9d, 0x01, 0x2a, 0, 0, 0, 0]);
	frame.writeUInt16LE(width, 6);
	frame.writeUInt16LE(height, 8);
	const chunks = [...(hasAlpha ? [chunk('ALPH', Buffer.alloc(2))] : []), chunk('VP8 ', frame)];
	return chunk('RIFF', Buffer.concat([Buffer.from('WEBP', 'latin1'), ...chunks]));
}

describe.each([false, true])('a lossy WebP, with alpha: %s', (hasAlpha) => {
	it('without a size is not begun', async () => {
		const result = await decodeImage(statedWebp(0, 5, hasAlpha), 100, newSlicer());
		expect(result).toEqual({ ok: false, reason: 'the WebP does not state its size' });
	});

	it.each([
		[16_383, 8_193, 512, '16383 × 8193 pixels are too many'],
		[8_192, 8_193, 8_000, 'a WebP of 8192 × 8193 pixels is too large for the memory'],
	])('of %i × %i that is wanted with %i pixels is not begun', async (width, height, wantedSide, reason) => {
		const stated = (high: number) => decodeImage(statedWebp(width, high, hasAlpha), wantedSide, newSlicer());
		expect(await stated(height)).toEqual({ ok: false, reason });
		// One row less is begun, and only then found to be cut short.
		expect(await stated(height - 1)).toEqual({ ok: false, reason: 'the WebP is cut short' });
	});
});
