/** How long an image will take to decode, told before it is: bytes in; pixels, weighed by their format, out. */
import { imageSize } from '../../facts/imageSize';
import { isJpeg } from './decodeImage';
import { isLossyWebp, isWebp } from './webp/decodeWebp';

/** Time for a pixel, in that of a pixel of a baseline JPEG, some 12 ns; measured with photographs. */
const WEIGHT = { baselineJpeg: 1, progressiveJpeg: 3.5, png: 3.5, losslessWebp: 4, lossyWebp: 4.5 } as const;

/** Where the size stands at the latest: behind a preview picture and a colour profile. More is not gone through. */
export const HEAD_BYTES = 1024 * 1024;

/** What a JPEG counts for that tells no size there; the other formats tell it first. */
const UNKNOWN_PIXELS = 4096 * 4096;

/** Pixels that the decoder goes through, in pixels of a baseline JPEG. */
export function decodingCost(data: Uint8Array): number {
	const head = data.subarray(0, HEAD_BYTES);
	const size = imageSize(head);
	const pixels = size ? size.width * size.height : isJpeg(head) ? UNKNOWN_PIXELS : 0;
	return pixels * weightOf(head);
}

function weightOf(data: Uint8Array): number {
	if (isJpeg(data)) return isProgressive(data) ? WEIGHT.progressiveJpeg : WEIGHT.baselineJpeg;
	if (isWebp(data)) return isLossyWebp(data) ? WEIGHT.lossyWebp : WEIGHT.losslessWebp;
	return WEIGHT.png;
}

/** Walks the segments to the frame header, as `imageSize` does, which has found one. */
function isProgressive(data: Uint8Array): boolean {
	for (let at = 2; at + 4 <= data.length; ) {
		const marker = data[at + 1];
		if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) return marker === 0xc2;
		at += marker === 0xff ? 1 : 2 + ((data[at + 2] << 8) | data[at + 3]);
	}
	return false;
}
