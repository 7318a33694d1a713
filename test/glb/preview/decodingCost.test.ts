import sharp, { type Sharp } from 'sharp';
import { decodingCost } from '../../../glb/preview/codecs/decodingCost';

const flat = (side = 512) =>
	sharp({ create: { width: side, height: side, channels: 3, background: '#a08060' } });
const grain = { type: 'gaussian' as const, mean: 128, sigma: 40 };
const noisy = (side = 512) =>
	sharp({ create: { width: side, height: side, channels: 3, background: '#808080', noise: grain } });
const costOf = async (image: Sharp) => decodingCost(await image.toBuffer());

describe('decodingCost', () => {
	it.each(['png', 'jpeg', 'webp'] as const)('counts the pixels of a %s, not its bytes', async (format) => {
		expect(await costOf(flat().toFormat(format))).toBe(await costOf(noisy().toFormat(format)));
		expect(await costOf(flat(1024).toFormat(format))).toBe(4 * (await costOf(flat().toFormat(format))));
	});

	it('counts a baseline JPEG as it is, and what takes longer for more', async () => {
		expect(await costOf(flat().jpeg())).toBe(512 * 512);
		for (const slower of [
			flat().jpeg({ progressive: true }),
			flat().png(),
			flat().webp(),
			flat().webp({ lossless: true }),
		]) {
			expect(await costOf(slower)).toBeGreaterThan(3 * 512 * 512);
		}
	});

	it('counts an image that hides its size behind much else as a large one, and one without a size as nothing', async () => {
		const jpeg = await flat().jpeg().toBuffer();
		const comment = Buffer.concat([Buffer.from([0xff, 0xfe, 0xff, 0xff]), Buffer.alloc(65_533)]);
		const hidden = Buffer.concat([
			jpeg.subarray(0, 2),
			...Array.from({ length: 20 }, () => comment),
			jpeg.subarray(2),
		]);
		expect(decodingCost(hidden)).toBeGreaterThan(10_000_000);
		expect(decodingCost(new Uint8Array(0))).toBe(0);
	});
});
