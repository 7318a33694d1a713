/** A ZIP archive: named files in, an archive of stored or deflated entries out (PKWARE's APPNOTE 6.3, without ZIP64). */
import { Deflate } from 'pako';
import { crc32 } from '../../preview/codecs/png/crc32';
import type { TimeSlicer } from '../../timeSlicer';
import { Pieces } from './pieces';

/** A file of the archive. */
export interface ZipEntry {
	/** With `/` between folders. */
	name: string;
	pieces: readonly Uint8Array[];
	/** Packed, where that makes it smaller: text does, JPEG and PNG do not. */
	deflated?: boolean;
}

const LOCAL_HEADER_BYTES = 30;
const STORED = 0;
const DEFLATED = 8;
/** 2.0: what entries in folders and deflate need. */
const VERSION = 20;
/** Names are UTF-8. */
const FLAGS = 0x0800;
/** 1 January 1980, the first day that the format knows: the same model gives the same file. */
const DATE = 0x0021;
/** The number of an extra field that nobody uses for anything else; USDZ pads with it. */
const PADDING_FIELD = 0x1986;
/** Of 9: as for pictures, fast and hardly larger. */
const LEVEL = 4;
/** Bytes that are packed or summed between two looks at the clock. */
const AT_ONCE = 1 << 18;

/** @param alignment where given, the data of each entry begins at a multiple of so many bytes */
export async function zip(
	entries: readonly ZipEntry[],
	slicer: TimeSlicer,
	alignment = 1,
): Promise<Uint8Array> {
	const file = new Pieces();
	const directory: Uint8Array[] = [];
	for (const { name, pieces, deflated } of entries) {
		const sum = await sumOf(pieces, slicer);
		const size = lengthOf(pieces);
		const data = deflated ? await deflate(pieces, slicer) : pieces;
		const bytes = new TextEncoder().encode(name);
		const offset = file.size;
		const extra = padding(offset + LOCAL_HEADER_BYTES + bytes.length, alignment);
		const method = deflated ? DEFLATED : STORED;
		const common = [
			16,
			VERSION,
			16,
			FLAGS,
			16,
			method,
			16,
			0,
			16,
			DATE,
			32,
			sum,
			32,
			lengthOf(data),
			32,
			size,
		];
		file.addBytes(fields([32, 0x04034b50, ...common, 16, bytes.length, 16, extra.length]));
		file.addBytes(bytes);
		file.addBytes(extra);
		for (const piece of data) file.addBytes(piece);
		directory.push(
			fields([32, 0x02014b50, 16, VERSION, ...common, 16, bytes.length, 16, 0, 16, 0, 16, 0, 16, 0, 32, 0, 32, offset]), // prettier-ignore
			bytes,
		);
	}
	const start = file.size;
	for (const piece of directory) file.addBytes(piece);
	const end = [32, 0x06054b50, 16, 0, 16, 0, 16, entries.length, 16, entries.length];
	file.addBytes(fields([...end, 32, file.size - start, 32, start, 16, 0]));
	return await file.join(slicer);
}

/** Pairs of width in bits and value. */
function fields(pairs: readonly number[]): Uint8Array {
	const bytes = new Uint8Array(pairs.reduce((sum, width, i) => sum + (i % 2 === 0 ? width / 8 : 0), 0));
	const view = new DataView(bytes.buffer);
	let at = 0;
	for (let i = 0; i < pairs.length; i += 2) {
		if (pairs[i] === 16) view.setUint16(at, pairs[i + 1], true);
		else view.setUint32(at, pairs[i + 1], true);
		at += pairs[i] / 8;
	}
	return bytes;
}

/** An extra field that moves what comes after it to the next multiple; it has four bytes at least. */
function padding(position: number, alignment: number): Uint8Array {
	const missing = (alignment - (position % alignment)) % alignment;
	if (missing === 0) return new Uint8Array(0);
	const length = missing < 4 ? missing + alignment : missing;
	const field = new Uint8Array(length);
	field.set(fields([16, PADDING_FIELD, 16, length - 4]));
	return field;
}

function lengthOf(pieces: readonly Uint8Array[]): number {
	return pieces.reduce((sum, piece) => sum + piece.length, 0);
}

async function sumOf(pieces: readonly Uint8Array[], slicer: TimeSlicer): Promise<number> {
	let sum = 0;
	for (const piece of pieces) {
		await slicer.inBatches(piece.length, AT_ONCE, (from, to) => {
			sum = crc32(piece.subarray(from, to), sum);
		});
	}
	return sum;
}

async function deflate(pieces: readonly Uint8Array[], slicer: TimeSlicer): Promise<Uint8Array[]> {
	const packed: Uint8Array[] = [];
	const deflater = new Deflate({ raw: true, level: LEVEL });
	deflater.onData = (piece) => packed.push(piece);
	for (const piece of pieces) {
		await slicer.inBatches(Math.ceil(piece.length / AT_ONCE), 1, (from, to) => {
			deflater.push(piece.subarray(from * AT_ONCE, to * AT_ONCE), false);
		});
	}
	deflater.push(new Uint8Array(0), true);
	return packed;
}
