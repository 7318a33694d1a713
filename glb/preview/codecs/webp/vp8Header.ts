/** The header of a VP8 key frame: bytes in; sizes, quantizers, filter strengths and the partitions out (RFC 6386, 9). */
import { BrokenImage } from '../bitmap';
import { BoolReader } from './boolReader';
import { AC_FACTORS, COEFFICIENT_DEFAULT, COEFFICIENT_UPDATE, DC_FACTORS } from './vp8Tables';

const SEGMENTS = 4;

/** Quantization factors of a segment: of the first coefficient of a block, and of the others. */
export interface Quantizer {
	luma: readonly [dc: number, ac: number];
	/** The block of first coefficients that a macroblock predicted as a whole has. */
	second: readonly [dc: number, ac: number];
	chroma: readonly [dc: number, ac: number];
}

/** How strongly the edges of a macroblock are smoothed; a level of 0 is not at all. */
export interface FilterStrength {
	level: number;
	interior: number;
	highVariance: number;
}

/** What holds for the whole frame, and where its decisions are read on. */
export interface Vp8Header {
	width: number;
	height: number;
	/** Modes of the macroblocks, read on from here. */
	modes: BoolReader;
	/** Coefficients; rows of macroblocks take turns. */
	coefficients: BoolReader[];
	/** Probabilities of the segment number; undefined where all macroblocks are of segment 0. */
	segmentTree?: readonly number[];
	quantizers: Quantizer[];
	/** By segment, for macroblocks predicted as a whole and for those predicted in blocks. */
	filters: Array<readonly [whole: FilterStrength, blocks: FilterStrength]>;
	isFilterSimple: boolean;
	probabilities: Uint8Array;
	/** Probability that a macroblock has coefficients; undefined where each has. */
	skipProbability?: number;
}

/** Fails with `BrokenImage` for what is no key frame, or ends within its header. */
export function parseVp8Header(data: Uint8Array): Vp8Header {
	if (data.length < 10 || (data[0] & 1) !== 0) throw new BrokenImage('the WebP has no key frame');
	if (data[3] !== 0x9d || data[4] !== 0x01 || data[5] !== 0x2a)
		throw new BrokenImage('the WebP header is damaged');
	const firstLength = (data[0] >> 5) | (data[1] << 3) | (data[2] << 11);
	const width = data[6] | ((data[7] & 0x3f) << 8);
	const height = data[8] | ((data[9] & 0x3f) << 8);
	if (width === 0 || height === 0) throw new BrokenImage('the WebP does not state its size');
	const modes = new BoolReader(data.subarray(10, 10 + firstLength));
	modes.readNumber(2); // color space and clamping, which say nothing new for still images
	const segments = readSegments(modes);
	const filter = readFilter(modes, segments);
	const coefficients = splitPartitions(data.subarray(10 + firstLength), 1 << modes.readNumber(2));
	const quantizers = readQuantizers(modes, segments);
	modes.read(128); // whether the frame is kept for later ones
	const probabilities = COEFFICIENT_DEFAULT.map((probability, index) =>
		modes.read(COEFFICIENT_UPDATE[index]) === 1 ? modes.readNumber(8) : probability,
	);
	const skipProbability = modes.read(128) === 1 ? modes.readNumber(8) : undefined;
	const segmentTree = segments.tree;
	return {
		width,
		height,
		modes,
		coefficients,
		segmentTree,
		quantizers,
		...filter,
		probabilities,
		skipProbability,
	};
}

interface Segments {
	isUsed: boolean;
	/** Whether the values below replace the frame's own rather than add to them. */
	isAbsolute: boolean;
	quantizers: number[];
	levels: number[];
	tree?: number[];
}

function readSegments(reader: BoolReader): Segments {
	const none = new Array<number>(SEGMENTS).fill(0);
	const segments: Segments = { isUsed: false, isAbsolute: false, quantizers: none, levels: none };
	segments.isUsed = reader.read(128) === 1;
	if (!segments.isUsed) return segments;
	const hasTree = reader.read(128) === 1;
	if (reader.read(128) === 1) {
		segments.isAbsolute = reader.read(128) === 1;
		segments.quantizers = none.map(() => reader.readOptionalSigned(7));
		segments.levels = none.map(() => reader.readOptionalSigned(6));
	}
	if (hasTree) segments.tree = [0, 1, 2].map(() => (reader.read(128) === 1 ? reader.readNumber(8) : 255));
	return segments;
}

function readFilter(reader: BoolReader, segments: Segments): Pick<Vp8Header, 'filters' | 'isFilterSimple'> {
	const isFilterSimple = reader.read(128) === 1;
	const level = reader.readNumber(6);
	const sharpness = reader.readNumber(3);
	const hasDeltas = reader.read(128) === 1;
	const deltas = new Array<number>(8).fill(0);
	if (hasDeltas && reader.read(128) === 1) {
		for (let i = 0; i < 8; i++) deltas[i] = reader.readOptionalSigned(6);
	}
	// Of the four frames and four modes that could be told apart, a key frame has this frame and "in blocks".
	const [ofFrame, , , , ofBlocks] = deltas;
	const filters = segments.levels.map((own) => {
		const base = !segments.isUsed ? level : segments.isAbsolute ? own : level + own;
		const strength = (delta: number) => filterStrength(level === 0 ? 0 : base + delta, sharpness);
		return [strength(ofFrame), strength(ofFrame + ofBlocks)] as const;
	});
	return { filters, isFilterSimple };
}

function filterStrength(wanted: number, sharpness: number): FilterStrength {
	const level = Math.min(63, Math.max(0, wanted));
	if (level === 0) return { level: 0, interior: 0, highVariance: 0 };
	let interior = sharpness === 0 ? level : level >> (sharpness > 4 ? 2 : 1);
	if (sharpness > 0) interior = Math.min(interior, 9 - sharpness);
	interior = Math.max(1, interior);
	return { level: 2 * level + interior, interior, highVariance: level < 15 ? 0 : level < 40 ? 1 : 2 };
}

function splitPartitions(data: Uint8Array, count: number): BoolReader[] {
	let at = 3 * (count - 1);
	if (at > data.length) throw new BrokenImage('the WebP is cut short');
	return Array.from({ length: count }, (_, index) => {
		const length = data[3 * index] | (data[3 * index + 1] << 8) | (data[3 * index + 2] << 16);
		const part = data.subarray(at, index === count - 1 ? data.length : at + length);
		at += length;
		return new BoolReader(part);
	});
}

function readQuantizers(reader: BoolReader, segments: Segments): Quantizer[] {
	const base = reader.readNumber(7);
	const [lumaDc, secondDc, secondAc, chromaDc, chromaAc] = [0, 1, 2, 3, 4].map(() =>
		reader.readOptionalSigned(4),
	);
	return segments.quantizers.map((own) => {
		const index = !segments.isUsed ? base : segments.isAbsolute ? own : base + own;
		const dc = (delta: number, highest = 127) => DC_FACTORS[Math.min(highest, Math.max(0, index + delta))];
		const ac = (delta: number) => AC_FACTORS[Math.min(127, Math.max(0, index + delta))];
		return {
			luma: [dc(lumaDc), ac(0)],
			second: [dc(secondDc) * 2, Math.max(8, Math.floor((ac(secondAc) * 155) / 100))],
			// A factor of at most 132, which is the one at 117.
			chroma: [dc(chromaDc, 117), ac(chromaAc)],
		};
	});
}
