/** The chunks of a PNG: bytes in, header, palette and the compressed parts out (PNG specification, clauses 5 and 11). */
import type { TimeSlicer } from '../../../timeSlicer';
import { BrokenImage } from '../bitmap';

/** The IHDR chunk, with what its kind of color means. */
export interface PngHeader {
	width: number;
	height: number;
	bitDepth: number;
	colorType: number;
	interlaced: boolean;
	/** Samples per pixel. */
	channels: number;
}

/** What of a PNG makes its pixels; everything else in the file is passed over. */
export interface PngChunks {
	header: PngHeader;
	/** Red, green and blue of each palette entry. */
	palette: Uint8Array;
	/** Alpha of palette entries, or the one color that is transparent. */
	transparency?: Uint8Array;
	/** The compressed pixels. */
	compressed: CompressedParts;
}

/** Longest side of a PNG that is read, pixels: a row is unpacked at once. Twice the longest that a graphics card takes. */
const MAX_SIDE = 32_768;

/** Chunks that are gone through between two looks at the clock. */
const CHUNKS_AT_ONCE = 1024;

/** Bytes before the first chunk. */
const SIGNATURE_BYTES = 8;

/** Samples per pixel and bit depths by color type (table 11.1). */
const COLOR_TYPES: Readonly<Record<number, { channels: number; depths: readonly number[] }>> = {
	0: { channels: 1, depths: [1, 2, 4, 8, 16] },
	2: { channels: 3, depths: [8, 16] },
	3: { channels: 1, depths: [1, 2, 4, 8] },
	4: { channels: 2, depths: [8, 16] },
	6: { channels: 4, depths: [8, 16] },
};

export const PNG_COLOR = { gray: 0, rgb: 2, palette: 3, grayAlpha: 4, rgba: 6 } as const;

/** Reads a PNG up to its pixels, which come last but for texts and the like. */
export async function parseChunks(data: Uint8Array, slicer: TimeSlicer): Promise<PngChunks> {
	let header: PngHeader | undefined;
	let palette = new Uint8Array(0);
	let transparency: Uint8Array | undefined;
	const chunks = new ChunkWalk(data, SIGNATURE_BYTES);
	for (let step = 1; chunks.next(); step++) {
		if (step % CHUNKS_AT_ONCE === 0) await slicer.pause();
		const { type, body } = chunks;
		if (type === TYPE.IHDR) header = parseHeader(body());
		else if (type === TYPE.PLTE) palette = body();
		else if (type === TYPE.tRNS) transparency = body();
		else if (type === TYPE.IEND) break;
		else if (type === TYPE.IDAT && header) {
			return { header, palette, transparency, compressed: new CompressedParts(data, chunks.start) };
		}
	}
	throw new BrokenImage('the PNG has no pixels');
}

/** The parts of the compressed data, found one after another: a file may hold very many, most of them empty. */
export class CompressedParts {
	private readonly chunks: ChunkWalk;

	constructor(data: Uint8Array, start: number) {
		this.chunks = new ChunkWalk(data, start);
	}

	/** The next part; an empty one where it has to be looked for further on; undefined at the end. */
	next(): Uint8Array | undefined {
		for (let step = 0; step < CHUNKS_AT_ONCE; step++) {
			if (!this.chunks.next() || this.chunks.type === TYPE.IEND) return undefined;
			if (this.chunks.type !== TYPE.IDAT) continue;
			const body = this.chunks.body();
			if (body.length > 0) return body;
		}
		return new Uint8Array(0);
	}
}

/** Types as the number that their four letters are. */
const TYPE = { IHDR: 0x49484452, PLTE: 0x504c5445, tRNS: 0x74524e53, IDAT: 0x49444154, IEND: 0x49454e44 };

class ChunkWalk {
	/** Where the present chunk starts. */
	start = 0;
	type = 0;
	private length = 0;
	private readonly view: DataView;

	constructor(
		private readonly data: Uint8Array,
		private end: number,
	) {
		this.view = new DataView(data.buffer, data.byteOffset, data.byteLength);
	}

	/** Goes to the next chunk; false where there is none. */
	next(): boolean {
		if (this.end + 8 > this.data.length) return false;
		this.start = this.end;
		this.length = this.view.getUint32(this.start);
		this.type = this.view.getUint32(this.start + 4);
		this.end = this.start + 12 + this.length;
		return true;
	}

	readonly body = (): Uint8Array => this.data.subarray(this.start + 8, this.start + 8 + this.length);
}

function parseHeader(body: Uint8Array): PngHeader {
	if (body.length < 13) throw new BrokenImage('the PNG header is cut short');
	const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
	const [width, height] = [view.getUint32(0), view.getUint32(4)];
	const [bitDepth, colorType, , , interlace] = body.subarray(8, 13);
	const kind = COLOR_TYPES[colorType];
	if (!kind?.depths.includes(bitDepth) || width === 0 || height === 0) {
		throw new BrokenImage('the PNG header is damaged');
	}
	if (Math.max(width, height) > MAX_SIDE) throw new BrokenImage(`${width} × ${height} pixels are too many`);
	return { width, height, bitDepth, colorType, interlaced: interlace === 1, channels: kind.channels };
}
