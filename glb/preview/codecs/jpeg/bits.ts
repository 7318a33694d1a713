/** The bit stream of a JPEG scan: stuffed bytes removed, zeros after the end (ITU T.81, F.2.2.5). */
export class BitReader {
	private buffer = 0;
	private count = 0;

	constructor(
		private readonly data: Uint8Array,
		/** Next byte to take in. */
		public position: number,
	) {}

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
		this.buffer = 0;
		this.count = 0;
		let at = this.position;
		while (at + 1 < this.data.length) {
			const isMarker = this.data[at] === 0xff && this.data[at + 1] !== 0 && this.data[at + 1] !== 0xff;
			if (isMarker) {
				const isRestart = (this.data[at + 1] & 0xf8) === 0xd0;
				this.position = isRestart ? at + 2 : at;
				return;
			}
			at += 1;
		}
		this.position = this.data.length;
	}

	private fill(): void {
		const { data } = this;
		while (this.count <= 24) {
			let byte = 0;
			if (this.position < data.length) {
				byte = data[this.position];
				if (byte !== 0xff) this.position += 1;
				else if (data[this.position + 1] === 0) this.position += 2;
				else byte = 0; // a marker ends the scan; what is still asked for is zeros
			}
			this.buffer = (this.buffer << 8) | byte;
			this.count += 8;
		}
	}
}
