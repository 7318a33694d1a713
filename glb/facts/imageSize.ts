/** Width and height of an image from its first bytes: PNG, JPEG, WebP and KTX2. */
export interface ImageSize {
	/** Pixels. */
	width: number;
	/** Pixels. */
	height: number;
}

/** The size of an image, or undefined where the format is another one or the bytes end before it. */
export function imageSize(head: Uint8Array): ImageSize | undefined {
	const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
	const startsWith = (...bytes: number[]) => bytes.every((byte, index) => head[index] === byte);
	if (startsWith(0x89, 0x50, 0x4e, 0x47) && head.length >= 24) {
		return sized(view.getUint32(16), view.getUint32(20));
	}
	if (startsWith(0xff, 0xd8)) return jpegSize(view);
	if (startsWith(0x52, 0x49, 0x46, 0x46) && head.length >= 30) return webpSize(view);
	if (startsWith(0xab, 0x4b, 0x54, 0x58, 0x20, 0x32, 0x30) && head.length >= 28) {
		return sized(view.getUint32(20, true), view.getUint32(24, true));
	}
	return undefined;
}

/** Segments before the frame header: a photo has some ten, with a large colour profile fifty. */
const MAX_SEGMENTS = 1000;

/** Walks the segments to the frame header (SOF0 to SOF15 without DHT, JPG and DAC; ITU T.81, table B.1). */
function jpegSize(view: DataView): ImageSize | undefined {
	let offset = 2;
	for (let step = 0; step < MAX_SEGMENTS && offset + 9 <= view.byteLength; step++) {
		if (view.getUint8(offset) !== 0xff) return undefined;
		const marker = view.getUint8(offset + 1);
		if (marker === 0xff) {
			offset += 1;
			continue;
		}
		const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
		if (isFrame) return sized(view.getUint16(offset + 7), view.getUint16(offset + 5));
		offset += 2 + view.getUint16(offset + 2);
	}
	return undefined;
}

/** Lossy (VP8), lossless (VP8L) and extended (VP8X) WebP keep the size in three different places. */
function webpSize(view: DataView): ImageSize | undefined {
	const kind = String.fromCharCode(
		view.getUint8(12),
		view.getUint8(13),
		view.getUint8(14),
		view.getUint8(15),
	);
	if (kind === 'VP8 ') return sized(view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff);
	if (kind === 'VP8L') {
		const bits = view.getUint32(21, true);
		return sized((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1);
	}
	if (kind === 'VP8X') {
		const uint24 = (offset: number) => view.getUint16(offset, true) | (view.getUint8(offset + 2) << 16);
		return sized(uint24(24) + 1, uint24(27) + 1);
	}
	return undefined;
}

function sized(width: number, height: number): ImageSize | undefined {
	return width > 0 && height > 0 ? { width, height } : undefined;
}
