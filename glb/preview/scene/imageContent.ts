/** Tells images apart by their bytes, so that one that is in the file many times is decoded once: bytes in, a key out. */

/** Bytes that are looked at before two images of equal length are compared in full. */
const SAMPLES = 512;

/** Bytes that are compared in all, some 5 ms: enough for copies of the small images that a hostile file repeats. */
const MAX_COMPARED_BYTES = 32_000_000;

/** The images of one model; compares `MAX_COMPARED_BYTES` in all, and takes the rest for different. */
export class ImageContent {
	private readonly known = new Map<string, { bytes: Uint8Array; key: string }>();
	private compared = 0;

	/** The same key for the same bytes, wherever in the file they lie; a key by their place where that would take long. */
	keyOf(bytes: Uint8Array): string {
		const alike = `${bytes.length}:${sampleHash(bytes)}`;
		const known = this.known.get(alike);
		if (!known) {
			this.known.set(alike, { bytes, key: alike });
			return alike;
		}
		// Images that only look alike keep apart, each by where it lies.
		return this.isEqual(known.bytes, bytes) ? known.key : `${alike}@${bytes.byteOffset}`;
	}

	private isEqual(a: Uint8Array, b: Uint8Array): boolean {
		if (a.buffer === b.buffer && a.byteOffset === b.byteOffset) return true;
		this.compared += a.length;
		return this.compared <= MAX_COMPARED_BYTES && Buffer.compare(a, b) === 0;
	}
}

/** FNV-1a over bytes that are spread over the whole image. */
function sampleHash(bytes: Uint8Array): number {
	const step = Math.max(1, Math.floor(bytes.length / SAMPLES));
	let hash = 0x811c9dc5;
	for (let i = 0; i < bytes.length; i += step) hash = Math.imul(hash ^ bytes[i], 0x01000193);
	return hash >>> 0;
}
