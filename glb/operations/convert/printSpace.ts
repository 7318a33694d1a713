/** From meters with y up to a printer's millimeters with z up, standing on the bed. */
import type { Extent } from './openModel';

const MM_PER_M = 1000;

/** Largest number that a printing file holds exactly enough, mm; nobody prints a tenth of it. */
const MAX_MM = 1e30;

/** Writes the place of vertex `vertex` to `out[at]`…: the lowest corner of the model is the origin. */
export type ToPrintSpace = (positions: Float32Array, vertex: number, out: Float32Array, at: number) => void;

/**
 * What moves a vertex to the bed, its lowest corner in the origin; undefined for a model too large to be said in 32
 * bits.
 */
export function printSpaceOf({ min, max }: Extent): ToPrintSpace | undefined {
	if (![...min, ...max].every((value) => Math.abs(value) * MM_PER_M < MAX_MM)) return undefined;
	const [x0, y0, z1] = [min[0], min[1], max[2]];
	return (positions, vertex, out, at) => {
		const from = vertex * 3;
		out[at] = (positions[from] - x0) * MM_PER_M;
		out[at + 1] = (z1 - positions[from + 2]) * MM_PER_M;
		out[at + 2] = (positions[from + 1] - y0) * MM_PER_M;
	};
}

/** The same corners in print space: two of them at one place make no triangle. */
export function isFlat(corners: Float32Array): boolean {
	return same(corners, 0, 3) || same(corners, 3, 6) || same(corners, 0, 6);
}

function same(corners: Float32Array, a: number, b: number): boolean {
	return corners[a] === corners[b] && corners[a + 1] === corners[b + 1] && corners[a + 2] === corners[b + 2];
}
