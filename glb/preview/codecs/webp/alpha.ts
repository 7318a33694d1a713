/** The alpha channel of a lossy WebP: an ALPH chunk in, rows of a byte per pixel out (WebP container specification). */
import type { TimeSlicer } from '../../../timeSlicer';
import { BrokenImage } from '../bitmap';
import { openBody } from './lossless';
import type { RowSource } from './losslessPixels';
import { BitSource } from './prefixCode';

const FILTER = { none: 0, horizontal: 1, vertical: 2, gradient: 3 } as const;

/**
 * @param onRow takes the rows from the top; a row is good until the next one comes
 * @throws BrokenImage where the chunk is damaged
 */
export async function openAlpha(
	chunk: Uint8Array,
	width: number,
	height: number,
	slicer: TimeSlicer,
	onRow: (alpha: Uint8Array, y: number) => void,
): Promise<RowSource> {
	const isCompressed = (chunk[0] & 3) === 1;
	const filter = (chunk[0] >> 2) & 3;
	const body = chunk.subarray(1);
	const above = new Uint8Array(width);
	const row = new Uint8Array(width);
	const finishRow = (y: number) => {
		if (filter !== FILTER.none) unfilterRow(row, above, y, filter);
		above.set(row);
		onRow(row, y);
	};
	if (isCompressed) {
		return await openBody(new BitSource(body), width, height, slicer, (pixels, y) => {
			for (let x = 0; x < width; x++) row[x] = pixels[x] >> 8;
			finishRow(y);
		});
	}
	if (body.length < width * height) throw new BrokenImage('the WebP is cut short');
	let next = 0;
	const readTo = async (end: number) =>
		await slicer.inBatches(end - next, 16, (from, to) => {
			for (let i = from; i < to; i++, next++) {
				row.set(body.subarray(next * width, (next + 1) * width));
				finishRow(next);
			}
		});
	return { readTo };
}

function unfilterRow(row: Uint8Array, above: Uint8Array, y: number, filter: number): void {
	for (let x = 0; x < row.length; x++) {
		// At the upper and left edge there is only one neighbor to go by, and in the corner none.
		const left = x > 0 ? row[x - 1] : y > 0 ? above[0] : 0;
		const top = y > 0 ? above[x] : left;
		if (filter === FILTER.horizontal) row[x] += left;
		else if (filter === FILTER.vertical) row[x] += top;
		else row[x] += x > 0 && y > 0 ? gradient(left, top, above[x - 1]) : top;
	}
}

function gradient(left: number, above: number, corner: number): number {
	return Math.min(255, Math.max(0, left + above - corner));
}
