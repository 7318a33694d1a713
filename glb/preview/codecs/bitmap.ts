/** A decoded image, as every decoder hands it out. */
export interface Bitmap {
	/** Pixels of `rgba`; smaller than the image's own size where it was reduced while it was read. */
	width: number;
	height: number;
	/** Red, green, blue, alpha of each pixel, row by row from the top, as stored (sRGB, not premultiplied). */
	rgba: Uint8Array;
}

/** The pixels, or what is wrong with the image: the end of a sentence, without a full stop. */
export type DecodeResult = { ok: true; bitmap: Bitmap } | { ok: false; reason: string };

/** A failure that a decoder meets deep inside the data; `decodeImage` turns it into a reason. */
export class BrokenImage extends Error {}
