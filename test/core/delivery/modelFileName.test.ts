import * as fc from '../../../harness/fuzz';
import {
	MAX_FILE_NAME_BYTES,
	modelFileName,
	stemOfPicture,
	stemOfPrompt,
} from '../../../nodes/shared/core/delivery/modelFileName';

const bytesOf = (name: string) => Buffer.byteLength(name);

describe('modelFileName', () => {
	it.each([
		['chair', 'chair.glb'],
		['chair.glb', 'chair.glb'],
		['chair.GLB', 'chair.glb'],
		['chair.glb.', 'chair.glb'],
		[' Red chair (2) ', 'Red chair (2).glb'],
		['Стул – été', 'Стул – été.glb'],
		['v1.2', 'v1.2.glb'],
		['../../etc/passwd', 'etc-passwd.glb'],
		['C:\\models\\chair', 'C-models-chair.glb'],
		['a/b:c*d?"e<f>g|h', 'a-b-c-d-e-f-g-h.glb'],
		['line\nbreak\u0000', 'line-break.glb'],
		['.hidden.', 'hidden.glb'],
	])('makes a file name of the wish %j', (wish, expected) => {
		expect(modelFileName(wish, 't-1')).toBe(expected);
	});

	it.each([
		'CON',
		'nul',
		'Aux.glb',
		'com1',
		'LPT9',
		'COM¹',
		'con.v2',
		'prn .x',
		'CONIN$',
		`nul${' '.repeat(300)}x`,
	])('does not name a device of Windows: %j', (wish) => {
		expect(modelFileName(wish, 't-1')).toMatch(/^_/);
	});

	it.each(['console', 'com10', 'nullify', 'auxiliary.v2'])('leaves %j as it is', (wish) => {
		expect(modelFileName(wish, 't-1')).toBe(`${wish}.glb`);
	});

	it('drops marks that turn the reading direction or that nobody sees', () => {
		expect(modelFileName('\u202echair\u202c \u200fblue\ufeff\u200b', 't-1')).toBe('chair blue.glb');
	});

	it('takes halves of a character and line separators for nothing a file system takes', () => {
		expect(modelFileName('a\ud83d b\u2028c', 't-1')).toBe('a- b-c.glb');
	});

	it('writes letters with accents in one way', () => {
		expect(modelFileName('e\u0301te\u0301', 't-1')).toBe('\u00e9t\u00e9.glb');
	});

	it.each([undefined, '', '   ', '.glb', '...', '///', '\u202e', '.glb.glb'])(
		'falls back to the task id for %j',
		(wish) => {
			expect(modelFileName(wish, 't-1')).toBe('t-1.glb');
			expect(modelFileName(wish, 'a:1/b')).toBe('a-1-b.glb');
		},
	);

	it('has a name even for a task id of nothing but signs', () => {
		expect(modelFileName(undefined, '///')).toBe('model.glb');
	});

	it.each([
		['letters', 'a'],
		['Cyrillic', 'я'],
		['Chinese', '椅'],
		['surrogate pairs', '🪑'],
		['a family of many code points', '👨‍👩‍👧‍👦'],
		['letters with marks', 'x\u0323\u0307'],
	])('cuts 1,000 %s between characters, at 200 bytes or less', (_what, character) => {
		const name = modelFileName(character.repeat(1_000), 't-1');
		expect(bytesOf(name)).toBeLessThanOrEqual(MAX_FILE_NAME_BYTES);
		expect(bytesOf(name)).toBeGreaterThan(MAX_FILE_NAME_BYTES - bytesOf(character) - 1);
		expect(name.slice(0, -4).replaceAll(character.normalize('NFC'), '')).toBe('');
	});

	it('cuts a single endless character all the same', () => {
		const name = modelFileName(`a${'\u0301\u0323'.repeat(500)}`, 't-1');
		expect(bytesOf(name)).toBeLessThanOrEqual(MAX_FILE_NAME_BYTES);
		expect(name).toMatch(/^./u);
	});

	// Quadratic work on these takes hours, so that the suite would not end.
	it.each([
		['blanks', ' '],
		['dots', '.'],
		['dashes', '-'],
		['slashes', '/'],
		['endings', '.glb'],
		['colons between blanks', ' : '],
		['accents', '\u0301\u0323'],
		['invisible marks', '\u200b'],
	])('takes a million %s as quickly as any text', (_what, part) => {
		const many = part.repeat(1_000_000);
		expect(modelFileName(`a${many}b`, 't-1')).toMatch(/\.glb$/);
		expect(bytesOf(modelFileName(many, 't-1'))).toBeLessThanOrEqual(MAX_FILE_NAME_BYTES);
		expect(bytesOf(stemOfPrompt(`a${many}b`)!)).toBeLessThanOrEqual(MAX_FILE_NAME_BYTES);
		expect(bytesOf(stemOfPicture(`a${many}b`)!)).toBeLessThanOrEqual(MAX_FILE_NAME_BYTES);
	});

	const anyText = fc.oneof(
		fc.string({ unit: 'binary', maxLength: 300 }),
		fc.string({ unit: 'grapheme', maxLength: 300 }),
		fc.string({
			unit: fc.constantFrom('.', ' ', '-', '/', 'con', 'nul', '.glb', '.GLB', 'é', 'e\u0301', '🪑', 'COM1'),
			maxLength: 120,
		}),
	);

	it('is always one safe path segment of at most 200 bytes that ends with .glb', () => {
		fc.assert(
			fc.property(anyText, (wish) => {
				const name = modelFileName(wish, 't-1');
				return (
					/^[^\\/:*?"<>|\p{Cc}\p{Cs}]+\.glb$/u.test(name) &&
					!/^[.\s-]|[.\s-]\.glb$/.test(name) &&
					!/^(con|nul|com1)\s*\./i.test(name) &&
					bytesOf(name) <= MAX_FILE_NAME_BYTES
				);
			}),
			{ numRuns: 1_000 },
		);
	});

	it('leaves a name that it has made as it is', () => {
		fc.assert(
			fc.property(anyText, (wish) => {
				const name = modelFileName(wish, 't-1');
				return modelFileName(name, 't-2') === name;
			}),
			{ numRuns: 1_000 },
		);
	});
});

describe('stemOfPicture', () => {
	it.each([
		['chair.jpg', 'chair'],
		['chair.JPEG', 'chair'],
		['Red chair.webp', 'Red chair'],
		['photos/2026/chair.png', 'chair'],
		['C:\\photos\\chair.png', 'chair'],
		['chair.v2.png', 'chair.v2'],
		['chair.v2', 'chair.v2'],
		['con.png', '_con'],
		['.png', undefined],
		['', undefined],
	])('of %j is %j', (name, expected) => {
		expect(stemOfPicture(name)).toBe(expected);
	});
});

describe('stemOfPrompt', () => {
	it.each([
		['a red leather armchair', 'a red leather armchair'],
		['a 1/2 inch bolt', 'a 1-2 inch bolt'],
		['a "fancy" lamp: 50% off?', 'a fancy lamp 50% off'],
		['  two\n lines ', 'two lines'],
		[
			'a red leather armchair with wooden legs and brass nails in the style of the thirties',
			'a red leather armchair with wooden legs and brass nails in',
		],
		['x'.repeat(80), 'x'.repeat(60)],
		['椅'.repeat(80), '椅'.repeat(60)],
		['👨‍👩‍👧‍👦'.repeat(80), '👨‍👩‍👧‍👦'.repeat(7)],
		['???', undefined],
		['', undefined],
	])('of %j is %j', (prompt, expected) => {
		expect(stemOfPrompt(prompt)).toBe(expected);
	});
});
