/** The chunks of a PNG: bytes in, header, palette and the compressed parts out (PNG specification, clauses 5 and 11). */
import { BrokenImage } from '../bitmap';

export interface PngHeader {
	width: number;
	height: number;
	bitDepth: number;
	colorType: number;
	interlaced: boolean;
	/** Samples per pixel. */
	channels: number;
}

export interface PngChunks {
	header: PngHeader;
	/** Red, green and blue of each palette entry. */
	palette: Uint8Array;
	/** Alpha of palette entries, or the one colour that is transparent. */
	transparency?: Uint8Array;
	compressed: Uint8Array[];
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** Samples per pixel and bit depths by colour type (table 11.1). */
const COLOR_TYPES: Readonly<Record<number, { channels: number; depths: readonly number[] }>> = {
	0: { channels: 1, depths: [1, 2, 4, 8, 16] },
	2: { channels: 3, depths: [8, 16] },
	3: { channels: 1, depths: [1, 2, 4, 8] },
	4: { channels: 2, depths: [8, 16] },
	6: { channels: 4, depths: [8, 16] },
};

export const PNG_COLOR = { gray: 0, rgb: 2, palette: 3, grayAlpha: 4, rgba: 6 } as const;

export function isPng(data: Uint8Array): boolean {
	return SIGNATURE.every((byte, index) => data[index] === byte);
}

export function parseChunks(data: Uint8Array): PngChunks {
	const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
	const chunks: Omit<PngChunks, 'header'> & { header?: PngHeader } = {
		palette: new Uint8Array(0),
		compressed: [],
	};
	let at = SIGNATURE.length;
	while (at + 8 <= data.length) {
		const length = view.getUint32(at);
		const type = String.fromCharCode(...data.subarray(at + 4, at + 8));
		const body = data.subarray(at + 8, at + 8 + length);
		if (type === 'IHDR') chunks.header = parseHeader(body);
		else if (type === 'PLTE') chunks.palette = body;
		else if (type === 'tRNS') chunks.transparency = body;
		else if (type === 'IDAT') chunks.compressed.push(body);
		else if (type === 'IEND') break;
		at += 12 + length;
	}
	const { header } = chunks;
	if (!header || chunks.compressed.length === 0) throw new BrokenImage('the PNG has no pixels');
	return { ...chunks, header };
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
	return { width, height, bitDepth, colorType, interlaced: interlace === 1, channels: kind.channels };
}
