/** Makes an image smaller whose pixels come in any order: pixels in, a bitmap out in which each is the mean of a square. */
import type { TimeSlicer } from '../../timeSlicer';
import type { Bitmap } from './bitmap';

/** Weighs colors by their alpha, as `Reducer` does. */
export class ScatteredReducer {
	private readonly outWidth: number;
	private readonly outHeight: number;
	/** Sums over each square: color times alpha, and alpha; for squares of one pixel the pixels themselves. */
	private readonly sums: Float32Array | Uint8Array;

	/** @param factor side of the square that becomes a pixel */
	constructor(
		private readonly width: number,
		private readonly height: number,
		private readonly factor: number,
	) {
		this.outWidth = Math.ceil(width / factor);
		this.outHeight = Math.ceil(height / factor);
		const length = this.outWidth * this.outHeight * 4;
		this.sums = factor === 1 ? new Uint8Array(length) : new Float32Array(length);
	}

	/** Takes the pixel at a place of the image, four bytes from `at` on. */
	addPixel(x: number, y: number, rgba: Uint8Array, at: number): void {
		const { sums, factor, outWidth } = this;
		if (factor === 1) {
			for (let i = 0; i < 4; i++) sums[(y * outWidth + x) * 4 + i] = rgba[at + i];
			return;
		}
		const out = (Math.floor(y / factor) * outWidth + Math.floor(x / factor)) * 4;
		const weight = rgba[at + 3];
		sums[out] += rgba[at] * weight;
		sums[out + 1] += rgba[at + 1] * weight;
		sums[out + 2] += rgba[at + 2] * weight;
		sums[out + 3] += weight;
	}

	async finish(slicer: TimeSlicer): Promise<Bitmap> {
		const { sums, outWidth, outHeight, width, height, factor } = this;
		if (sums instanceof Uint8Array) return { width, height, rgba: sums };
		const rgba = new Uint8Array(sums.length);
		await slicer.inBatches(outHeight, 16, (from, to) => {
			for (let y = from; y < to; y++) {
				const rows = Math.min(height, (y + 1) * factor) - y * factor;
				for (let x = 0; x < outWidth; x++) {
					const columns = Math.min(width, (x + 1) * factor) - x * factor;
					const at = (y * outWidth + x) * 4;
					const alpha = sums[at + 3];
					for (let i = 0; i < 3; i++) rgba[at + i] = alpha > 0 ? Math.round(sums[at + i] / alpha) : 0;
					rgba[at + 3] = Math.round(alpha / (columns * rows));
				}
			}
		});
		return { width: outWidth, height: outHeight, rgba };
	}
}
