/** Makes an image smaller while its rows come in: rows in, a bitmap out in which each pixel is the mean of a square. */
import type { Bitmap } from './bitmap';

/** Colors are weighed by their alpha, so that what cannot be seen does not shine through. */
export class Reducer {
	private readonly outWidth: number;
	private readonly outHeight: number;
	private readonly rgba: Uint8Array;
	/** Sums over the rows of the present square: color times alpha, and alpha. */
	private readonly sums: Float64Array;
	private row = 0;

	/** @param factor side of the square that becomes a pixel */
	constructor(
		private readonly width: number,
		private readonly height: number,
		private readonly factor: number,
	) {
		this.outWidth = Math.ceil(width / factor);
		this.outHeight = Math.ceil(height / factor);
		this.rgba = new Uint8Array(this.outWidth * this.outHeight * 4);
		this.sums = new Float64Array(factor > 1 ? this.outWidth * 4 : 0);
	}

	/** Takes the next row, four bytes per pixel; rows beyond the image are ignored. */
	addRow(row: Uint8Array): void {
		const y = this.row;
		if (y >= this.height) return;
		this.row += 1;
		if (this.factor === 1) {
			this.rgba.set(row.subarray(0, this.width * 4), y * this.width * 4);
			return;
		}
		const { sums, factor, outWidth } = this;
		for (let out = 0, at = 0; out < outWidth; out++) {
			const end = Math.min(this.width, (out + 1) * factor) * 4;
			let red = 0;
			let green = 0;
			let blue = 0;
			let alpha = 0;
			for (; at < end; at += 4) {
				const weight = row[at + 3];
				red += row[at] * weight;
				green += row[at + 1] * weight;
				blue += row[at + 2] * weight;
				alpha += weight;
			}
			sums[out * 4] += red;
			sums[out * 4 + 1] += green;
			sums[out * 4 + 2] += blue;
			sums[out * 4 + 3] += alpha;
		}
		if (this.row % factor === 0 || this.row === this.height) this.writeOut(Math.floor(y / factor));
	}

	/** How many rows have come in. */
	get rows(): number {
		return this.row;
	}

	finish(): Bitmap {
		return { width: this.outWidth, height: this.outHeight, rgba: this.rgba };
	}

	private writeOut(outRow: number): void {
		const { sums, rgba, factor, outWidth } = this;
		const rowsSummed = this.row - outRow * factor;
		for (let out = 0; out < outWidth; out++) {
			const place = (outRow * outWidth + out) * 4;
			const alpha = sums[out * 4 + 3];
			const columns = Math.min(this.width, (out + 1) * factor) - out * factor;
			for (let i = 0; i < 3; i++) rgba[place + i] = alpha > 0 ? Math.round(sums[out * 4 + i] / alpha) : 0;
			rgba[place + 3] = Math.round(alpha / (columns * rowsSummed));
		}
		sums.fill(0);
	}
}
