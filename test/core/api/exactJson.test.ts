import * as fc from '../../../harness/fuzz';
import { parseExactly } from '../../../nodes/shared/core/api/exactJson';

describe('parseExactly', () => {
	it('keeps every digit of a whole number that would be rounded', () => {
		expect(parseExactly('{"a": 9007199254740993, "b": [-9007199254740993, 9007199254740991]}')).toEqual({
			a: '9007199254740993',
			b: ['-9007199254740993', 9007199254740991],
		});
	});

	it('leaves fractions, powers and digits inside strings alone', () => {
		const text =
			'{"9007199254740993": "\\"9007199254740993", "f": 9007199254740993.5, "e": 9007199254740993e2}';
		expect(parseExactly(text)).toEqual(JSON.parse(text));
	});

	it('reads every other JSON as it is', () => {
		fc.assert(
			fc.property(fc.json(), (text) => {
				const isShort = !/\d{16}/.test(text);
				expect(isShort ? parseExactly(text) : null).toEqual(isShort ? JSON.parse(text) : null);
			}),
		);
		const strings = fc.dictionary(
			fc.string(),
			fc.string().map((text) => `${text}1234567890123456789`),
		);
		fc.assert(
			fc.property(strings, (value) => {
				expect(parseExactly(JSON.stringify(value))).toEqual(JSON.parse(JSON.stringify(value)));
			}),
		);
	});

	it('throws on text that is no JSON', () => {
		expect(() => parseExactly('{"a": 12345678901234567890')).toThrow(SyntaxError);
	});
});
