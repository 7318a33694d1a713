/** Deflated data given back piece by piece: compressed parts in, at most 64 KB of plain bytes per call out. */
import { Z_BUF_ERROR, Z_NO_FLUSH, Z_OK, Z_STREAM_END, ZStream, zlibInflate, zlibInflateInit } from 'pako';
import { BrokenImage } from '../bitmap';
import type { CompressedParts } from './pngChunks';

const PIECE_BYTES = 64 * 1024;
/** Parts that are taken in at most per call, where each holds next to nothing. */
const PARTS_AT_ONCE = 64;
const NO_BYTES = new Uint8Array(0);

/** Of one zlib stream; what is damaged fails with `BrokenImage`, what ends too early just ends. */
export class Inflater {
	private readonly stream = new ZStream();
	private readonly output = new Uint8Array(PIECE_BYTES);
	private isEnded = false;

	/** @param parts of one zlib stream, cut anywhere */
	constructor(private readonly parts: CompressedParts) {
		zlibInflateInit(this.stream);
		this.stream.input = NO_BYTES;
		this.stream.output = this.output;
	}

	/** Whether there is no more, also where the data ends too early. */
	get isDone(): boolean {
		return this.isEnded;
	}

	/**
	 * The next bytes, valid until the next call; none also where the parts have to be looked for further on.
	 *
	 * @throws BrokenImage where the data is damaged
	 */
	next(): Uint8Array {
		const { stream, output } = this;
		stream.next_out = 0;
		stream.avail_out = output.length;
		for (let part = 0; part < PARTS_AT_ONCE && !this.isEnded && stream.avail_out > 0; part++) {
			if (stream.avail_in === 0 && !this.takePart()) break;
			const status = zlibInflate(stream, Z_NO_FLUSH);
			if (status === Z_STREAM_END) this.isEnded = true;
			else if (status !== Z_OK && status !== Z_BUF_ERROR) {
				throw new BrokenImage(`its compressed data is damaged (zlib error ${status})`);
			}
		}
		return output.subarray(0, stream.next_out);
	}

	/** Takes in the next part; false where there is none, or none within reach. */
	private takePart(): boolean {
		const part = this.parts.next();
		if (part === undefined) this.isEnded = true;
		if (part === undefined || part.length === 0) return false;
		this.stream.input = part;
		this.stream.next_in = 0;
		this.stream.avail_in = part.length;
		return true;
	}
}
