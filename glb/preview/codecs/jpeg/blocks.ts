/** One 8 × 8 block of a JPEG scan: bits in, coefficients out, for each of the five kinds of scan (T.81, F.2 and G.1). */
import type { BitReader } from './bits';
import { ZIGZAG } from './frame';
import { FAST_BITS, type HuffmanTable } from './huffman';

/** What a scan decodes with; `eobRun` is the only part that changes from block to block. */
export interface ScanState {
	bits: BitReader;
	/** First and last coefficient of the scan, and the bits it leaves to later scans. */
	start: number;
	end: number;
	shift: number;
	/** Blocks whose band is known to be empty (progressive scans). */
	eobRun: number;
}

/** Where a component of a scan stands: its tables and the last DC value. */
export interface ScanComponent {
	dc: HuffmanTable;
	ac: HuffmanTable;
	lastDc: number;
}

/** Writes one block's coefficients, in natural order, from `offset` on. */
export type DecodeBlock = (
	state: ScanState,
	component: ScanComponent,
	coefficients: Int16Array,
	offset: number,
) => void;

/** All coefficients of a block, of a JPEG that is not progressive. */
export const decodeBaseline: DecodeBlock = (state, component, coefficients, offset) => {
	const { bits } = state;
	coefficients[offset] = nextDc(bits, component);
	const { ac } = component;
	for (let k = 1; k < 64; k++) {
		const whole = ac.coefficients[bits.peek16() >> (16 - FAST_BITS)];
		if (whole !== 0) {
			bits.skip(whole & 15);
			k += (whole >> 4) & 15;
			if (k < 64) coefficients[offset + ZIGZAG[k]] = whole >> 8;
			continue;
		}
		const symbol = ac.decode(bits);
		const size = symbol & 15;
		if (size === 0) {
			if (symbol !== 0xf0) return;
			k += 15;
			continue;
		}
		k += symbol >> 4;
		const value = bits.readSigned(size);
		if (k < 64) coefficients[offset + ZIGZAG[k]] = value;
	}
};

/** The upper bits of the block's mean. */
export const decodeDcFirst: DecodeBlock = (state, component, coefficients, offset) => {
	coefficients[offset] = nextDc(state.bits, component) << state.shift;
};

/** One more bit of the block's mean. */
export const decodeDcRefine: DecodeBlock = (state, _component, coefficients, offset) => {
	if (state.bits.read(1) === 1) coefficients[offset] |= 1 << state.shift;
};

/** The upper bits of a band of the block's other coefficients. */
export const decodeAcFirst: DecodeBlock = (state, component, coefficients, offset) => {
	if (state.eobRun > 0) {
		state.eobRun -= 1;
		return;
	}
	const { bits } = state;
	for (let k = state.start; k <= state.end; k++) {
		const symbol = component.ac.decode(bits);
		const run = symbol >> 4;
		const size = symbol & 15;
		if (size === 0) {
			if (run < 15) {
				state.eobRun = (1 << run) - 1 + (run > 0 ? bits.read(run) : 0);
				return;
			}
			k += 15;
			continue;
		}
		k += run;
		const value = bits.readSigned(size);
		if (k < 64) coefficients[offset + ZIGZAG[k]] = value << state.shift;
	}
};

/** One more bit of each coefficient of a band, and those that it makes more than zero. */
export const decodeAcRefine: DecodeBlock = (state, component, coefficients, offset) => {
	const { bits, end } = state;
	const step = 1 << state.shift;
	let k = state.start;
	if (state.eobRun === 0) {
		while (k <= end) {
			const symbol = component.ac.decode(bits);
			let run = symbol >> 4;
			let value = 0;
			if ((symbol & 15) !== 0) {
				value = bits.read(1) === 1 ? step : -step;
			} else if (run < 15) {
				state.eobRun = (1 << run) + (run > 0 ? bits.read(run) : 0);
				break;
			}
			for (; k <= end; k++) {
				const place = offset + ZIGZAG[k];
				if (coefficients[place] !== 0) {
					refine(bits, coefficients, place, step);
				} else {
					if (run === 0) {
						if (value !== 0) coefficients[place] = value;
						k += 1;
						break;
					}
					run -= 1;
				}
			}
		}
	}
	if (state.eobRun > 0) {
		for (; k <= end; k++) {
			const place = offset + ZIGZAG[k];
			if (coefficients[place] !== 0) refine(bits, coefficients, place, step);
		}
		state.eobRun -= 1;
	}
};

function refine(bits: BitReader, coefficients: Int16Array, place: number, step: number): void {
	if (bits.read(1) === 0 || (coefficients[place] & step) !== 0) return;
	coefficients[place] += coefficients[place] > 0 ? step : -step;
}

function nextDc(bits: BitReader, component: ScanComponent): number {
	const size = component.dc.decode(bits);
	if (size > 0) component.lastDc += bits.readSigned(Math.min(size, 16));
	return component.lastDc;
}
