import { buildMipmaps } from '../../../glb/preview/scene/mipmaps';
import { newSlicer } from '../../../harness/glb/timing';

const pixel = (...rgba: number[]) => rgba;

describe('buildMipmaps', () => {
	it('halves down to one pixel, sides of any length', async () => {
		const { levels, hasAlpha } = await buildMipmaps(
			{ width: 5, height: 12, rgba: new Uint8Array(240).fill(255) },
			newSlicer(),
		);
		expect(levels.map(({ width, height }) => [width, height])).toEqual([[5, 12], [2, 6], [1, 3], [1, 1]]); // prettier-ignore
		expect(levels.every(({ rgba }) => rgba.every((value) => value === 255))).toBe(true);
		expect(hasAlpha).toBe(false);
	});

	it('takes the mean of four pixels', async () => {
		const rgba = Uint8Array.from([pixel(10, 0, 0, 255), pixel(20, 4, 0, 255), pixel(30, 0, 0, 255), pixel(41, 0, 9, 255)].flat()); // prettier-ignore
		const { levels } = await buildMipmaps({ width: 2, height: 2, rgba }, newSlicer());
		expect([...levels[1].rgba]).toEqual([25, 1, 2, 255]);
	});

	it('lets what is transparent count for its alpha only', async () => {
		const rgba = Uint8Array.from([pixel(200, 0, 0, 255), pixel(0, 250, 0, 0), pixel(200, 0, 0, 255), pixel(0, 250, 0, 0)].flat()); // prettier-ignore
		const { levels, hasAlpha } = await buildMipmaps({ width: 2, height: 2, rgba }, newSlicer());
		expect(hasAlpha).toBe(true);
		expect([...levels[1].rgba]).toEqual([200, 0, 0, 128]);
	});
});
