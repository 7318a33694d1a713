import * as fc from '../../../harness/fuzz';
import { MAX_PICTURE_BYTES } from '../../../nodes/shared/core/inputImage/inputImage';
import { checkPicture, decodePicture, pictureType } from '../../../nodes/shared/core/inputImage/inputImage';
import { failureIn, valueOf } from '../../../harness/simulation/outcomes';

const PNG = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2);
const JPEG = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0xfb, 0xef, 0xbe);
const WEBP = Uint8Array.from(Buffer.from('RIFF\x10\x00\x00\x00WEBPVP8 ', 'latin1'));

describe('pictureType', () => {
	it.each([
		['PNG', PNG, 'image/png'],
		['JPEG', JPEG, 'image/jpeg'],
		['WebP', WEBP, 'image/webp'],
		['GIF', Buffer.from('GIF89a'), undefined],
		['another RIFF file', Buffer.from('RIFF\x10\x00\x00\x00WAVEfmt ', 'latin1'), undefined],
		['PDF', Buffer.from('%PDF-1.7'), undefined],
		['a web page', Buffer.from('<!doctype html>'), undefined],
		['nothing', new Uint8Array(0), undefined],
	])('recognizes %s by its first bytes', (_kind, bytes, expected) => {
		expect(pictureType(bytes)).toBe(expected);
	});

	it.each([
		['PNG', PNG, 8],
		['JPEG', JPEG, 3],
		['WebP', WEBP, 12],
	])('wants the whole signature of %s', (_kind, bytes, length) => {
		expect(pictureType(bytes.subarray(0, length))).toBeDefined();
		for (let cut = 0; cut < length; cut++) expect(pictureType(bytes.subarray(0, cut))).toBeUndefined();
	});
});

describe('checkPicture', () => {
	it('hands the bytes on as they are', () => {
		expect(valueOf(checkPicture(PNG, 'in "data"'))).toEqual({ bytes: PNG, type: 'image/png' });
	});

	it('accepts exactly the largest picture, and not one byte more', () => {
		const bytes = new Uint8Array(MAX_PICTURE_BYTES + 1);
		bytes.set(JPEG);
		expect(valueOf(checkPicture(bytes.subarray(0, MAX_PICTURE_BYTES), 'in "data"')).type).toBe('image/jpeg');
		const failure = failureIn(checkPicture(bytes, 'in "data"'));
		expect(failure.message).toBe('The picture in "data" has 10.1 MB, more than the 10 MB that can be sent');
		expect(failure.hint).toMatch(/Resize.*Nothing was charged/);
	});

	it('names the field and the remedy for an empty file and for another kind of file', () => {
		expect(failureIn(checkPicture(new Uint8Array(0), 'in "photo"'))).toMatchObject({
			kind: 'badInput',
			message: 'The picture in "photo" is empty',
		});
		expect(failureIn(checkPicture(Buffer.from('just words'), 'in "photo"'))).toMatchObject({
			kind: 'badInput',
			message: 'The file in "photo" is not a PNG, JPEG or WebP picture',
		});
	});
});

describe('decodePicture', () => {
	const base64 = Buffer.from(JPEG).toString('base64');

	it.each([
		['plain', base64],
		['with a data: prefix', `data:image/jpeg;base64,${base64}`],
		['with an odd data: prefix', `DATA:image/jpeg;charset=utf-8;base64,${base64}`],
		['without padding', base64.replace(/=+$/, '')],
		['in lines', ` ${base64.slice(0, 4)}\r\n${base64.slice(4)}\n`],
		['in the alphabet for URLs', Buffer.from(JPEG).toString('base64url')],
	])('decodes base64 %s', (_how, text) => {
		const picture = valueOf(decodePicture(text, 'Image (Base64)'));
		expect(Buffer.from(picture.bytes).equals(Buffer.from(JPEG))).toBe(true);
		expect(picture.type).toBe('image/jpeg');
	});

	it('the example really uses the letters that differ between the two alphabets', () => {
		expect(base64).toMatch(/[+/]/);
		expect(base64).toMatch(/=$/);
	});

	it.each(['', '   ', 'data:image/png;base64,', 'data:image/png;base64,  \n'])(
		'says that %j is empty',
		(text) => {
			expect(failureIn(decodePicture(text, 'Image (Base64)'))).toMatchObject({
				kind: 'badInput',
				message: '"Image (Base64)" is empty',
			});
		},
	);

	it.each([
		'https://example.test/chair.png',
		'data:image/png;base64',
		'iVBORw0KGgo!',
		'iVBORw0KGgo===',
		'iVBO=Rw0K',
		'iVBORw0KG',
		'{"image": "iVBO"}',
		'Привет',
	])('says that "%s" is not base64', (text) => {
		const failure = failureIn(decodePicture(text, 'Image (Base64)'));
		expect(failure).toMatchObject({ kind: 'badInput', message: '"Image (Base64)" is not valid base64' });
		expect(failure.hint).toContain('Nothing was charged');
	});

	it('checks what it decoded', () => {
		const text = Buffer.from('just words').toString('base64');
		expect(failureIn(decodePicture(text, 'Image (Base64)')).message).toContain('is not a PNG, JPEG or WebP');
	});

	it('gives back the bytes of any picture, in both alphabets', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 300 }), (tail) => {
				const bytes = Buffer.concat([PNG, tail]);
				const texts = [bytes.toString('base64'), bytes.toString('base64url')];
				return texts.every((text) => bytes.equals(valueOf(decodePicture(text, 'x')).bytes));
			}),
		);
	});

	it('never throws, whatever the text', () => {
		fc.assert(
			fc.property(fc.oneof(fc.string(), fc.base64String()), (text) => {
				const outcome = decodePicture(text, 'x');
				return outcome.ok || outcome.failure.kind === 'badInput';
			}),
			{ numRuns: 500 },
		);
	});
});
