/**
 * The differences that lossless WebP stores instead of pixels, undone: a row of them in, a row of pixels out. Each tile has
 * a mode, which tells what a pixel was predicted from (WebP lossless specification, 4.1).
 */
import { addPixels as add, meanOfPixels as mean } from './pixelArithmetic';
import type { UndoRow } from './losslessTransforms';

const BLACK = 0xff000000 | 0;

/**
 * @param bits tiles are 2 ^ this many pixels wide and high
 * @param modes of the tiles, row by row
 */
export function predictionUndo(width: number, bits: number, modes: Uint8Array): UndoRow {
	const tilesWide = (width + (1 << bits) - 1) >> bits;
	const above = new Int32Array(width + 1);
	return (row, y) => {
		if (y === 0) {
			row[0] = add(row[0], BLACK);
			fromLeft(row, above, 1, width);
		} else {
			row[0] = add(row[0], above[0]);
			// The place right of the last one above is the first of this row, as the format says.
			above[width] = row[0];
			for (let tile = 0, x = 1; tile < tilesWide; tile++) {
				const end = Math.min(width, (tile + 1) << bits);
				MODES[modes[(y >> bits) * tilesWide + tile]](row, above, x, end);
				x = end;
			}
		}
		above.set(row);
		return row;
	};
}

/** Adds to the pixels from `x` to `end` what was predicted of them; a loop for each mode, which is what takes the time. */
type Mode = (row: Int32Array, above: Int32Array, x: number, end: number) => void;

const fromNothing: Mode = (row, _above, x, end) => {
	for (; x < end; x++) row[x] = add(row[x], BLACK);
};

const fromLeft: Mode = (row, _above, x, end) => {
	for (; x < end; x++) row[x] = add(row[x], row[x - 1]);
};

const MODES: readonly Mode[] = [
	fromNothing,
	fromLeft,
	(row, above, x, end) => {
		for (; x < end; x++) row[x] = add(row[x], above[x]);
	},
	(row, above, x, end) => {
		for (; x < end; x++) row[x] = add(row[x], above[x + 1]);
	},
	(row, above, x, end) => {
		for (; x < end; x++) row[x] = add(row[x], above[x - 1]);
	},
	(row, above, x, end) => {
		for (; x < end; x++) row[x] = add(row[x], mean(mean(row[x - 1], above[x + 1]), above[x]));
	},
	(row, above, x, end) => {
		for (; x < end; x++) row[x] = add(row[x], mean(row[x - 1], above[x - 1]));
	},
	(row, above, x, end) => {
		for (; x < end; x++) row[x] = add(row[x], mean(row[x - 1], above[x]));
	},
	(row, above, x, end) => {
		for (; x < end; x++) row[x] = add(row[x], mean(above[x - 1], above[x]));
	},
	(row, above, x, end) => {
		for (; x < end; x++) row[x] = add(row[x], mean(above[x], above[x + 1]));
	},
	(row, above, x, end) => {
		for (; x < end; x++)
			row[x] = add(row[x], mean(mean(row[x - 1], above[x - 1]), mean(above[x], above[x + 1])));
	},
	(row, above, x, end) => {
		for (; x < end; x++) row[x] = add(row[x], nearer(row[x - 1], above[x], above[x - 1]));
	},
	(row, above, x, end) => {
		for (; x < end; x++) row[x] = add(row[x], gradient(row[x - 1], above[x], above[x - 1]));
	},
	(row, above, x, end) => {
		for (; x < end; x++) row[x] = add(row[x], halfGradient(mean(row[x - 1], above[x]), above[x - 1]));
	},
	fromNothing,
	fromNothing,
];

/** Whichever of left and top the gradient through the three is nearer to. */
function nearer(left: number, top: number, topLeft: number): number {
	return distance(topLeft, top) < distance(topLeft, left) ? left : top;
}

function distance(a: number, b: number): number {
	return (
		Math.abs((a >>> 24) - (b >>> 24)) +
		Math.abs(((a >> 16) & 255) - ((b >> 16) & 255)) +
		Math.abs(((a >> 8) & 255) - ((b >> 8) & 255)) +
		Math.abs((a & 255) - (b & 255))
	);
}

/** Left and top less top left, each part for itself. */
function gradient(left: number, top: number, topLeft: number): number {
	return (
		(clamp((left >>> 24) + (top >>> 24) - (topLeft >>> 24)) << 24) |
		(clamp(((left >> 16) & 255) + ((top >> 16) & 255) - ((topLeft >> 16) & 255)) << 16) |
		(clamp(((left >> 8) & 255) + ((top >> 8) & 255) - ((topLeft >> 8) & 255)) << 8) |
		clamp((left & 255) + (top & 255) - (topLeft & 255))
	);
}

/** The middle, and half of what it differs from the top left, each part for itself. */
function halfGradient(middle: number, topLeft: number): number {
	return (
		(extend(middle >>> 24, topLeft >>> 24) << 24) |
		(extend((middle >> 16) & 255, (topLeft >> 16) & 255) << 16) |
		(extend((middle >> 8) & 255, (topLeft >> 8) & 255) << 8) |
		extend(middle & 255, topLeft & 255)
	);
}

function extend(value: number, from: number): number {
	const difference = value - from;
	// Half of it, rounded towards nothing.
	return clamp(value + ((difference + (difference >>> 31)) >> 1));
}

function clamp(value: number): number {
	return value < 0 ? 0 : value > 255 ? 255 : value;
}
