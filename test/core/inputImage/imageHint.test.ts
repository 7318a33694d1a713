import { hintAtPicture } from '../../../nodes/shared/core/inputImage/imageHint';

describe('hintAtPicture', () => {
	it.each([
		[{}, undefined],
		[{ size: { width: 64, height: 8_192 }, orientation: 1 }, undefined],
		[{ size: { width: 63, height: 900 } }, /^The picture has 63 × 900 pixels only/],
		[{ size: { width: 900, height: 8_193 } }, /^The picture has 900 × 8,193 pixels: if Image3D refuses it/],
		[{ size: { width: 900, height: 900 }, orientation: 6 }, /stored on its side \(EXIF orientation 6\)/],
		[{ size: { width: 900, height: 900 }, orientation: 3 }, /stored upside down \(EXIF orientation 3\)/],
		[{ size: { width: 900, height: 900 }, orientation: 2 }, /stored mirrored \(EXIF orientation 2\)/],
		[{ size: { width: 900, height: 900 }, isCmyk: true as const }, /colors of print \(CMYK\)/],
		[
			{ size: { width: 9, height: 9 }, isCmyk: true as const, orientation: 8 },
			/EXIF orientation 8.*CMYK.*9 × 9 pixels/,
		],
	])('of %j', (given, expected) => {
		const hint = hintAtPicture(given);
		if (expected === undefined) expect(hint).toBeUndefined();
		else expect(hint).toMatch(expected);
	});
});
