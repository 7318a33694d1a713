/** Pictures of one size beside and below each other: bitmaps in, one bitmap out. */
import type { Bitmap } from '../codecs/bitmap';

/** @param columns how many stand in a row */
export function tile(pictures: readonly Bitmap[], columns: number): Bitmap {
	const [{ width, height }] = pictures;
	const whole: Bitmap = {
		width: width * columns,
		height: height * Math.ceil(pictures.length / columns),
		rgba: new Uint8Array(width * columns * height * Math.ceil(pictures.length / columns) * 4),
	};
	pictures.forEach(({ rgba }, index) => {
		const left = (index % columns) * width;
		const top = Math.floor(index / columns) * height;
		for (let y = 0; y < height; y++)
			whole.rgba.set(rgba.subarray(y * width * 4, (y + 1) * width * 4), ((top + y) * whole.width + left) * 4);
	});
	return whole;
}
