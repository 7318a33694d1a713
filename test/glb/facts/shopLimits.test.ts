import { SHOPS, checkLimits, needsTextureSizes, type ModelFacts } from '../../../glb/facts';

const facts: ModelFacts = {
	file_size: 104_857_600,
	faces: 3_000_000,
	vertices: 1_500_000,
	meshes: 1,
	materials: 2,
	textures: 3,
	texture_formats: ['png'],
	largest_texture_side: 4096,
	pbr: true,
	bounding_box: { min: [0, 0, 0], max: [1, 2.5, 1], size: [1, 2.5, 1] },
	animations: 0,
	extensions: [],
	generator: null,
};

describe('checkLimits', () => {
	it('passes a model without limits, and with empty ones', () => {
		expect(checkLimits(facts, {})).toEqual({ passed: true, reasons: [] });
		expect(checkLimits(facts, { maxFaces: 0, maxFileSizeMb: Number.NaN }).passed).toBe(true);
	});

	it('passes values that meet their limit exactly', () => {
		const exact = {
			maxFaces: 3_000_000,
			maxTextureSide: 4096,
			maxExtentM: 2.5,
		};
		expect(checkLimits(facts, exact)).toEqual({ passed: true, reasons: [] });
	});

	it('gives every reason, with the value and the limit', () => {
		const limits = {
			maxFaces: 100_000,
			maxFileSizeMb: 15,
			maxTextureSide: 2048,
			maxExtentM: 2,
		};
		expect(checkLimits(facts, limits)).toEqual({
			passed: false,
			reasons: [
				'Faces: 3,000,000, at most 100,000 allowed.',
				'File size: 104.86 MB, at most 15 MB allowed.',
				'Largest texture side: 4,096 px, at most 2,048 px allowed.',
				'Longest side of the model: 2.5 m, at most 2 m allowed.',
			],
		});
	});

	it('does not pass what it cannot know', () => {
		const unknown = { ...facts, bounding_box: null, largest_texture_side: undefined };
		expect(checkLimits(unknown, { maxExtentM: 2, maxTextureSide: 2048 })).toEqual({
			passed: false,
			reasons: [
				'Largest texture side: the file does not say, so the limit of 2,048 px could not be checked.',
				'Longest side of the model: the file does not say, so the limit of 2 m could not be checked.',
			],
		});
	});

	it('needs no texture size for a model without textures', () => {
		const bare = { ...facts, textures: 0, largest_texture_side: undefined };
		expect(checkLimits(bare, { maxTextureSide: 512 }).passed).toBe(true);
	});

	it.each(Object.entries(SHOPS))('%s sets limits and names its source', (_, preset) => {
		expect(checkLimits(facts, preset.limits).passed).toBe(false);
		expect(preset.source).toMatch(/^https:\/\//);
		expect(needsTextureSizes(preset.limits)).toBe('maxTextureSide' in preset.limits);
	});
});
