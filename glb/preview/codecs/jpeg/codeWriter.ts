/** The coded data of a JPEG: codes and bits in, bytes out, a zero after each 255 (T.81, F.1.2.3). */
import type { CodeTable } from './encoderTables';

/** Code × 256 + length of every symbol. */
export type Codes = Int32Array;

/** Numbers the codes of a table (T.81, C.2). */
export function codesOf({ counts, symbols }: CodeTable): Codes {
	const codes = new Int32Array(256);
	let code = 0;
	let index = 0;
	counts.forEach((count, place) => {
		for (let i = 0; i < count; i++) codes[symbols[index++]] = (code++ << 8) | (place + 1);
		code <<= 1;
	});
	return codes;
}

/** Grows as it is written; `putBits` takes codes and values, highest bit first. */
export class CodeWriter {
	private bytes = new Uint8Array(65_536);
	private length = 0;
	private pending = 0;
	private pendingBits = 0;

	/** Appends the lowest `count` (0 … 16) bits of `value`. */
	putBits(value: number, count: number): void {
		this.pending = (this.pending << count) | (value & ((1 << count) - 1));
		this.pendingBits += count;
		while (this.pendingBits >= 8) {
			this.pendingBits -= 8;
			this.putByte((this.pending >> this.pendingBits) & 255);
		}
	}

	putCode(codes: Codes, symbol: number): void {
		this.putBits(codes[symbol] >> 8, codes[symbol] & 255);
	}

	/** All bytes; the last one is filled up with ones. */
	finish(): Uint8Array {
		if (this.pendingBits > 0) this.putBits(0x7f, 8 - this.pendingBits);
		return this.bytes.subarray(0, this.length);
	}

	private putByte(byte: number): void {
		if (this.length + 2 > this.bytes.length) {
			const larger = new Uint8Array(this.bytes.length * 2);
			larger.set(this.bytes);
			this.bytes = larger;
		}
		this.bytes[this.length++] = byte;
		if (byte === 255) this.bytes[this.length++] = 0;
	}
}
