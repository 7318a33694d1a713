/** A file that is made piece by piece: bytes and text in, one array out; ends the conversion where it becomes too large. */
import type { TimeSlicer } from '../../timeSlicer';
import { CannotConvert } from './cannotConvert';
import { CONVERT_LIMITS } from './convertLimits';

/** Text is encoded when there is so much of it, characters: encoding each line alone takes three times as long. */
const ENCODED_AT_ONCE = 65_536;
/** Bytes copied between two looks at the clock. */
const COPIED_AT_ONCE = 1 << 20;

/** Grows up to the limit of a file; above that it throws `CannotConvert`. */
export class Pieces {
	readonly list: Uint8Array[] = [];
	private length = 0;
	private text = '';

	/** Bytes so far. */
	get size(): number {
		this.flush();
		return this.length;
	}

	addText(text: string): void {
		this.text += text;
		if (this.text.length >= ENCODED_AT_ONCE) this.flush();
	}

	addBytes(bytes: Uint8Array): void {
		this.flush();
		this.append(bytes);
	}

	/** The pieces in order. */
	all(): readonly Uint8Array[] {
		this.flush();
		return this.list;
	}

	async join(slicer: TimeSlicer): Promise<Uint8Array> {
		const whole = new Uint8Array(this.size);
		let start = 0;
		for (const piece of this.list) {
			const at = start;
			await slicer.inBatches(piece.length, COPIED_AT_ONCE, (from, to) =>
				whole.set(piece.subarray(from, to), at + from),
			);
			start += piece.length;
		}
		return whole;
	}

	private flush(): void {
		if (this.text === '') return;
		const { text } = this;
		this.text = '';
		this.append(new TextEncoder().encode(text));
	}

	private append(bytes: Uint8Array): void {
		this.length += bytes.length;
		if (this.length > CONVERT_LIMITS.maxMadeBytes) {
			const most = CONVERT_LIMITS.maxMadeBytes / 1024 / 1024;
			throw new CannotConvert(`The converted file would have more than ${most} MB.`);
		}
		this.list.push(bytes);
	}
}
