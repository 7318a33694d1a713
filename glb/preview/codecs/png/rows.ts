/** The rows of a PNG: inflated bytes in, in pieces of any length; whole unfiltered rows out (PNG specification, clause 9). */
import { BrokenImage } from '../bitmap';

/** Undoes the filters, each of which needs the row before. */
export class RowReader {
	private current: Uint8Array;
	private previous: Uint8Array;
	private filled = 0;

	/**
	 * @param rowBytes bytes of a row without its filter byte
	 * @param pixelBytes bytes of a pixel, at least 1
	 * @param emit gets each row; the bytes are valid during the call only
	 */
	constructor(
		private readonly rowBytes: number,
		private readonly pixelBytes: number,
		private readonly emit: (row: Uint8Array) => void,
	) {
		this.current = new Uint8Array(rowBytes + 1);
		this.previous = new Uint8Array(rowBytes + 1);
	}

	push(bytes: Uint8Array): void {
		const length = this.rowBytes + 1;
		let at = 0;
		while (at < bytes.length) {
			const taken = Math.min(length - this.filled, bytes.length - at);
			this.current.set(bytes.subarray(at, at + taken), this.filled);
			this.filled += taken;
			at += taken;
			if (this.filled < length) return;
			unfilter(this.current, this.previous, this.pixelBytes);
			this.emit(this.current.subarray(1));
			[this.current, this.previous] = [this.previous, this.current];
			this.filled = 0;
		}
	}
}

/** Undoes a row's filter in place; both rows start with their filter byte. */
function unfilter(row: Uint8Array, above: Uint8Array, pixelBytes: number): void {
	const { length } = row;
	const first = pixelBytes + 1;
	switch (row[0]) {
		case 0:
			return;
		case 1:
			for (let i = first; i < length; i++) row[i] += row[i - pixelBytes];
			return;
		case 2:
			for (let i = 1; i < length; i++) row[i] += above[i];
			return;
		case 3:
			for (let i = 1; i < first && i < length; i++) row[i] += above[i] >> 1;
			for (let i = first; i < length; i++) row[i] += (row[i - pixelBytes] + above[i]) >> 1;
			return;
		case 4:
			for (let i = 1; i < first && i < length; i++) row[i] += above[i];
			for (let i = first; i < length; i++) {
				row[i] += paeth(row[i - pixelBytes], above[i], above[i - pixelBytes]);
			}
			return;
		default:
			throw new BrokenImage('the PNG names a filter that does not exist');
	}
}

/** The neighbor nearest to left + above − corner (9.4). */
export function paeth(left: number, above: number, corner: number): number {
	const toLeft = Math.abs(above - corner);
	const toAbove = Math.abs(left - corner);
	const toCorner = Math.abs(left + above - 2 * corner);
	if (toLeft <= toAbove && toLeft <= toCorner) return left;
	return toAbove <= toCorner ? above : corner;
}
