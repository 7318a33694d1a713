/** Images of a model, decoded once however often they are made smaller: an image and a side in, its pixels out. */
import { decodeImage } from '../../preview/codecs/decodeImage';
import type { DecodeResult } from '../../preview/codecs/bitmap';
import type { TimeSlicer } from '../../timeSlicer';

/** Pixels that are kept, 4 bytes each: three images of 2K, or one of 4K. */
const MAX_KEPT_PIXELS = 4_096 * 4_096;

/** Keeps the pixels of images up to a bound together; what is beyond it is decoded each time that it is asked for. */
export class DecodedImages {
	private readonly kept = new Map<Uint8Array, { result: DecodeResult; wantedSide: number }>();
	private keptPixels = 0;

	/** As `decodeImage`, which reads an image at no more than the size it is wanted in. */
	async of(image: Uint8Array, wantedSide: number, slicer: TimeSlicer): Promise<DecodeResult> {
		const known = this.kept.get(image);
		if (known && known.wantedSide >= wantedSide) return known.result;
		const result = await decodeImage(image, wantedSide, slicer);
		const pixels = result.ok ? result.bitmap.width * result.bitmap.height : 0;
		if (known === undefined && this.keptPixels + pixels <= MAX_KEPT_PIXELS) {
			this.keptPixels += pixels;
			this.kept.set(image, { result, wantedSide });
		}
		return result;
	}
}
