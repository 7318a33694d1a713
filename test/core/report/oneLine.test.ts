/** Foreign text on one line: nothing in it starts a line of its own, and nothing is cut through a character. */
import { cutText, oneLine } from '../../../nodes/shared/core/report/oneLine';

describe('oneLine', () => {
	it.each([
		['a line break', 'task\nexecution 7 deleted', 'task execution 7 deleted'],
		['a line break of Windows', 'task\r\nnext', 'task next'],
		['the separators of Unicode', 'a\u2028b\u2029c', 'a b c'],
		['a terminal sequence', '\u001b[31mred', ' [31mred'],
		['marks that turn the text', 'chair\u202egpj.exe', 'chair gpj.exe'],
		['marks that nobody sees', 'a\u200bb\ufeffc', 'a b c'],
		['zero bytes in a row', 'a\0\0\0b', 'a b'],
	])('makes one line of %s', (_what, text, line) => {
		expect(oneLine(text)).toBe(line);
	});

	it('leaves letters, accents, other scripts and pictures alone', () => {
		expect(oneLine('Stühle, 椅子, كرسي, 🪑')).toBe('Stühle, 椅子, كرسي, 🪑');
	});

	it('keeps 200 characters, or as many as are asked for', () => {
		expect(oneLine('x'.repeat(1_000))).toHaveLength(200);
		expect(oneLine('abcdef', 3)).toBe('abc');
	});

	it('takes a million characters in no more work than a few', () => {
		expect(oneLine('\n'.repeat(1_000_000))).toBe(' ');
	});
});

describe('cutText', () => {
	it('cuts no character in two', () => {
		expect(cutText('ab🪑', 3)).toBe('ab');
		expect(cutText('ab🪑c', 4)).toBe('ab🪑');
	});

	it('leaves alone what fits', () => {
		expect(cutText('ab🪑', 4)).toBe('ab🪑');
	});
});
