/** What an encoder did to pixels to make them smaller, undone: pixels in, pixels out (WebP lossless specification, 4). */
import type { TimeSlicer } from '../../../timeSlicer';
import { BrokenImage } from '../bitmap';
import { readPixels, tilesOf } from './losslessPixels';
import type { BitSource } from './prefixCode';

/** A transform as read from the file. */
export interface Transform {
	kind: number;
	/** Width of the image that comes out. */
	width: number;
	/** Tiles, or, of the palette, bundles, are 2 ^ this many pixels wide. */
	bits: number;
	/** Modes of the tiles, factors of the tiles, or the palette. */
	data: Int32Array;
}

const TRANSFORM = { predict: 0, crossColor: 1, subtractGreen: 2, palette: 3 } as const;

/** Reads a transform; the width of the pixels that are stored may be smaller after it. */
export async function readTransform(
	bits: BitSource,
	width: number,
	height: number,
	slicer: TimeSlicer,
): Promise<{ transform: Transform; storedWidth: number }> {
	const kind = bits.read(2);
	if (kind === TRANSFORM.subtractGreen) {
		return { transform: { kind, width, bits: 0, data: new Int32Array(0) }, storedWidth: width };
	}
	if (kind === TRANSFORM.palette) {
		const size = bits.read(8) + 1;
		const bundle = size <= 2 ? 3 : size <= 4 ? 2 : size <= 16 ? 1 : 0;
		const data = new Int32Array(256);
		data.set(await readPixels(bits, size, 1, false, slicer));
		for (let i = 1; i < size; i++) data[i] = add(data[i], data[i - 1]);
		return { transform: { kind, width, bits: bundle, data }, storedWidth: tilesOf(width, bundle) };
	}
	const tileBits = bits.read(3) + 2;
	const data = await readPixels(bits, tilesOf(width, tileBits), tilesOf(height, tileBits), false, slicer);
	return { transform: { kind, width, bits: tileBits, data }, storedWidth: width };
}

/** Undoes a transform; the result may be the same array. */
export async function undo(
	transform: Transform,
	pixels: Int32Array,
	height: number,
	slicer: TimeSlicer,
): Promise<Int32Array> {
	const { width } = transform;
	if (transform.kind === TRANSFORM.palette) {
		// A pixel for each entry takes its place; where several entries are in one they need more room than they had.
		const out = transform.bits === 0 ? pixels : new Int32Array(width * height);
		await slicer.inBatches(height, 16, (from, to) => {
			for (let y = from; y < to; y++) undoPalette(transform, pixels, out, y);
		});
		return out;
	}
	if (pixels.length !== width * height)
		throw new BrokenImage('the WebP has transforms that do not fit together');
	const undoRow = { 0: undoPrediction, 1: undoCrossColor, 2: undoSubtractGreen }[transform.kind];
	await slicer.inBatches(height, 16, (from, to) => {
		for (let y = from; y < to; y++) undoRow?.(transform, pixels, y);
	});
	return pixels;
}

function undoPalette({ width, bits, data }: Transform, pixels: Int32Array, out: Int32Array, y: number): void {
	const row = y * tilesOf(width, bits);
	const entryBits = 8 >> bits;
	const mask = (1 << entryBits) - 1;
	const inBundle = (1 << bits) - 1;
	for (let x = 0; x < width; x++) {
		const bundle = (pixels[row + (x >> bits)] >> 8) & 255;
		out[y * width + x] = data[(bundle >> ((x & inBundle) * entryBits)) & mask];
	}
}

function undoSubtractGreen({ width }: Transform, pixels: Int32Array, y: number): void {
	for (let i = y * width; i < (y + 1) * width; i++) {
		const green = (pixels[i] >> 8) & 255;
		pixels[i] =
			(pixels[i] & 0xff00ff00) | (((pixels[i] & 0x00ff00ff) + ((green << 16) | green)) & 0x00ff00ff);
	}
}

