/** From the planes of a JPEG to pixels: upsampling and the colour space (JFIF 1.02; Adobe's APP14 for RGB and CMYK). */
import type { Frame } from './frame';

/** A component's samples, already at the reduced size. */
export interface Plane {
	samples: Uint8ClampedArray;
	stride: number;
	/** Samples per pixel of the picture, along x and y: 1, or less for chroma. */
	scaleX: number;
	scaleY: number;
}

export type ColorSpace = 'gray' | 'ycc' | 'rgb' | 'cmyk' | 'ycck';

export function colorSpaceOf(frame: Frame, adobeTransform: number | undefined): ColorSpace {
	if (frame.components.length === 1) return 'gray';
	if (frame.components.length === 4) return adobeTransform === 2 ? 'ycck' : 'cmyk';
	const isNamedRgb = frame.components.map(({ id }) => String.fromCharCode(id)).join('') === 'RGB';
	return adobeTransform === 0 || (adobeTransform === undefined && isNamedRgb) ? 'rgb' : 'ycc';
}

/** Writes the pixels of rows `from` to `to`. */
export function writeRows(
	planes: readonly Plane[],
	space: ColorSpace,
	rgba: Uint8ClampedArray,
	width: number,
	from: number,
	to: number,
): void {
	const [first, second, third, fourth] = planes;
	for (let y = from; y < to; y++) {
		const rows = planes.map(({ stride, scaleY }) => Math.floor(y * scaleY) * stride);
		for (let x = 0, out = y * width * 4; x < width; x++, out += 4) {
			const a = first.samples[rows[0] + Math.floor(x * first.scaleX)];
			rgba[out + 3] = 255;
			if (space === 'gray') {
				rgba[out] = rgba[out + 1] = rgba[out + 2] = a;
				continue;
			}
			const b = second.samples[rows[1] + Math.floor(x * second.scaleX)];
			const c = third.samples[rows[2] + Math.floor(x * third.scaleX)];
			if (space === 'rgb' || space === 'cmyk') {
				rgba[out] = a;
				rgba[out + 1] = b;
				rgba[out + 2] = c;
			} else {
				rgba[out] = a + 1.402 * (c - 128);
				rgba[out + 1] = a - 0.344136 * (b - 128) - 0.714136 * (c - 128);
				rgba[out + 2] = a + 1.772 * (b - 128);
			}
			if (fourth) {
				// Adobe stores CMYK inverted, so the values are already those of red, green, blue and white.
				const white = fourth.samples[rows[3] + Math.floor(x * fourth.scaleX)] / 255;
				for (let i = 0; i < 3; i++) rgba[out + i] *= white;
			}
		}
	}
}
