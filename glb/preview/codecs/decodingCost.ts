/** How long an image will take to decode, told before it is: bytes in; pixels, weighed by their format, out. */
import { type ImageHeader, readImageHeader } from '../../images/imageHeader';
import { isLossyWebp } from './webp/decodeWebp';

/** Time for a pixel, in that of a pixel of a baseline JPEG, some 12 ns; measured with photographs. */
const WEIGHT = { baselineJpeg: 1, progressiveJpeg: 3.5, png: 3.5, losslessWebp: 4, lossyWebp: 4.5 } as const;

/** Where the size stands at the latest: behind a preview picture and a color profile. More is not gone through. */
export const HEAD_BYTES = 1024 * 1024;

/** What a JPEG counts for that tells no size there; the other formats tell it first. */
const UNKNOWN_PIXELS = 4096 * 4096;

/** Pixels that the decoder goes through, in pixels of a baseline JPEG. */
export function decodingCost(data: Uint8Array): number {
	const head = data.subarray(0, HEAD_BYTES);
	const header = readImageHeader(head);
	if (header === undefined) return 0;
	const { kind, size } = header;
	const pixels = size ? size.width * size.height : kind === 'jpeg' ? UNKNOWN_PIXELS : 0;
	return pixels * weightOf(header, head);
}

function weightOf({ kind, isProgressive }: ImageHeader, head: Uint8Array): number {
	if (kind === 'jpeg') return isProgressive ? WEIGHT.progressiveJpeg : WEIGHT.baselineJpeg;
	if (kind === 'webp') return isLossyWebp(head) ? WEIGHT.lossyWebp : WEIGHT.losslessWebp;
	return WEIGHT.png;
}
