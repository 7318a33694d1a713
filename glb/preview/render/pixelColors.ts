/** Colors that were worked out for the present row of pixels: kept from `color`, and put back there when they are wanted again. */
import { color } from './tone';

/** The colors of the present row of pixels: a triangle has one for each of them, however many samples it covers there. */
export class PixelColors {
	private readonly triangles: Int32Array;
	private readonly rows: Int32Array;
	private readonly colors: Float64Array;

	/** @param size pixels in a row */
	constructor(size: number) {
		this.triangles = new Int32Array(size).fill(-1);
		this.rows = new Int32Array(size);
		this.colors = new Float64Array(size * 4);
	}

	/** Whether the color of a triangle at a pixel is known; then it is in `color`. */
	recall(triangle: number, x: number, y: number): boolean {
		if (this.triangles[x] !== triangle || this.rows[x] !== y) return false;
		color.red = this.colors[x * 4];
		color.green = this.colors[x * 4 + 1];
		color.blue = this.colors[x * 4 + 2];
		color.alpha = this.colors[x * 4 + 3];
		return true;
	}

	/** Keeps what is in `color`. */
	keep(triangle: number, x: number, y: number): void {
		this.triangles[x] = triangle;
		this.rows[x] = y;
		this.colors.set([color.red, color.green, color.blue, color.alpha], x * 4);
	}
}
