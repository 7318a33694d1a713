import { withinTier } from '../../../nodes/shared/core/api/withinTier';

describe('withinTier', () => {
	it.each([
		['fast', 7_999, false, false],
		['fast', 8_000, false, true],
		['fast', 15_000, false, true],
		['fast', 15_001, false, false],
		['fast', 12_000, true, true],
		['standard', 20_000, false, true],
		['standard', 14_999, false, false],
		['pro', 50_000, true, true],
		['pro', 50_000, false, false],
		['pro', 60_001, true, false],
		['ultra', 1_000_000, true, true],
		['ultra', 1_000_001, true, false],
		['ultra', 0, true, false],
		['ultra', 900_000, false, false],
	])('%s with %i faces and PBR %s: %s', (quality, faces, pbr, expected) => {
		expect(withinTier({ faces, pbr }, quality)).toBe(expected);
	});

	it.each(['proplus', '', 'constructor', 'Pro'])('knows nothing of a tier called "%s"', (quality) => {
		expect(withinTier({ faces: 50_000, pbr: true }, quality)).toBeUndefined();
	});
});
