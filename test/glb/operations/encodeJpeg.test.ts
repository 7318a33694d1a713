import sharp from 'sharp';
import { encodeJpeg } from '../../../glb/preview/codecs/jpeg/encodeJpeg';
import { newSlicer } from '../../../harness/glb/timing';

/** A picture with edges, gradients and saturated colors. */
function picture(width: number, height: number): Uint8Array {
	const rgba = new Uint8Array(width * height * 4);
	for (let y = 0; y < height; y++) {
		for (let x = 0; x < width; x++) {
			const isInside = (x - width / 2) ** 2 + (y - height / 2) ** 2 < (width / 3) ** 2;
			rgba.set(
				isInside ? [220, 40, 30, 255] : [(x * 255) / width, (y * 255) / height, 128, 255],
				(y * width + x) * 4,
			);
		}
	}
	return rgba;
}

function meanDifference(a: Uint8Array, b: Uint8Array): number {
	return a.reduce((sum, value, index) => sum + Math.abs(value - b[index]), 0) / a.length;
}

describe('encodeJpeg', () => {
	it.each([
		[64, 64, false],
		[64, 64, true],
		[61, 37, true],
		[1, 1, true],
		[17, 130, false],
	])(
		'writes %i × %i pixels as another decoder reads them (halved colors: %s)',
		async (width, height, halvesColors) => {
			const rgba = picture(width, height);
			const file = await encodeJpeg({ width, height, rgba }, { quality: 92, halvesColors }, newSlicer());
			const { data, info } = await sharp(file).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
			expect(info).toMatchObject({ width, height });
			expect(meanDifference(data, rgba)).toBeLessThan(4);
		},
	);

	it('is about as exact and as small as another encoder at the same quality', async () => {
		const [width, height] = [256, 256];
		const rgba = picture(width, height);
		const raw = { raw: { width, height, channels: 4 as const } };
		const options = { quality: 85, chromaSubsampling: '4:2:0', optimiseCoding: false } as const;
		const theirs = await sharp(rgba, raw).jpeg(options).toBuffer();
		const ours = await encodeJpeg({ width, height, rgba }, { quality: 85, halvesColors: true }, newSlicer());
		const read = async (file: Uint8Array) => await sharp(file).ensureAlpha().raw().toBuffer();
		expect(ours.length / theirs.length).toBeLessThan(1.05);
		expect(meanDifference(await read(ours), rgba)).toBeLessThan(
			meanDifference(await read(theirs), rgba) * 1.1 + 0.1,
		);
	});
});
