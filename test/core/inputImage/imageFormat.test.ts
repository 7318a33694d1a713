import sharp from 'sharp';
import { recognizeFile, WEB_PAGE } from '../../../nodes/shared/core/inputImage/imageFormat';
import { checkPicture } from '../../../nodes/shared/core/inputImage/inputImage';
import { failureIn } from '../../../harness/simulation/outcomes';

const latin1 = (text: string) => Buffer.from(text, 'latin1');
const box = (major: string, ...compatible: string[]) => {
	const size = 16 + compatible.length * 4;
	return latin1(`\0\0\0${String.fromCharCode(size)}ftyp${major}\0\0\0\0${compatible.join('')}mdat`);
};
const draw = (format: 'gif' | 'tiff' | 'avif') =>
	sharp({ create: { width: 80, height: 60, channels: 3, background: 'red' } })
		.toFormat(format)
		.toBuffer();

describe('recognizeFile', () => {
	it.each([
		['gif', 'a GIF picture'],
		['tiff', 'a TIFF picture'],
		['avif', 'an AVIF picture'],
	] as const)('names a real %s', async (format, name) => {
		expect(recognizeFile(await draw(format))?.name).toBe(name);
	});

	it.each([
		['HEIC of a phone', box('heic', 'mif1', 'heic'), 'a HEIC picture'],
		['HEIC under the name of its container', box('mif1', 'mif1', 'heic'), 'a HEIC picture'],
		['a burst of HEIC', box('msf1', 'hevc'), 'a HEIC picture'],
		['AVIF under the name of its container', box('mif1', 'miaf', 'avif'), 'an AVIF picture'],
		['MP4', box('isom', 'iso2', 'mp41'), 'a video'],
		['QuickTime', box('qt  '), 'a video'],
		['CR3', box('crx ', 'crx ', 'isom'), 'a raw picture of a camera'],
		['CR2', latin1('II*\0\x10\0\0\0CR\x02\0'), 'a raw picture of a camera'],
		['big-endian TIFF', latin1('MM\0*\0\0\0\x08'), 'a TIFF picture'],
		['PDF', latin1('%PDF-1.7\n'), 'a PDF document'],
		['PSD', latin1('8BPS\0\x01'), 'a Photoshop file'],
		['BMP', latin1('BM\x36\x10\x0e\0\0\0\0\0\x36\0'), 'a BMP picture'],
		['ICO', latin1('\0\0\x01\0\x01\0'), 'an icon (ICO)'],
		['JPEG XL', latin1('\xff\x0a\xfa'), 'a JPEG XL picture'],
		['JPEG XL in its container', latin1('\0\0\0\x0cJXL \r\n\x87\n'), 'a JPEG XL picture'],
		['JPEG 2000', latin1('\0\0\0\x0cjP  \r\n\x87\n'), 'a JPEG 2000 picture'],
		['SVG', latin1('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'an SVG drawing'],
		[
			'SVG of a drawing program',
			latin1('\xef\xbb\xbf<?xml version="1.0"?>\n<!-- x -->\n<svg/>'),
			'an SVG drawing',
		],
		['KTX2', latin1('\xabKTX 20\xbb\r\n'), 'a KTX2 texture'],
		['DDS', latin1('DDS |\0\0\0'), 'a DDS texture'],
		['ZIP', latin1('PK\x03\x04'), 'a ZIP archive'],
		['GLB', latin1('glTF\x02\0\0\0'), 'a 3D model (GLB)'],
		['base64 text', latin1('iVBORw0KGgoAAAANSUhEUg'), 'base64 text'],
		['a data URL', latin1('data:image/png;base64,iVBO'), 'base64 text'],
	])('names %s', (_what, bytes, name) => {
		expect(recognizeFile(bytes)?.name).toBe(name);
	});

	it.each([
		'<!DOCTYPE html><html>',
		'\n\n  <html lang="de">',
		'\xef\xbb\xbf<!doctype HTML>',
		'<!-- cached --><html>',
		'<?xml version="1.0"?><!DOCTYPE html><html>',
		'<head><title>',
		'<script>location=1</script>',
	])('knows a web page by %j', (text) => {
		expect(recognizeFile(latin1(text))).toBe(WEB_PAGE);
	});

	it.each(['', 'just words', '<htm', '<headline>', 'BMW is a car', '{"a":1}', 'RIFF', '\0\0\0\x20ftyp'])(
		'guesses nothing of %j',
		(text) => {
			const format = recognizeFile(latin1(text));
			expect(format === undefined || format.name === 'a video').toBe(true);
		},
	);

	it('looks at the start of a long text alone', () => {
		expect(recognizeFile(Buffer.alloc(5_000_000, ' '))).toBeUndefined();
		expect(recognizeFile(Buffer.alloc(5_000_000, '<!--'))).toBeUndefined();
	});
});

describe('checkPicture', () => {
	it('says what the file is and what helps', () => {
		expect(failureIn(checkPicture(box('heic'), 'in "photo"'))).toMatchObject({
			kind: 'badInput',
			message: 'The file in "photo" is a HEIC picture, not a PNG, JPEG or WebP picture',
			hint: expect.stringMatching(/^Save it as JPEG.* Nothing was charged\.$/),
		});
	});
});
