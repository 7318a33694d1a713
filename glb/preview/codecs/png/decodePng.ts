/** PNG to pixels, inflated and reduced piece by piece: bytes in, a bitmap of about the wanted size out. */
import { PREVIEW_LIMITS } from '../../previewLimits';
import type { TimeSlicer } from '../../../timeSlicer';
import { BrokenImage, type Bitmap } from '../bitmap';
import { Reducer } from '../reducer';
import { ScatteredReducer } from '../scatteredReducer';
import { parseChunks, type PngChunks } from './pngChunks';
import { Inflater } from './inflater';
import { rowExpander } from './pixels';
import { RowReader } from './rows';

/** First pixel and distance of the pixels of each pass of an interlaced PNG (PNG specification, 8.2). */
const PASSES = [
	{ x: 0, y: 0, stepX: 8, stepY: 8 },
	{ x: 4, y: 0, stepX: 8, stepY: 8 },
	{ x: 0, y: 4, stepX: 4, stepY: 8 },
	{ x: 2, y: 0, stepX: 4, stepY: 4 },
	{ x: 0, y: 2, stepX: 2, stepY: 4 },
	{ x: 1, y: 0, stepX: 2, stepY: 2 },
	{ x: 0, y: 1, stepX: 1, stepY: 2 },
];

/**
 * @param wantedSide the longer side of the result is at least this, and less than twice it, or the image's own
 * @throws BrokenImage where the file is damaged
 */
export async function decodePng(data: Uint8Array, wantedSide: number, slicer: TimeSlicer): Promise<Bitmap> {
	const chunks = await parseChunks(data, slicer);
	const { width, height, interlaced } = chunks.header;
	if (width * height > PREVIEW_LIMITS.maxImagePixels) {
		throw new BrokenImage(`${width} × ${height} pixels are too many`);
	}
	const factor = Math.max(1, Math.floor(Math.max(width, height) / wantedSide));
	const rows = interlaced ? interlacedRows(chunks, factor) : plainRows(chunks, factor);
	const inflater = new Inflater(chunks.compressed);
	await slicer.inSteps(1, (pieces) => {
		for (let i = 0; i < pieces; i++) {
			rows.push(inflater.next());
			// What comes after the last row is not a part of the image, and may be without end.
			if (rows.isFull || inflater.isDone) return false;
		}
		return true;
	});
	return rows.finish(slicer);
}

interface InflatedSink {
	push(bytes: Uint8Array): void;
	/** Whether all rows have come. */
	readonly isFull: boolean;
	/** @throws BrokenImage where rows are missing */
	finish(slicer: TimeSlicer): Promise<Bitmap>;
}

function plainRows(chunks: PngChunks, factor: number): InflatedSink {
	const { width, height } = chunks.header;
	const reducer = new Reducer(width, height, factor);
	const expand = rowExpander(chunks);
	const rgba = new Uint8Array(width * 4);
	const reader = newRowReader(chunks, width, (row) => {
		expand(row, width, rgba);
		reducer.addRow(rgba);
	});
	return {
		push: (bytes) => reader.push(bytes),
		get isFull() {
			return reducer.rows >= height;
		},
		finish: async () => {
			if (reducer.rows >= height) return reducer.finish();
			throw new BrokenImage(`the PNG ends after ${reducer.rows} of ${height} rows`);
		},
	};
}

function interlacedRows(chunks: PngChunks, factor: number): InflatedSink {
	const { width, height } = chunks.header;
	const expand = rowExpander(chunks);
	const reducer = new ScatteredReducer(width, height, factor);
	const rgba = new Uint8Array(width * 4);
	const passes = PASSES.map(({ x, y, stepX, stepY }) => {
		const [wide, high] = [Math.ceil((width - x) / stepX), Math.ceil((height - y) / stepY)];
		let row = 0;
		const reader = newRowReader(chunks, wide, (bytes) => {
			expand(bytes, wide, rgba);
			for (let column = 0; column < wide; column++) {
				reducer.addPixel(x + column * stepX, y + row * stepY, rgba, column * 4);
			}
			row += 1;
		});
		return { reader, bytesLeft: wide > 0 && high > 0 ? high * (rowBytes(chunks, wide) + 1) : 0 };
	});
	let missing = passes.reduce((sum, { bytesLeft }) => sum + bytesLeft, 0);
	const push = (bytes: Uint8Array) => {
		let rest = bytes;
		for (const pass of passes) {
			const taken = Math.min(pass.bytesLeft, rest.length);
			pass.reader.push(rest.subarray(0, taken));
			pass.bytesLeft -= taken;
			missing -= taken;
			rest = rest.subarray(taken);
		}
	};
	return {
		push,
		get isFull() {
			return missing === 0;
		},
		finish: async (slicer) => {
			if (missing === 0) return reducer.finish(slicer);
			throw new BrokenImage(`the PNG ends ${missing} bytes before its last row`);
		},
	};
}

function newRowReader(chunks: PngChunks, width: number, emit: (row: Uint8Array) => void): RowReader {
	const { channels, bitDepth } = chunks.header;
	return new RowReader(rowBytes(chunks, width), Math.max(1, (channels * bitDepth) >> 3), emit);
}

function rowBytes({ header }: PngChunks, width: number): number {
	return Math.ceil((width * header.channels * header.bitDepth) / 8);
}
