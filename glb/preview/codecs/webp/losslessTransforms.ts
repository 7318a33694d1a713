/** What an encoder did to pixels to make them smaller, undone row by row (WebP lossless specification, 4). */
import type { TimeSlicer } from '../../../timeSlicer';
import { predictionUndo } from './losslessPrediction';
import { addPixels } from './pixelArithmetic';
import { readRows, tilesOf } from './losslessPixels';
import type { BitSource } from './prefixCode';

/** Rows come from the top. The row that is handed in may be changed; the one that is returned is good until the next. */
export type UndoRow = (row: Int32Array, y: number) => Int32Array;

/** A transform as read from the file. */
export interface Transform {
	kind: number;
	undoRow: UndoRow;
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
		return { transform: { kind, undoRow: undoSubtractGreen }, storedWidth: width };
	}
	if (kind === TRANSFORM.palette) {
		const size = bits.read(8) + 1;
		const bundle = size <= 2 ? 3 : size <= 4 ? 2 : size <= 16 ? 1 : 0;
		const colors = new Int32Array(256);
		await readRows(bits, size, 1, slicer, (row) => colors.set(row));
		for (let i = 1; i < size; i++) colors[i] = addPixels(colors[i], colors[i - 1]);
		const undoRow = paletteUndo(width, bundle, colors);
		return { transform: { kind, undoRow }, storedWidth: tilesOf(width, bundle) };
	}
	const tileBits = bits.read(3) + 2;
	const [tilesWide, tilesHigh] = [tilesOf(width, tileBits), tilesOf(height, tileBits)];
	if (kind === TRANSFORM.predict) {
		const modes = new Uint8Array(tilesWide * tilesHigh);
		await readRows(bits, tilesWide, tilesHigh, slicer, (row, y) => {
			for (let x = 0; x < tilesWide; x++) modes[y * tilesWide + x] = (row[x] >> 8) & 15;
		});
		return { transform: { kind, undoRow: predictionUndo(width, tileBits, modes) }, storedWidth: width };
	}
	const factors = new Int32Array(tilesWide * tilesHigh);
	await readRows(bits, tilesWide, tilesHigh, slicer, (row, y) => factors.set(row, y * tilesWide));
	return { transform: { kind, undoRow: crossColorUndo(width, tileBits, factors) }, storedWidth: width };
}

/** @param bits an entry stands for 2 ^ this many pixels */
function paletteUndo(width: number, bits: number, colors: Int32Array): UndoRow {
	const out = new Int32Array(width);
	const entryBits = 8 >> bits;
	const mask = (1 << entryBits) - 1;
	const inBundle = (1 << bits) - 1;
	return (row) => {
		for (let x = 0; x < width; x++) {
			const bundle = (row[x >> bits] >> 8) & 255;
			out[x] = colors[(bundle >> ((x & inBundle) * entryBits)) & mask];
		}
		return out;
	};
}

function undoSubtractGreen(row: Int32Array): Int32Array {
	for (let x = 0; x < row.length; x++) {
		const pixel = row[x];
		const green = (pixel >> 8) & 255;
		row[x] = (pixel & 0xff00ff00) | (((pixel & 0x00ff00ff) + ((green << 16) | green)) & 0x00ff00ff);
	}
	return row;
}

/** @param factors of each tile of 2 ^ `bits` pixels */
function crossColorUndo(width: number, bits: number, factors: Int32Array): UndoRow {
	const tilesWide = tilesOf(width, bits);
	return (row, y) => {
		const tileRow = (y >> bits) * tilesWide;
		for (let tile = 0, x = 0; tile < tilesWide; tile++) {
			const ofTile = factors[tileRow + tile];
			const [greenToRed, greenToBlue, redToBlue] = [
				signed(ofTile),
				signed(ofTile >> 8),
				signed(ofTile >> 16),
			];
			for (const end = Math.min(width, (tile + 1) << bits); x < end; x++) {
				const pixel = row[x];
				const green = signed(pixel >> 8);
				const red = ((pixel >> 16) + ((greenToRed * green) >> 5)) & 255;
				const fromGreen = (greenToBlue * green) >> 5;
				const blue = (pixel + fromGreen + ((redToBlue * signed(red)) >> 5)) & 255;
				row[x] = (pixel & 0xff00ff00) | (red << 16) | blue;
			}
		}
		return row;
	};
}

function signed(byte: number): number {
	return (byte << 24) >> 24;
}
