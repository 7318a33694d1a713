/**
 * Lossy WebP: a VP8 key frame in, its three planes out (RFC 6386), whole and smoothed, or a row of macroblocks after
 * another, which takes next to no memory.
 */
import type { TimeSlicer } from '../../../timeSlicer';
import { BrokenImage } from '../bitmap';
import { BLOCKS, CoefficientReader } from './vp8Coefficients';
import { filterMacroblock, type FilteredMacroblock } from './vp8Filter';
import { parseVp8Header, type Vp8Header } from './vp8Header';
import {
	addConstant,
	addResidual,
	keepLastLine,
	MODE,
	newPlane,
	predictBlock,
	predictSquare,
	type Plane,
} from './vp8Predict';
import { BLOCK_MODES } from './vp8Tables';

/** The planes of a frame or of a part of it; they may be wider and higher than the picture, which ends within a macroblock. */
export interface Vp8Planes {
	luma: Plane;
	/** Half as wide and high as luma. */
	blue: Plane;
	red: Plane;
}

/** Lines of a macroblock. */
export const MACROBLOCK_LINES = 16;

/**
 * The whole frame, the edges between its blocks smoothed.
 *
 * @throws BrokenImage where the frame is damaged
 */
export async function decodeVp8(data: Uint8Array, slicer: TimeSlicer): Promise<Vp8Planes> {
	const header = parseVp8Header(data);
	const decoder = new FrameDecoder(header, true);
	await slicer.inBatches(decoder.macroblocks, 16, (from, to) => {
		for (let i = from; i < to; i++) decoder.decodeMacroblock(i);
		if (header.modes.isExhausted) throw new BrokenImage('the WebP is cut short');
	});
	await slicer.inBatches(decoder.macroblocks, 16, (from, to) => {
		for (let i = from; i < to; i++) decoder.filter(i);
	});
	return decoder;
}

/**
 * The frame row by row, its blocks not smoothed, which takes a third of the time and hardly shows once the image is reduced.
 *
 * @throws BrokenImage where the frame is damaged
 */
export class Vp8Rows {
	private readonly header: Vp8Header;
	private readonly decoder: FrameDecoder;
	private next = 0;

	constructor(data: Uint8Array) {
		this.header = parseVp8Header(data);
		this.decoder = new FrameDecoder(this.header, false);
	}

	/** The sixteen lines of the next row of macroblocks; good until the one after it. */
	async nextRow(slicer: TimeSlicer): Promise<Vp8Planes> {
		const { decoder, header } = this;
		decoder.startRow();
		await slicer.inBatches(decoder.columns, 16, (from, to) => {
			for (let i = from; i < to; i++) decoder.decodeMacroblock(this.next++);
			if (header.modes.isExhausted) throw new BrokenImage('the WebP is cut short');
		});
		return decoder;
	}
}

class FrameDecoder implements Vp8Planes {
	readonly luma: Plane;
	readonly blue: Plane;
	readonly red: Plane;
	readonly macroblocks: number;
	readonly columns: number;
	private readonly coefficients: CoefficientReader;
	private readonly filtered: FilteredMacroblock[] = [];
	/** Modes of the blocks above, four per macroblock, and of those to the left. */
	private readonly modesAbove: Uint8Array;
	private readonly modesLeft = new Uint8Array(4);
	private hasRow = false;
	private readonly blockModes = new Uint8Array(16);

	/** @param isWhole whether all of the frame is kept, and can be smoothed, or only the present row of macroblocks */
	constructor(
		private readonly header: Vp8Header,
		private readonly isWhole: boolean,
	) {
		this.columns = (header.width + 15) >> 4;
		const rows = (header.height + 15) >> 4;
		this.macroblocks = this.columns * rows;
		const rowsKept = isWhole ? rows : 1;
		this.luma = newPlane(this.columns * 16, rowsKept * 16);
		this.blue = newPlane(this.columns * 8, rowsKept * 8);
		this.red = newPlane(this.columns * 8, rowsKept * 8);
		this.coefficients = new CoefficientReader(header, this.columns);
		this.modesAbove = new Uint8Array(this.columns * 4);
	}

	/** Where one row of macroblocks is kept: makes room for the next, which looks at the last line of the present one. */
	startRow(): void {
		if (this.hasRow) for (const plane of [this.luma, this.blue, this.red]) keepLastLine(plane);
		this.hasRow = true;
	}

