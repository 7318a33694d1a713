/** The bit stream and the prefix codes of lossless WebP (WebP lossless bitstream specification, sections 2 and 6). */
import { BrokenImage } from '../bitmap';

/** Bits come lowest first; after the end they are zeros. */
export class BitSource {
	private buffer = 0;
	private count = 0;
	private position = 0;

	constructor(private readonly data: Uint8Array) {}

	get isExhausted(): boolean {
		return this.position > this.data.length + 4;
	}

	/** The next 15 bits, without taking them. */
	peek15(): number {
		if (this.count < 15) this.fill();
		return this.buffer & 0x7fff;
	}

	skip(bits: number): void {
		this.buffer >>>= bits;
		this.count -= bits;
	}

	/** A number of at most 24 bits. */
	read(bits: number): number {
		if (this.count < bits) this.fill();
		const number = this.buffer & ((1 << bits) - 1);
		this.skip(bits);
		return number;
	}

	private fill(): void {
		while (this.count <= 24) {
			const byte = this.position < this.data.length ? this.data[this.position] : 0;
			this.buffer |= byte << this.count;
			this.position += 1;
			this.count += 8;
		}
	}
}

const LONGEST = 15;
/** Codes up to this length are looked up at once. */
const FAST_BITS = 8;

/** The 15 bits of a number in the opposite order. */
const REVERSED = Uint16Array.from({ length: 1 << LONGEST }, (_, number) => {
	let reversed = 0;
	for (let bit = 0; bit < LONGEST; bit++) if (number & (1 << bit)) reversed |= 1 << (LONGEST - 1 - bit);
	return reversed;
});

/** Made of the lengths of its codes; fails with `BrokenImage` where these are no whole code. */
export class PrefixCode {
	/** Length × 65,536 + symbol for each 8 bits that may come next; 0 where the code is longer. */
	private readonly fast = new Int32Array(1 << FAST_BITS);
	/** First code after those of each length, shifted to 15 bits. */
	private readonly limit = new Int32Array(LONGEST + 2);
	/** What added to a code of each length gives the place of its symbol. */
	private readonly delta = new Int32Array(LONGEST + 1);
	private readonly symbols: Uint16Array;
	/** The only symbol of a code that takes no bits. */
	private readonly only: number = -1;

	/** @param lengths of the codes of all symbols, 0 for a symbol that does not occur */
	constructor(lengths: ArrayLike<number>) {
		const counts = new Uint32Array(LONGEST + 1);
		for (let symbol = 0; symbol < lengths.length; symbol++) counts[lengths[symbol]] += 1;
		counts[0] = 0;
		const used = counts.reduce((sum, count) => sum + count, 0);
		this.symbols = new Uint16Array(used);
		const places = new Uint32Array(LONGEST + 2);
		for (let length = 1; length <= LONGEST; length++) places[length + 1] = places[length] + counts[length];
		for (let symbol = 0; symbol < lengths.length; symbol++) {
			if (lengths[symbol] > 0) this.symbols[places[lengths[symbol]]++] = symbol;
		}
		if (used === 0) throw new BrokenImage('the WebP has a code without symbols');
		if (used === 1) {
			[this.only] = this.symbols;
			return;
		}
		let code = 0;
		let place = 0;
		for (let length = 1; length <= LONGEST; length++) {
			this.delta[length] = place - code;
			for (let i = 0; i < counts[length]; i++, code++, place++) {
				if (length <= FAST_BITS) this.addFast(code, length, this.symbols[place]);
			}
			this.limit[length] = code << (LONGEST - length);
			code <<= 1;
		}
		if (code !== 1 << (LONGEST + 1)) throw new BrokenImage('the WebP has a code that is not complete');
		this.limit[LONGEST + 1] = 0x7fffffff;
	}

	decode(bits: BitSource): number {
		if (this.only >= 0) return this.only;
		const next = bits.peek15();
		const entry = this.fast[next & ((1 << FAST_BITS) - 1)];
		if (entry > 0) {
			bits.skip(entry >> 16);
			return entry & 0xffff;
		}
		const code = REVERSED[next];
		let length = FAST_BITS + 1;
		while (code >= this.limit[length]) length += 1;
		bits.skip(length);
		return this.symbols[(code >> (LONGEST - length)) + this.delta[length]];
	}

	private addFast(code: number, length: number, symbol: number): void {
		const start = REVERSED[code << (LONGEST - length)];
		for (let i = start; i < this.fast.length; i += 1 << length) this.fast[i] = (length << 16) | symbol;
	}
}

/** The order in which the lengths of the code for lengths are stored. */
const LENGTH_ORDER = [17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
/** What the symbols from 16 on repeat: how many extra bits tell how often, and how often at least. */
const REPEATS = [
	{ bits: 2, least: 3 },
	{ bits: 3, least: 3 },
	{ bits: 7, least: 11 },
];

/** Reads a prefix code for so many symbols. */
export function readPrefixCode(bits: BitSource, symbols: number): PrefixCode {
	const lengths = new Uint8Array(symbols);
	if (bits.read(1) === 1) {
		const isPair = bits.read(1) === 1;
		const first = bits.read(bits.read(1) === 1 ? 8 : 1);
		const named = isPair ? [first, bits.read(8)] : [first];
		for (const symbol of named) {
			if (symbol >= symbols) throw new BrokenImage('the WebP names a symbol that does not exist');
			lengths[symbol] = 1;
		}
		return new PrefixCode(lengths);
	}
	const ofLengths = new Uint8Array(19);
	const stored = 4 + bits.read(4);
	for (let i = 0; i < stored; i++) ofLengths[LENGTH_ORDER[i]] = bits.read(3);
	const lengthCode = new PrefixCode(ofLengths);
	let left = bits.read(1) === 1 ? 2 + bits.read(2 + 2 * bits.read(3)) : symbols;
	let previous = 8;
	for (let symbol = 0; symbol < symbols && left > 0; left--) {
		const length = lengthCode.decode(bits);
		if (length < 16) {
			lengths[symbol++] = length;
			if (length > 0) previous = length;
			continue;
		}
		const repeat = REPEATS[length - 16];
		const end = symbol + repeat.least + bits.read(repeat.bits);
		if (end > symbols) throw new BrokenImage('the WebP has a code with too many lengths');
		lengths.fill(length === 16 ? previous : 0, symbol, end);
		symbol = end;
	}
	return new PrefixCode(lengths);
}
