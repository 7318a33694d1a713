/** The coefficients of a macroblock: decisions in, dequantized numbers out (RFC 6386, section 13). */
import type { BoolReader } from './boolReader';
import type { Quantizer, Vp8Header } from './vp8Header';

/** Kinds of blocks, which have probabilities of their own. */
const KIND = { lumaWithoutDc: 0, second: 1, chroma: 2, luma: 3 } as const;

/** Sizes in the probability table. */
const PER_BAND = 3 * 11;
const PER_KIND = 8 * PER_BAND;

/** Band of each place in a block; the last is beyond its end. */
const BANDS = [0, 1, 2, 3, 6, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 7, 0];
const ZIGZAG = [0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15];

/** Probabilities of the extra bits of large values, and the least value of each class. */
const LARGE = [
	{ least: 11, bits: [173, 148, 140] },
	{ least: 19, bits: [176, 155, 140, 135] },
	{ least: 35, bits: [180, 157, 141, 134, 130] },
	{ least: 67, bits: [254, 254, 243, 230, 196, 177, 153, 140, 133, 130, 129] },
];

/** Blocks of a macroblock in `values`: 16 of luma, 4 and 4 of chroma, and the one of first coefficients. */
export const BLOCKS = { luma: 0, chroma: 16, second: 24, count: 25 } as const;

/** Reads the macroblocks of a row in order; what it read lies in `values` until the next one. */
export class CoefficientReader {
	/** 16 numbers per block. */
	readonly values = new Int16Array(BLOCKS.count * 16);
	/** Per block: 0 for no coefficients, 1 for the first only, 2 for others. */
	readonly filled = new Uint8Array(BLOCKS.count);
	/** Whether the blocks above and to the left have coefficients: 4 of luma, 2 + 2 of chroma, 1 of firsts. */
	private readonly above: Uint8Array;
	private readonly left = new Uint8Array(9);

	constructor(
		private readonly header: Vp8Header,
		columns: number,
	) {
		this.above = new Uint8Array(columns * 9);
	}

	startRow(): void {
		this.left.fill(0);
	}

	/** A macroblock without coefficients. */
	skip(column: number, isWhole: boolean): void {
		this.filled.fill(0);
		// A macroblock that is predicted in blocks has no block of firsts, and says nothing about the next one's.
		this.left.fill(0, 0, isWhole ? 9 : 8);
		this.above.fill(0, column * 9, column * 9 + (isWhole ? 9 : 8));
	}

	/** Reads a macroblock; returns whether it has any coefficients. */
	read(reader: BoolReader, column: number, quantizer: Quantizer, isWhole: boolean): boolean {
		this.values.fill(0);
		this.filled.fill(0);
		const at = column * 9;
		if (isWhole) {
			const context = this.left[8] + this.above[at + 8];
			const count = this.readBlock(reader, KIND.second, context, quantizer.second, 0, BLOCKS.second);
			this.left[8] = this.above[at + 8] = count > 0 ? 1 : 0;
			if (count > 0) this.spreadFirsts();
		}
		const kind = isWhole ? KIND.lumaWithoutDc : KIND.luma;
		let isAny = this.readPlane(reader, kind, quantizer.luma, at, 0, 4, BLOCKS.luma);
		isAny = this.readPlane(reader, KIND.chroma, quantizer.chroma, at, 4, 2, BLOCKS.chroma) || isAny;
		isAny = this.readPlane(reader, KIND.chroma, quantizer.chroma, at, 6, 2, BLOCKS.chroma + 4) || isAny;
		return isAny;
	}

