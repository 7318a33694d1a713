/** The alpha channel of a lossy WebP: an ALPH chunk in, one byte per pixel out (WebP container specification). */
import type { TimeSlicer } from '../../../timeSlicer';
import { BrokenImage } from '../bitmap';
import { decodeBody } from './lossless';
import { BitSource } from './prefixCode';

const FILTER = { none: 0, horizontal: 1, vertical: 2, gradient: 3 } as const;

/** @throws BrokenImage where the chunk is damaged */
export async function decodeAlpha(
	chunk: Uint8Array,
	width: number,
	height: number,
	slicer: TimeSlicer,
): Promise<Uint8Array> {
	const isCompressed = (chunk[0] & 3) === 1;
	const filter = (chunk[0] >> 2) & 3;
	const body = chunk.subarray(1);
	const alpha = new Uint8Array(width * height);
	if (isCompressed) {
		const pixels = await decodeBody(new BitSource(body), width, height, slicer);
		await slicer.inBatches(alpha.length, 65_536, (from, to) => {
			for (let i = from; i < to; i++) alpha[i] = (pixels[i] >> 8) & 255;
		});
	} else {
		if (body.length < alpha.length) throw new BrokenImage('the WebP is cut short');
		alpha.set(body.subarray(0, alpha.length));
	}
	if (filter !== FILTER.none) {
		await slicer.inBatches(height, 32, (from, to) => {
			for (let y = from; y < to; y++) unfilterRow(alpha, width, y, filter);
		});
	}
	return alpha;
}

function unfilterRow(alpha: Uint8Array, width: number, y: number, filter: number): void {
	const row = y * width;
	for (let x = 0; x < width; x++) {
		const at = row + x;
		// At the upper and left edge there is only one neighbour to go by, and in the corner none.
		const left = x > 0 ? alpha[at - 1] : y > 0 ? alpha[at - width] : 0;
		const above = y > 0 ? alpha[at - width] : left;
		if (filter === FILTER.horizontal) alpha[at] += left;
		else if (filter === FILTER.vertical) alpha[at] += above;
		else alpha[at] += x > 0 && y > 0 ? gradient(left, above, alpha[at - width - 1]) : y > 0 ? above : left;
	}
}

function gradient(left: number, above: number, corner: number): number {
	return Math.min(255, Math.max(0, left + above - corner));
}
