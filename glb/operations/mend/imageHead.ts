/** Whether every reader of glTF finds the size of an image: its bytes in, whether its first parts are in order out. */

const PNG_LENGTHS: Readonly<Record<string, number>> = { IHDR: 13, cHRM: 32, sRGB: 1, pHYs: 9, gAMA: 4 };
const WEBP_KINDS = ['VP8 ', 'VP8L', 'VP8X'];
/** Header, name and size of a WebP, and those of its first part with the size of the picture. */
const WEBP_BYTES = { lossless: 25, other: 30 };

/** Up to the pixels; those are not looked at. */
export function hasPlainHeader(bytes: Uint8Array, mimeType: string): boolean {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	try {
		if (mimeType === 'image/png') return hasPngHeader(view);
		return mimeType === 'image/jpeg' ? hasJpegHeader(view) : hasWebpHeader(view);
	} catch {
		// It ends before.
		return false;
	}
}

function hasPngHeader(view: DataView): boolean {
	let hasSize = false;
	for (let at = 8; ; ) {
		const length = view.getUint32(at);
		const name = textAt(view, at + 4);
		if (PNG_LENGTHS[name] !== undefined && PNG_LENGTHS[name] !== length) return false;
		if (name === 'IHDR') hasSize = view.getUint32(at + 8) > 0 && view.getUint32(at + 12) > 0;
		if (name === 'IDAT') return hasSize;
		at += 12 + length;
	}
}

/** Markers without content: TEM, restarts, start and end of the image. */
const BARE = (marker: number) => marker === 0x01 || (marker & 0xf8) === 0xd0 || marker === 0xd8 || marker === 0xd9 || marker === 0xff; // prettier-ignore

function hasJpegHeader(view: DataView): boolean {
	if (view.getUint8(0) !== 0xff) return false;
	for (let at = 1; ; ) {
		const marker = view.getUint8(at);
		if (BARE(marker)) {
			at++;
			continue;
		}
		const length = view.getUint16(at + 1);
		if (length < 2) return false;
		const isFrame = ((marker & 0xf0) === 0xc0 && ![0xc4, 0xc8, 0xcc].includes(marker)) || marker === 0xde;
		if (isFrame) {
			const channels = view.getUint8(at + 8);
			// The last byte has to be there.
			view.getUint8(at + length);
			return length >= 8 && (channels === 1 || channels === 3);
		}
		at += 1 + length;
	}
}

function hasWebpHeader(view: DataView): boolean {
	const kind = textAt(view, 12);
	return (
		WEBP_KINDS.includes(kind) && view.byteLength >= (kind === 'VP8L' ? WEBP_BYTES.lossless : WEBP_BYTES.other)
	);
}

function textAt(view: DataView, at: number): string {
	return String.fromCharCode(
		view.getUint8(at),
		view.getUint8(at + 1),
		view.getUint8(at + 2),
		view.getUint8(at + 3),
	);
}