	private readPlane(
		reader: BoolReader,
		kind: number,
		factors: readonly [number, number],
		at: number,
		first: number,
		side: number,
		firstBlock: number,
	): boolean {
		let isAny = false;
		for (let y = 0; y < side; y++) {
			for (let x = 0; x < side; x++) {
				const block = firstBlock + y * side + x;
				const context = this.left[first + y] + this.above[at + first + x];
				const start = kind === KIND.lumaWithoutDc ? 1 : 0;
				const count = this.readBlock(reader, kind, context, factors, start, block);
				this.left[first + y] = this.above[at + first + x] = count > 0 ? 1 : 0;
				const hasOthers = count > 1;
				this.filled[block] = hasOthers ? 2 : this.values[block * 16] !== 0 ? 1 : 0;
				if (this.filled[block] > 0) isAny = true;
			}
		}
		return isAny;
	}

	/** Reads a block from place `start` on; returns the place after its last coefficient, or 0 for none. */
	private readBlock(
		reader: BoolReader,
		kind: number,
		context: number,
		factors: readonly [number, number],
		start: number,
		block: number,
	): number {
		const { probabilities } = this.header;
		const base = kind * PER_KIND;
		let p = base + BANDS[start] * PER_BAND + context * 11;
		if (reader.read(probabilities[p]) === 0) return 0;
		for (let place = start; place < 16; ) {
			const next = base + BANDS[place + 1] * PER_BAND;
			if (reader.read(probabilities[p + 1]) === 0) {
				// A zero cannot be followed by the end, so the first decision is left out.
				p = next;
				place += 1;
				continue;
			}
			const size = this.readSize(reader, p);
			p = next + (size === 1 ? 11 : 22);
			const signed = reader.read(128) === 1 ? -size : size;
			this.values[block * 16 + ZIGZAG[place]] = signed * factors[place > 0 ? 1 : 0];
			place += 1;
			if (place === 16 || reader.read(probabilities[p]) === 0) return place;
		}
		return 16;
	}

	private readSize(reader: BoolReader, p: number): number {
		const { probabilities } = this.header;
		if (reader.read(probabilities[p + 2]) === 0) return 1;
		if (reader.read(probabilities[p + 3]) === 0) {
			if (reader.read(probabilities[p + 4]) === 0) return 2;
			return 3 + reader.read(probabilities[p + 5]);
		}
		if (reader.read(probabilities[p + 6]) === 0) {
			if (reader.read(probabilities[p + 7]) === 0) return 5 + reader.read(159);
			return 7 + 2 * reader.read(165) + reader.read(145);
		}
		const high = reader.read(probabilities[p + 8]);
		const { least, bits } = LARGE[2 * high + reader.read(probabilities[p + 9 + high])];
		let extra = 0;
		for (const probability of bits) extra = (extra << 1) | reader.read(probability);
		return least + extra;
	}

	/** The inverse Walsh–Hadamard transform of the block of firsts, into the first coefficient of each luma block (14.3). */
	private spreadFirsts(): void {
		const { values } = this;
		const from = BLOCKS.second * 16;
		const work = new Int32Array(16);
		for (let i = 0; i < 4; i++) {
			const a0 = values[from + i] + values[from + 12 + i];
			const a1 = values[from + 4 + i] + values[from + 8 + i];
			const a2 = values[from + 4 + i] - values[from + 8 + i];
			const a3 = values[from + i] - values[from + 12 + i];
			work[i] = a0 + a1;
			work[4 + i] = a3 + a2;
			work[8 + i] = a0 - a1;
			work[12 + i] = a3 - a2;
		}
		for (let i = 0; i < 4; i++) {
			const first = work[i * 4] + 3;
			const b0 = first + work[i * 4 + 3];
			const b1 = work[i * 4 + 1] + work[i * 4 + 2];
			const b2 = work[i * 4 + 1] - work[i * 4 + 2];
			const b3 = first - work[i * 4 + 3];
			values[i * 64] = (b0 + b1) >> 3;
			values[i * 64 + 16] = (b3 + b2) >> 3;
			values[i * 64 + 32] = (b0 - b1) >> 3;
			values[i * 64 + 48] = (b3 - b2) >> 3;
		}
	}
}