function undoCrossColor({ width, bits, data }: Transform, pixels: Int32Array, y: number): void {
	const tileRow = (y >> bits) * tilesOf(width, bits);
	for (let x = 0; x < width; x++) {
		const factors = data[tileRow + (x >> bits)];
		const pixel = pixels[y * width + x];
		const green = signed(pixel >> 8);
		const red = ((pixel >> 16) + ((signed(factors) * green) >> 5)) & 255;
		const fromGreen = (signed(factors >> 8) * green) >> 5;
		const blue = (pixel + fromGreen + ((signed(factors >> 16) * signed(red)) >> 5)) & 255;
		pixels[y * width + x] = (pixel & 0xff00ff00) | (red << 16) | blue;
	}
}

const BLACK = 0xff000000 | 0;

function undoPrediction({ width, bits, data }: Transform, pixels: Int32Array, y: number): void {
	const row = y * width;
	if (y === 0) {
		pixels[0] = add(pixels[0], BLACK);
		for (let x = 1; x < width; x++) pixels[x] = add(pixels[x], pixels[x - 1]);
		return;
	}
	pixels[row] = add(pixels[row], pixels[row - width]);
	const tileRow = (y >> bits) * tilesOf(width, bits);
	for (let x = 1; x < width; ) {
		const tile = x >> bits;
		const end = Math.min(width, (tile + 1) << bits);
		const predict = PREDICTORS[(data[tileRow + tile] >> 8) & 15];
		for (; x < end; x++) {
			const at = row + x;
			// The place right of the last one above is the first of this row, as the format says.
			const predicted = predict(
				pixels[at - 1],
				pixels[at - width],
				pixels[at - width + 1],
				pixels[at - width - 1],
			);
			pixels[at] = add(pixels[at], predicted);
		}
	}
}

type Predictor = (left: number, top: number, topRight: number, topLeft: number) => number;

const black: Predictor = () => BLACK;

const PREDICTORS: readonly Predictor[] = [
	black,
	(left) => left,
	(_left, top) => top,
	(_left, _top, topRight) => topRight,
	(_left, _top, _topRight, topLeft) => topLeft,
	(left, top, topRight) => mean(mean(left, topRight), top),
	(left, _top, _topRight, topLeft) => mean(left, topLeft),
	(left, top) => mean(left, top),
	(_left, top, _topRight, topLeft) => mean(topLeft, top),
	(_left, top, topRight) => mean(top, topRight),
	(left, top, topRight, topLeft) => mean(mean(left, topLeft), mean(top, topRight)),
	(left, top, _topRight, topLeft) => select(left, top, topLeft),
	(left, top, _topRight, topLeft) =>
		perPart((shift) => part(left, shift) + part(top, shift) - part(topLeft, shift)),
	(left, top, _topRight, topLeft) => {
		const middle = mean(left, top);
		return perPart((shift) => {
			const value = part(middle, shift);
			return value + Math.trunc((value - part(topLeft, shift)) / 2);
		});
	},
	black,
	black,
];

/** Whichever of left and top the gradient through the three is nearer to. */
function select(left: number, top: number, topLeft: number): number {
	let toLeft = 0;
	let toTop = 0;
	for (let shift = 0; shift < 32; shift += 8) {
		toLeft += Math.abs(part(topLeft, shift) - part(top, shift));
		toTop += Math.abs(part(topLeft, shift) - part(left, shift));
	}
	return toLeft < toTop ? left : top;
}

function perPart(valueAt: (shift: number) => number): number {
	let pixel = 0;
	for (let shift = 0; shift < 32; shift += 8) {
		const value = valueAt(shift);
		pixel |= (value < 0 ? 0 : value > 255 ? 255 : value) << shift;
	}
	return pixel;
}

function part(pixel: number, shift: number): number {
	return (pixel >>> shift) & 255;
}

/** The sum of each of the four parts, without carrying over. */
function add(a: number, b: number): number {
	return (
		(((a & 0xff00ff00) + (b & 0xff00ff00)) & 0xff00ff00) | (((a & 0xff00ff) + (b & 0xff00ff)) & 0xff00ff)
	);
}

/** The mean of each of the four parts, rounded down. */
function mean(a: number, b: number): number {
	return (((a ^ b) & 0xfefefefe) >>> 1) + (a & b);
}

function signed(byte: number): number {
	return (byte << 24) >> 24;
}
