/** The arithmetic decoder of VP8: bytes in, one decision at a time out (RFC 6386, section 7). */
export class BoolReader {
	/** Bits taken in; those above `spare` are compared with the range. */
	private value = 0;
	/** Bits taken in beyond the eight that are compared; negative when more are needed. */
	private spare = -8;
	/** One less than the range. */
	private range = 254;
	private position = 0;

	constructor(private readonly data: Uint8Array) {}

	/** Whether more was read than there is; what came after the end was zeros. */
	get isExhausted(): boolean {
		return this.position > this.data.length + 2;
	}

	/** A decision whose probability of 0 is `probability` / 256. */
	read(probability: number): number {
		if (this.spare < 0) {
			this.value = (this.value << 8) | (this.position < this.data.length ? this.data[this.position] : 0);
			this.position += 1;
			this.spare += 8;
		}
		const split = (this.range * probability) >> 8;
		let bit = 0;
		if (this.value >> this.spare > split) {
			this.value -= (split + 1) << this.spare;
			this.range -= split + 1;
			bit = 1;
		} else {
			this.range = split;
		}
		if (this.range < 127) {
			const shift = Math.clz32(this.range + 1) - 24;
			this.range = ((this.range + 1) << shift) - 1;
			this.spare -= shift;
		}
		return bit;
	}

	/** A number of some bits, the highest first, each as likely 0 as 1. */
	readNumber(bits: number): number {
		let number = 0;
		for (let i = 0; i < bits; i++) number = (number << 1) | this.read(128);
		return number;
	}

	/** A number that may be left out, which means 0, with its sign after it. */
	readOptionalSigned(bits: number): number {
		if (this.read(128) === 0) return 0;
		const number = this.readNumber(bits);
		return this.read(128) === 1 ? -number : number;
	}
}
