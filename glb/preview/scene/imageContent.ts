/** Tells images apart by their bytes, so that one that is in the file many times is decoded once: bytes in, a key out. */

/** Bytes that are looked at before two images of equal length are compared in full. */
const SAMPLES = 4096;

export class ImageContent {
	private readonly known = new Map<string, { bytes: Uint8Array; key: string }>();

	/** The same key for the same bytes, wherever in the file they lie. */
	keyOf(bytes: Uint8Array): string {
		const place = `${bytes.length}:${sampleHash(bytes)}`;
		const known = this.known.get(place);
		if (!known) {
			this.known.set(place, { bytes, key: place });
			return place;
		}
		// Images that only look alike keep apart, each by where it lies.
		return isEqual(known.bytes, bytes) ? known.key : `${place}@${bytes.byteOffset}`;
	}
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
	const isSamePlace = a.buffer === b.buffer && a.byteOffset === b.byteOffset;
	return isSamePlace || Buffer.compare(a, b) === 0;
}

/** FNV-1a over bytes that are spread over the whole image. */
function sampleHash(bytes: Uint8Array): number {
	const step = Math.max(1, Math.floor(bytes.length / SAMPLES));
	let hash = 0x811c9dc5;
	for (let i = 0; i < bytes.length; i += step) hash = Math.imul(hash ^ bytes[i], 0x01000193);
	return hash >>> 0;
}
