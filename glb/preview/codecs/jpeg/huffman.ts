/** Huffman tables of a JPEG: code lengths and symbols in, one symbol per call out (T.81, C.2 and F.2.2.3). */
import { BrokenImage } from '../bitmap';
import type { BitReader } from './bits';

/** Codes up to this length are looked up at once. */
export const FAST_BITS = 9;

/** A table as the file gives it. Most of a file with very many are replaced before a scan needs them. */
export class StoredTable {
	private table?: HuffmanTable;

	/** @param counts number of codes of length 1 … 16 */
	constructor(
		private readonly counts: Uint8Array,
		private readonly symbols: Uint8Array,
	) {}

	/** @throws BrokenImage where it has more codes than there can be */
	open(): HuffmanTable {
		this.table ??= new HuffmanTable(this.counts, this.symbols);
		return this.table;
	}
}

/** Nine bits decide most symbols at once; longer codes are found by their length. */
export class HuffmanTable {
	/** Length × 256 + symbol for every 9-bit prefix, 0 where the code is longer. */
	private readonly fast = new Uint16Array(1 << FAST_BITS);
	/**
	 * For every 9-bit prefix that holds a whole coefficient, code and value: value × 256 + run of zeros × 16 + bits; 0
	 * where it does not, or the code means something else.
	 */
	readonly coefficients = new Int32Array(1 << FAST_BITS);
	/** First code after those of each length, shifted to 16 bits. */
	private readonly limit = new Int32Array(18);
	/** What added to a code of each length gives the index of its symbol. */
	private readonly delta = new Int32Array(17);

	/** @param counts number of codes of length 1 … 16 */
	constructor(
		counts: Uint8Array,
		private readonly symbols: Uint8Array,
	) {
		let code = 0;
		let index = 0;
		for (let length = 1; length <= 16; length++) {
			this.delta[length] = index - code;
			for (let i = 0; i < counts[length - 1]; i++, code++, index++) {
				if (length <= FAST_BITS) this.addFast(code, length, symbols[index]);
			}
			if (code > 1 << length) throw new BrokenImage('a JPEG code table has too many codes');
			this.limit[length] = code << (16 - length);
			code <<= 1;
		}
		this.limit[17] = 0x7fffffff;
		for (let prefix = 0; prefix < 1 << FAST_BITS; prefix++) this.addCoefficient(prefix);
	}

	/** Takes the next symbol from the stream. */
	decode(bits: BitReader): number {
		const next = bits.peek16();
		const entry = this.fast[next >> (16 - FAST_BITS)];
		if (entry > 0) {
			bits.skip(entry >> 8);
			return entry & 255;
		}
		let length = FAST_BITS + 1;
		while (next >= this.limit[length]) length += 1;
		if (length > 16) throw new BrokenImage('a JPEG scan has a code that does not exist');
		bits.skip(length);
		return this.symbols[(next >> (16 - length)) + this.delta[length]];
	}

	private addFast(code: number, length: number, symbol: number): void {
		const first = code << (FAST_BITS - length);
		this.fast.fill((length << 8) | symbol, first, first + (1 << (FAST_BITS - length)));
	}

	private addCoefficient(prefix: number): void {
		const length = this.fast[prefix] >> 8;
		const size = this.fast[prefix] & 15;
		const run = (this.fast[prefix] >> 4) & 15;
		if (length === 0 || size === 0 || length + size > FAST_BITS) return;
		const stored = (prefix >> (FAST_BITS - length - size)) & ((1 << size) - 1);
		const value = stored < 1 << (size - 1) ? stored - (1 << size) + 1 : stored;
		this.coefficients[prefix] = value * 256 + run * 16 + length + size;
	}
}
