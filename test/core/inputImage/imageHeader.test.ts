import * as fc from 'fast-check';
import sharp from 'sharp';
import { pictureType, type PictureType } from '../../../nodes/shared/core/inputImage/inputImage';
import { readPictureHeader } from '../../../nodes/shared/core/inputImage/imageHeader';
import { hintAtPicture } from '../../../nodes/shared/core/inputImage/imageHint';

const blank = (width: number, height: number) =>
	sharp({ create: { width, height, channels: 3, background: '#a63' } });

const header = (bytes: Buffer) => readPictureHeader(bytes, pictureType(bytes)!);

describe('readPictureHeader', () => {
	it.each([
		['PNG', async () => await blank(300, 200).png().toBuffer()],
		['JPEG', async () => await blank(300, 200).jpeg().toBuffer()],
		['progressive JPEG', async () => await blank(300, 200).jpeg({ progressive: true }).toBuffer()],
		['lossy WebP', async () => await blank(300, 200).webp().toBuffer()],
		['lossless WebP', async () => await blank(300, 200).webp({ lossless: true }).toBuffer()],
		['WebP with alpha', async () => await blank(300, 200).ensureAlpha(0.5).webp().toBuffer()],
	])('reads the size of a %s', async (_what, make) => {
		expect(header(await make())).toEqual({ width: 300, height: 200 });
	});

	it.each([1, 2, 3, 4, 5, 6, 7, 8])('reads the EXIF orientation %d of JPEG and WebP', async (orientation) => {
		const picture = blank(300, 200).withMetadata({ orientation });
		const expected = { width: 300, height: 200, orientation };
		expect(header(await picture.clone().jpeg().toBuffer())).toEqual(expected);
		expect(header(await picture.clone().webp().toBuffer())).toEqual(expected);
	});

	it('reads big-endian EXIF, and fill bytes before a marker', async () => {
		const exif = Buffer.from('Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0', 'latin1');
		const segment = Buffer.concat([Buffer.from([0xff, 0xff, 0xff, 0xe1, 0, exif.length + 2]), exif]);
		const jpeg = await blank(90, 70).jpeg().toBuffer();
		const bytes = Buffer.concat([jpeg.subarray(0, 2), segment, jpeg.subarray(2)]);
		expect(header(bytes)).toEqual({ width: 90, height: 70, orientation: 6 });
	});

	it('knows the colors of print', async () => {
		const bytes = await blank(90, 70).toColourspace('cmyk').jpeg().toBuffer();
		expect(header(bytes)).toMatchObject({ width: 90, height: 70, isCmyk: true });
	});

	it('never throws and never hangs, whatever follows the signature', () => {
		const signatures: Array<[PictureType, Buffer]> = [
			['image/png', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')],
			['image/jpeg', Buffer.from([0xff, 0xd8, 0xff, 0xe1])],
			['image/webp', Buffer.from('RIFF\0\0\0\0WEBPEXIF', 'latin1')],
		];
		fc.assert(
			fc.property(
				fc.constantFrom(...signatures),
				fc.uint8Array({ maxLength: 200 }),
				([type, start], rest) => {
					return typeof readPictureHeader(Buffer.concat([start, rest]), type) === 'object';
				},
			),
			{ numRuns: 2_000 },
		);
	});
});

describe('hintAtPicture', () => {
	it.each([
		[{}, undefined],
		[{ width: 64, height: 8_192, orientation: 1 }, undefined],
		[{ width: 63, height: 900 }, /^The picture has 63 × 900 pixels only/],
		[{ width: 900, height: 8_193 }, /^The picture has 900 × 8,193 pixels: should it be refused/],
		[{ width: 900, height: 900, orientation: 6 }, /stored on its side \(EXIF orientation 6\)/],
		[{ width: 900, height: 900, orientation: 3 }, /stored upside down \(EXIF orientation 3\)/],
		[{ width: 900, height: 900, orientation: 2 }, /stored mirrored \(EXIF orientation 2\)/],
		[{ width: 900, height: 900, isCmyk: true as const }, /colors of print \(CMYK\)/],
		[
			{ width: 9, height: 9, isCmyk: true as const, orientation: 8 },
			/EXIF orientation 8.*CMYK.*9 × 9 pixels/,
		],
	])('of %j', (given, expected) => {
		const hint = hintAtPicture(given);
		if (expected === undefined) expect(hint).toBeUndefined();
		else expect(hint).toMatch(expected);
	});
});
