/** The segments of a JPEG: bytes in, frame, tables and the places of its scans out (ITU T.81, annex B). */
import { BrokenImage } from '../bitmap';
import { StoredTable } from './huffman';

/** A plane of the picture: brightness, or a color. */
export interface Component {
	id: number;
	/** Sampling factors: samples per MCU, in blocks. */
	h: number;
	v: number;
	quantization: number;
	/** Blocks that the component itself has, which a scan of it alone covers. */
	blocksWide: number;
	blocksHigh: number;
	/** Blocks including those that fill up the last MCU of a row and column. */
	paddedWide: number;
	paddedHigh: number;
}

/** What the frame header says, with the sampling factors that follow from it. */
export interface Frame {
	width: number;
	height: number;
	progressive: boolean;
	components: Component[];
	maxH: number;
	maxV: number;
	mcusWide: number;
	mcusHigh: number;
}

/** What is set by segments before a scan, and may change between scans. */
export interface Tables {
	quantization: Array<Float32Array | undefined>;
	dc: Array<StoredTable | undefined>;
	ac: Array<StoredTable | undefined>;
	/** MCUs between restart markers, 0 for none. */
	restartInterval: number;
	/** Whether Adobe's marker says that colors are stored as they are: 0 for RGB and CMYK; undefined without it. */
	adobeTransform?: number;
}

/** Zigzag order: the place in an 8 × 8 block of the k-th coefficient (T.81, figure A.6). */
export const ZIGZAG = Uint8Array.from([
	0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7,
	14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46,
	53, 60, 61, 54, 47, 55, 62, 63,
]);

/** Reads a frame header (SOF0, SOF1 or SOF2) from the segment's content. */
export function parseFrame(segment: Uint8Array, progressive: boolean): Frame {
	const view = new DataView(segment.buffer, segment.byteOffset, segment.byteLength);
	if (segment.length < 6 || segment[0] !== 8)
		throw new BrokenImage('the JPEG does not have 8 bits per color');
	const [height, width, count] = [view.getUint16(1), view.getUint16(3), segment[5]];
	if (width === 0 || height === 0) throw new BrokenImage('the JPEG does not state its size');
	if (![1, 3, 4].includes(count) || segment.length < 6 + 3 * count)
		throw new BrokenImage('the JPEG header is damaged');
	const parts = Array.from({ length: count }, (_, index) => segment.subarray(6 + 3 * index, 9 + 3 * index));
	const factors = parts.map((part) => ({ h: part[1] >> 4, v: part[1] & 15 }));
	if (factors.some(({ h, v }) => h < 1 || h > 4 || v < 1 || v > 4))
		throw new BrokenImage('the JPEG header is damaged');
	const maxH = Math.max(...factors.map(({ h }) => h));
	const maxV = Math.max(...factors.map(({ v }) => v));
	const mcusWide = Math.ceil(width / (8 * maxH));
	const mcusHigh = Math.ceil(height / (8 * maxV));
	const components = parts.map((part, index): Component => {
		const { h, v } = factors[index];
		return {
			id: part[0],
			h,
			v,
			quantization: part[2] & 3,
			blocksWide: Math.ceil(Math.ceil((width * h) / maxH) / 8),
			blocksHigh: Math.ceil(Math.ceil((height * v) / maxV) / 8),
			paddedWide: mcusWide * h,
			paddedHigh: mcusHigh * v,
		};
	});
	return { width, height, progressive, components, maxH, maxV, mcusWide, mcusHigh };
}

/** Reads quantization tables (DQT). */
export function parseQuantization(segment: Uint8Array, tables: Tables): void {
	let at = 0;
	while (at < segment.length) {
		const bytes = segment[at] >> 4 === 0 ? 1 : 2;
		const values = new Float32Array(64);
		if (at + 1 + 64 * bytes > segment.length) throw new BrokenImage('a JPEG quantization table is cut short');
		for (let k = 0; k < 64; k++) {
			const place = at + 1 + k * bytes;
			values[ZIGZAG[k]] = bytes === 1 ? segment[place] : (segment[place] << 8) | segment[place + 1];
		}
		tables.quantization[segment[at] & 3] = values;
		at += 1 + 64 * bytes;
	}
}

/** Reads Huffman tables (DHT). */
export function parseHuffman(segment: Uint8Array, tables: Tables): void {
	let at = 0;
	while (at + 17 <= segment.length) {
		const counts = segment.subarray(at + 1, at + 17);
		const total = counts.reduce((sum, count) => sum + count, 0);
		if (at + 17 + total > segment.length) throw new BrokenImage('a JPEG code table is cut short');
		const table = new StoredTable(counts, segment.subarray(at + 17, at + 17 + total));
		const kind = segment[at] >> 4 === 0 ? tables.dc : tables.ac;
		kind[segment[at] & 3] = table;
		at += 17 + total;
	}
}
