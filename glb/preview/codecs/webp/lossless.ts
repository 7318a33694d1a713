/** Lossless WebP: a VP8L chunk in, its rows out, one after another (WebP lossless bitstream specification). */
import type { TimeSlicer } from '../../../timeSlicer';
import { BrokenImage } from '../bitmap';
import { openRows, type RowSink, type RowSource } from './losslessPixels';
import { readTransform, type Transform } from './losslessTransforms';
import { BitSource } from './prefixCode';

const SIGNATURE = 0x2f;

/** @throws BrokenImage where the data is damaged */
export function readLosslessHeader(bits: BitSource): { width: number; height: number } {
	if (bits.read(8) !== SIGNATURE) throw new BrokenImage('the WebP header is damaged');
	const width = bits.read(14) + 1;
	const height = bits.read(14) + 1;
	bits.read(1); // whether alpha is used, which the pixels tell
	if (bits.read(3) !== 0) throw new BrokenImage('the WebP has an unknown version');
	return { width, height };
}

/**
 * Opens the part after the header, which an alpha channel consists of.
 *
 * @throws BrokenImage where the data is damaged
 */
export async function openBody(
	bits: BitSource,
	width: number,
	height: number,
	slicer: TimeSlicer,
	onRow: RowSink,
): Promise<RowSource> {
	const transforms: Transform[] = [];
	let storedWidth = width;
	while (bits.read(1) === 1) {
		const next = await readTransform(bits, storedWidth, height, slicer);
		if (transforms.some(({ kind }) => kind === next.transform.kind)) {
			throw new BrokenImage('the WebP has a transform twice');
		}
		transforms.unshift(next.transform);
		({ storedWidth } = next);
	}
	return await openRows(bits, storedWidth, height, true, slicer, (stored, y) => {
		let row = stored;
		for (const { undoRow } of transforms) row = undoRow(row, y);
		onRow(row, y);
	});
}