	decodeMacroblock(index: number): void {
		const column = index % this.columns;
		const row = Math.floor(index / this.columns);
		if (column === 0) {
			this.modesLeft.fill(MODE.dc);
			this.coefficients.startRow();
		}
		const { modes, segmentTree, skipProbability, quantizers, filters } = this.header;
		const segment = segmentTree
			? modes.read(segmentTree[0]) === 0
				? modes.read(segmentTree[1])
				: 2 + modes.read(segmentTree[2])
			: 0;
		const isSkipped = skipProbability !== undefined && modes.read(skipProbability) === 1;
		const isWhole = modes.read(145) === 1;
		const lumaMode = isWhole ? this.readWholeMode(column) : this.readBlockModes(column);
		const chromaMode = this.readChromaMode();
		let hasCoefficients = false;
		if (isSkipped) {
			this.coefficients.skip(column, isWhole);
		} else {
			const reader = this.header.coefficients[row % this.header.coefficients.length];
			hasCoefficients = this.coefficients.read(reader, column, quantizers[segment], isWhole);
		}
		if (isWhole) this.buildWhole(column, row, lumaMode);
		else this.buildBlocks(column, row);
		this.buildChroma(this.blue, column, row, chromaMode, BLOCKS.chroma);
		this.buildChroma(this.red, column, row, chromaMode, BLOCKS.chroma + 4);
		if (!this.isWhole) return;
		this.filtered.push({
			strength: filters[segment][isWhole ? 0 : 1],
			hasInnerEdges: !isWhole || hasCoefficients,
		});
	}

	filter(index: number): void {
		const column = index % this.columns;
		const row = Math.floor(index / this.columns);
		filterMacroblock(this, column, row, this.filtered[index], this.header.isFilterSimple);
	}

	/** Place of a macroblock, which is `side` samples wide in the plane. */
	private placeOf({ origin, stride }: Plane, side: number, column: number, row: number): number {
		return origin + (this.isWhole ? row : 0) * side * stride + column * side;
	}

	private readWholeMode(column: number): number {
		const { modes } = this.header;
		const mode =
			modes.read(156) === 0
				? modes.read(163) === 0
					? MODE.dc
					: MODE.vertical
				: modes.read(128) === 0
					? MODE.horizontal
					: MODE.trueMotion;
		this.modesAbove.fill(mode, column * 4, column * 4 + 4);
		this.modesLeft.fill(mode);
		return mode;
	}

	private readBlockModes(column: number): number {
		for (let block = 0; block < 16; block++) {
			const above = column * 4 + (block & 3);
			const mode = this.readBlockMode((this.modesAbove[above] * 10 + this.modesLeft[block >> 2]) * 9);
			this.blockModes[block] = this.modesAbove[above] = this.modesLeft[block >> 2] = mode;
		}
		return MODE.dc;
	}

	/** @param p where the nine probabilities start in the table */
	private readBlockMode(p: number): number {
		const { modes } = this.header;
		const is = (decision: number) => modes.read(BLOCK_MODES[p + decision]) === 1;
		if (!is(0)) return MODE.dc;
		if (!is(1)) return MODE.trueMotion;
		if (!is(2)) return MODE.vertical;
		if (!is(3)) {
			if (!is(4)) return MODE.horizontal;
			return is(5) ? MODE.verticalRight : MODE.rightDown;
		}
		if (!is(6)) return MODE.leftDown;
		if (!is(7)) return MODE.verticalLeft;
		return is(8) ? MODE.horizontalUp : MODE.horizontalDown;
	}

	private readChromaMode(): number {
		const { modes } = this.header;
		if (modes.read(142) === 0) return MODE.dc;
		if (modes.read(114) === 0) return MODE.vertical;
		return modes.read(183) === 0 ? MODE.horizontal : MODE.trueMotion;
	}

	private buildWhole(column: number, row: number, mode: number): void {
		const at = this.placeOf(this.luma, 16, column, row);
		predictSquare(this.luma, at, 16, mode, row > 0, column > 0);
		for (let block = 0; block < 16; block++) {
			this.addBlock(
				this.luma,
				at + (block >> 2) * 4 * this.luma.stride + (block & 3) * 4,
				BLOCKS.luma + block,
			);
		}
	}

	private buildBlocks(column: number, row: number): void {
		const { stride, samples } = this.luma;
		const at = this.placeOf(this.luma, 16, column, row);
		// The right column of blocks looks at what is above the next macroblock, which the last one does not have.
		const corner = at - stride + 16;
		if (column === this.columns - 1 && row > 0) samples.fill(samples[corner - 1], corner, corner + 4);
		for (let block = 0; block < 16; block++) {
			const place = at + (block >> 2) * 4 * stride + (block & 3) * 4;
			const aboveRight = (block & 3) === 3 ? corner : place - stride + 4;
			predictBlock(this.luma, place, this.blockModes[block], aboveRight);
			this.addBlock(this.luma, place, BLOCKS.luma + block);
		}
	}

	private buildChroma(plane: Plane, column: number, row: number, mode: number, firstBlock: number): void {
		const at = this.placeOf(plane, 8, column, row);
		predictSquare(plane, at, 8, mode, row > 0, column > 0);
		for (let block = 0; block < 4; block++) {
			this.addBlock(plane, at + (block >> 1) * 4 * plane.stride + (block & 1) * 4, firstBlock + block);
		}
	}

	private addBlock(plane: Plane, at: number, block: number): void {
		const { filled, values } = this.coefficients;
		if (filled[block] === 2) addResidual(plane, at, values, block * 16);
		else if (filled[block] === 1) addConstant(plane, at, values[block * 16]);
	}
}
