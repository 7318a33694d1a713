import * as fc from '../../../harness/fuzz';
import { MAX_STEM_BYTES } from '../../../nodes/shared/core/delivery/modelFileName';
import { UniqueNames } from '../../../nodes/shared/core/delivery/uniqueNames';

const nameAll = (stems: string[], reserved: string[] = []) => {
	const names = new UniqueNames(reserved);
	return stems.map((stem) => names.take(stem));
};

describe('UniqueNames', () => {
	it('puts a number behind a name that was given out before', () => {
		expect(nameAll(['chair', 'table', 'chair', 'chair'])).toEqual(['chair', 'table', 'chair-2', 'chair-3']);
	});

	it('takes names for the same that a file system does', () => {
		expect(nameAll(['Chair', 'CHAIR', 'chair', 'ÉTÉ', 'été'])).toEqual([
			'Chair',
			'CHAIR-2',
			'chair-3',
			'ÉTÉ',
			'été-2',
		]);
	});

	it('meets names that end with a number', () => {
		expect(nameAll(['chair-2', 'chair', 'chair', 'chair-2'])).toEqual([
			'chair-2',
			'chair',
			'chair-3',
			'chair-2-2',
		]);
	});

	it('leaves out what is reserved', () => {
		expect(nameAll(['chair', 'lamp'], ['Chair', 'chair-2'])).toEqual(['chair-3', 'lamp']);
	});

	it('stays within the bytes, cut between characters', () => {
		const stem = '椅'.repeat(65);
		const [first, second] = nameAll([stem, stem]);
		expect(first).toBe(stem);
		expect(second).toBe(`${'椅'.repeat(64)}-2`);
		expect(Buffer.byteLength(second)).toBeLessThanOrEqual(MAX_STEM_BYTES);
	});

	it('gives a hundred thousand equal wishes a name each', () => {
		const names = nameAll(Array.from({ length: 100_000 }, () => 'chair'));
		expect(new Set(names).size).toBe(100_000);
		expect(names.at(-1)).toBe('chair-100000');
	});

	it('never gives one name twice', () => {
		const stem = fc.string({ unit: fc.constantFrom('a', 'A', '-', '2', '3'), minLength: 1, maxLength: 6 });
		fc.assert(
			fc.property(fc.array(stem, { maxLength: 60 }), (stems) => {
				const names = nameAll(stems).map((name) => name.toLowerCase());
				return new Set(names).size === stems.length;
			}),
			{ numRuns: 500 },
		);
	});
});
