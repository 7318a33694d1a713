/** Deflated data given back piece by piece: compressed parts in, at most 64 KB of plain bytes per call out. */
import { Z_BUF_ERROR, Z_NO_FLUSH, Z_OK, Z_STREAM_END, ZStream, zlibInflate, zlibInflateInit } from 'pako';
import { BrokenImage } from '../bitmap';

const PIECE_BYTES = 64 * 1024;
const NO_BYTES = new Uint8Array(0);

export class Inflater {
	private readonly stream = new ZStream();
	private readonly output = new Uint8Array(PIECE_BYTES);
	private nextPart = 0;
	private isDone = false;

	/** @param parts of one zlib stream, cut anywhere */
	constructor(private readonly parts: readonly Uint8Array[]) {
		zlibInflateInit(this.stream);
		this.stream.input = NO_BYTES;
		this.stream.output = this.output;
	}

	/**
	 * The next bytes, valid until the next call; none at the end, also where the data ends too early.
	 *
	 * @throws BrokenImage where the data is damaged
	 */
	next(): Uint8Array {
		const { stream, output } = this;
		stream.next_out = 0;
		stream.avail_out = output.length;
		while (!this.isDone && stream.avail_out > 0) {
			if (stream.avail_in === 0 && !this.takePart()) break;
			const status = zlibInflate(stream, Z_NO_FLUSH);
			if (status === Z_STREAM_END) this.isDone = true;
			else if (status !== Z_OK && status !== Z_BUF_ERROR) {
				throw new BrokenImage(`its compressed data is damaged (${stream.msg || `zlib error ${status}`})`);
			}
		}
		return output.subarray(0, stream.next_out);
	}

	private takePart(): boolean {
		if (this.nextPart >= this.parts.length) return false;
		const part = this.parts[this.nextPart++];
		this.stream.input = part;
		this.stream.next_in = 0;
		this.stream.avail_in = part.length;
		return true;
	}
}
