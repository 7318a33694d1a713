/** Lossless WebP: a VP8L chunk in, its pixels out (WebP lossless bitstream specification). */
import type { TimeSlicer } from '../../../timeSlicer';
import { BrokenImage } from '../bitmap';
import { readPixels } from './losslessPixels';
import { readTransform, undo, type Transform } from './losslessTransforms';
import { BitSource } from './prefixCode';

/** The decoded image, alpha in the highest bits of each number. */
export interface LosslessImage {
	width: number;
	height: number;
	/** Alpha, red, green and blue, eight bits each. */
	pixels: Int32Array;
}

const SIGNATURE = 0x2f;

/** @throws BrokenImage where the data is damaged */
export async function decodeLossless(data: Uint8Array, slicer: TimeSlicer): Promise<LosslessImage> {
	const bits = new BitSource(data);
	const { width, height } = readLosslessHeader(bits);
	return { width, height, pixels: await decodeBody(bits, width, height, slicer) };
}

/** @throws BrokenImage where the data is damaged */
export function readLosslessHeader(bits: BitSource): { width: number; height: number } {
	if (bits.read(8) !== SIGNATURE) throw new BrokenImage('the WebP header is damaged');
	const width = bits.read(14) + 1;
	const height = bits.read(14) + 1;
	bits.read(1); // whether alpha is used, which the pixels tell
	if (bits.read(3) !== 0) throw new BrokenImage('the WebP is of an unknown version');
	return { width, height };
}

/** The part after the header, which an alpha channel consists of. */
export async function decodeBody(
	bits: BitSource,
	width: number,
	height: number,
	slicer: TimeSlicer,
): Promise<Int32Array> {
	const transforms: Transform[] = [];
	let storedWidth = width;
	while (bits.read(1) === 1) {
		const next = await readTransform(bits, storedWidth, height, slicer);
		if (transforms.some(({ kind }) => kind === next.transform.kind)) {
			throw new BrokenImage('the WebP has a transform twice');
		}
		transforms.push(next.transform);
		({ storedWidth } = next);
	}
	let pixels = await readPixels(bits, storedWidth, height, true, slicer);
	for (const transform of transforms.reverse()) pixels = await undo(transform, pixels, height, slicer);
	return pixels;
}
