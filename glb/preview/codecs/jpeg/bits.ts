/** The bit stream of a JPEG scan: stuffed bytes removed, zeros after the end (ITU T.81, F.2.2.5). */
/** Bytes in which a marker is looked for at once, some milliseconds: it usually comes within two. */
const SEARCHED_BYTES = 1 << 20;

/** Reads up to 16 bits at a time; `isExhausted` says whether they were all in the data. */
export class BitReader {
	private buffer = 0;
	private count = 0;
	/** Zeros in the buffer that are not in the data, bits. */
	private padding = 0;

	constructor(
		private readonly data: Uint8Array,
		/** Next byte to take in. */
		public position: number,
	) {}

	/** Whether bits were taken that are not in the data: at the end of the file, or before a marker. */
	get isExhausted(): boolean {
		return this.padding > this.count;
	}

	/** Whether a restart marker comes next, with which the scan goes on. */
	get isAtRestart(): boolean {
		const { data, position } = this;
		return position + 1 < data.length && data[position] === 0xff && (data[position + 1] & 0xf8) === 0xd0;
	}

	/** The next 16 bits, without taking them. */
	peek16(): number {
		if (this.count < 16) this.fill();
		return (this.buffer >>> (this.count - 16)) & 0xffff;
	}

	skip(bits: number): void {
		this.count -= bits;
	}

	/** The next bits as an unsigned number; at most 16. */
	read(bits: number): number {
		if (this.count < bits) this.fill();
		this.count -= bits;
		return (this.buffer >>> this.count) & ((1 << bits) - 1);
	}

	/** The next bits as the signed number that JPEG means by them (T.81, F.2.2.1, "EXTEND"). */
	readSigned(bits: number): number {
		const value = this.read(bits);
		return value < 1 << (bits - 1) ? value - (1 << bits) + 1 : value;
	}

	/** Drops the rest of the byte and goes on after the next restart marker, or stays before any other marker. */
	restart(): void {
		this.findMarker();
		if (this.isAtRestart) this.position += 2;
	}

	/** Drops what is left of the scan and goes to the next marker; false where it has not been found yet. */
	findMarker(): boolean {
		this.buffer = 0;
		this.count = 0;
		this.padding = 0;
		const { data } = this;
		const end = Math.min(data.length, this.position + SEARCHED_BYTES);
		for (let at = this.position; at < end; at++) {
			if (data[at] !== 0xff || at + 1 === data.length || data[at + 1] === 0 || data[at + 1] === 0xff)
				continue;
			this.position = at;
			return true;
		}
		this.position = end;
		return end === data.length;
	}

	private fill(): void {
		const { data } = this;
		while (this.count <= 24) {
			let byte = this.position < data.length ? data[this.position] : 0;
			if (this.position >= data.length) this.padding += 8;
			else if (byte !== 0xff) this.position += 1;
			else if (data[this.position + 1] === 0) this.position += 2;
			else {
				// A marker ends the scan; what is still asked for is zeros.
				byte = 0;
				this.padding += 8;
			}
			this.buffer = (this.buffer << 8) | byte;
			this.count += 8;
		}
	}
}
