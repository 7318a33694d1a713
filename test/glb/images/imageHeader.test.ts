import * as fc from '../../../harness/fuzz';
import sharp from 'sharp';
import { readImageHeader } from '../../../glb/images';
import { imageSize } from '../../../glb/images/imageHeader';

const blank = (width: number, height: number) =>
	sharp({ create: { width, height, channels: 3, background: '#a63' } });
const size = { width: 300, height: 200 };

/** A JPEG segment behind the first two bytes of a file. */
function withSegment(jpeg: Buffer, marker: number[], body: Buffer): Buffer {
	const length = Buffer.alloc(2);
	length.writeUInt16BE(body.length + 2);
	return Buffer.concat([jpeg.subarray(0, 2), Buffer.from(marker), length, body, jpeg.subarray(2)]);
}
const APP1 = [0xff, 0xe1];
const bigEndianExif = (orientation: number) =>
	Buffer.from(
		`Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0${String.fromCharCode(orientation)}\0\0`,
		'latin1',
	);

/** Counts how often bytes are looked at, which time would tell less reliably. */
function looksAt(bytes: Buffer): number {
	const looks = (['getUint8', 'getUint16', 'getUint32'] as const).map((name) =>
		jest.spyOn(DataView.prototype, name),
	);
	readImageHeader(bytes);
	const count = looks.reduce((sum, { mock }) => sum + mock.calls.length, 0);
	looks.forEach((look) => look.mockRestore());
	return count;
}

describe('readImageHeader', () => {
	it.each([
		['PNG', 'png', async () => await blank(300, 200).png().toBuffer()],
		['JPEG', 'jpeg', async () => await blank(300, 200).jpeg().toBuffer()],
		[
			'JPEG with a profile before the frame',
			'jpeg',
			async () => await blank(300, 200).withIccProfile('p3').jpeg().toBuffer(),
		],
		['lossy WebP', 'webp', async () => await blank(300, 200).webp().toBuffer()],
		['lossless WebP', 'webp', async () => await blank(300, 200).webp({ lossless: true }).toBuffer()],
		['WebP with alpha', 'webp', async () => await blank(300, 200).ensureAlpha(0.5).webp().toBuffer()],
	])('reads the size of a %s', async (_what, kind, make) => {
		expect(readImageHeader(await make())).toEqual({ kind, size });
	});

	it('knows a progressive JPEG', async () => {
		const bytes = await blank(300, 200).jpeg({ progressive: true }).toBuffer();
		expect(readImageHeader(bytes)).toEqual({ kind: 'jpeg', size, isProgressive: true });
	});

	it('reads the size of a KTX2', () => {
		const head = Buffer.alloc(40);
		head.set([0xab, 0x4b, 0x54, 0x58, 0x20, 0x32, 0x30, 0xbb, 0x0d, 0x0a, 0x1a, 0x0a]);
		head.writeUInt32LE(1024, 20);
		head.writeUInt32LE(512, 24);
		expect(readImageHeader(head)).toEqual({ kind: 'ktx2', size: { width: 1024, height: 512 } });
	});

	it.each([1, 2, 3, 4, 5, 6, 7, 8])('reads the EXIF orientation %d of JPEG and WebP', async (orientation) => {
		const picture = blank(300, 200).withMetadata({ orientation });
		expect(readImageHeader(await picture.clone().jpeg().toBuffer())).toMatchObject({ size, orientation });
		expect(readImageHeader(await picture.clone().webp().toBuffer())).toMatchObject({ size, orientation });
	});

	it('reads big-endian EXIF, and fill bytes before a marker', async () => {
		const bytes = withSegment(
			await blank(300, 200).jpeg().toBuffer(),
			[0xff, 0xff, ...APP1],
			bigEndianExif(6),
		);
		expect(readImageHeader(bytes)).toMatchObject({ size, orientation: 6 });
	});

	it.each([
		['ends too early', bigEndianExif(6).subarray(0, 18)],
		['points beyond its end', Buffer.from('Exif\0\0MM\0*\x7f\xff\xff\xff\0\x01', 'latin1')],
		['has an orientation that is none', bigEndianExif(9)],
	])('reads the size of a JPEG whose EXIF %s', async (_what, exif) => {
		const bytes = withSegment(await blank(300, 200).jpeg().toBuffer(), APP1, exif);
		expect(readImageHeader(bytes)).toEqual({ kind: 'jpeg', size });
	});

	it('knows the colors of print', async () => {
		const bytes = await blank(300, 200).toColourspace('cmyk').jpeg().toBuffer();
		expect(readImageHeader(bytes)).toMatchObject({ size, isCmyk: true });
	});

	it.each([
		['a PNG that ends in its header', '89504e470d0a1a0a0000000d49484452'],
		['a PNG without a width', '89504e470d0a1a0a0000000d494844520000000000000010'],
		['a JPEG that ends before its frame', 'ffd8ffe00010'],
		['a JPEG with a broken segment', 'ffd8ffe0000400000000000000'],
	])('knows no size of %s', (_what, hex) => {
		expect(readImageHeader(Buffer.from(hex, 'hex'))?.size).toBeUndefined();
	});

	it('looks at no byte behind the given ones, also where they lie in a larger memory', async () => {
		const whole = await blank(300, 200).png().toBuffer();
		expect(imageSize(whole.subarray(0, 22))).toBeUndefined();
	});

	it.each([
		['nothing', ''],
		['a GIF', '47494638396101000100'],
	])('says nothing of %s', (_what, hex) => {
		expect(readImageHeader(Buffer.from(hex, 'hex'))).toBeUndefined();
	});

	it.each([
		['fill bytes', Buffer.concat([Buffer.from([0xff, 0xd8]), Buffer.alloc(4_000_000, 0xff)])],
		[
			'empty segments',
			Buffer.concat([Buffer.from([0xff, 0xd8]), Buffer.alloc(4_000_000, Buffer.from([0xff, 0xe2, 0, 2]))]),
		],
		[
			'segments without a length',
			Buffer.concat([Buffer.from([0xff, 0xd8]), Buffer.alloc(4_000_000, Buffer.from([0xff, 0xe2, 0, 0]))]),
		],
		['empty chunks', Buffer.concat([Buffer.from('RIFF\0\0\0\0WEBP'), Buffer.alloc(4_000_000)])],
		[
			'a directory without end',
			withSegment(
				Buffer.from([0xff, 0xd8]),
				APP1,
				Buffer.concat([Buffer.from('Exif\0\0MM\0*\0\0\0\x08\xff\xff', 'latin1'), Buffer.alloc(65_000)]),
			),
		],
	])('looks at a file of %s for a moment only', (_what, bytes) => {
		expect(looksAt(bytes)).toBeLessThan(25_000);
	});

	it('never throws, whatever follows the signature', () => {
		const signatures = [
			Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
			Buffer.from([0xff, 0xd8, 0xff, 0xe1]),
			Buffer.from('RIFF\0\0\0\0WEBPEXIF', 'latin1'),
			Buffer.from('\xabKTX 20\xbb', 'latin1'),
		];
		fc.assert(
			fc.property(fc.constantFrom(...signatures), fc.uint8Array({ maxLength: 200 }), (start, rest) => {
				return typeof readImageHeader(Buffer.concat([start, rest])) === 'object';
			}),
			{ numRuns: 2_000 },
		);
	});
});
