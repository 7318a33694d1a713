/**
 * What an image says of itself before its pixels: the first bytes of a PNG, JPEG, WebP or KTX2 in; size, orientation and
 * kind of colors out. Damaged or cut short, it tells less; it never fails, and looks at no more than `MAX_PARTS` parts.
 */
import { imageKind, type ImageKind } from './imageKind';

/** Width and height, pixels; neither is 0. */
export interface ImageSize {
	width: number;
	height: number;
}

/** What was found of an image; what is undefined is not there, or not among the bytes. */
export interface ImageHeader {
	kind: ImageKind;
	size?: ImageSize;
	/** EXIF's 1 to 8: how a viewer has to turn the image. */
	orientation?: number;
	/** A JPEG in the colors of print: cyan, magenta, yellow and black. */
	isCmyk?: true;
	/** A JPEG that comes in several scans. */
	isProgressive?: true;
}

/** Most segments of a JPEG or chunks of a WebP that are looked at: a photo has some ten, with a large profile two hundred. */
const MAX_PARTS = 1000;

/** What the first bytes of an image tell; undefined for another format than these four. */
export function readImageHeader(bytes: Uint8Array): ImageHeader | undefined {
	const kind = imageKind(bytes);
	const read = kind && READERS[kind];
	if (kind === undefined || read === undefined) return undefined;
	const header: ImageHeader = { kind };
	try {
		read(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), header);
	} catch {
		// The bytes end here: what was found before holds.
	}
	return header;
}

/** The size of an image; undefined where the format is another one or the bytes end before it. */
export function imageSize(bytes: Uint8Array): ImageSize | undefined {
	return readImageHeader(bytes)?.size;
}

const READERS: { readonly [Kind in ImageKind]?: (view: DataView, header: ImageHeader) => void } = {
	png: (view, header) => setSize(header, view.getUint32(16), view.getUint32(20)),
	ktx2: (view, header) => setSize(header, view.getUint32(20, true), view.getUint32(24, true)),
	jpeg: readJpeg,
	webp: readWebp,
};

/** The first size that is stated counts: a WebP states that of the whole picture before that of its parts. */
function setSize(header: ImageHeader, width: number, height: number): void {
	if (width > 0 && height > 0) header.size ??= { width, height };
}

/** Markers (ITU T.81, B.1.1.3): frame headers are C0 to CF without the tables C4, C8 and CC; E1 holds EXIF. */
const MARKER = { exif: 0xe1, startOfScan: 0xda, progressive: 0xc2 } as const;
const TABLE_MARKERS = [0xc4, 0xc8, 0xcc];
const EXIF_NAME = 'Exif\0\0';

function readJpeg(view: DataView, header: ImageHeader): void {
	let at = 2;
	for (let part = 0; part < MAX_PARTS && view.getUint8(at) === 0xff; part++) {
		const marker = view.getUint8(at + 1);
		// Any number of FF bytes may stand before a marker.
		if (marker === 0xff) {
			at++;
			continue;
		}
		if (marker === MARKER.startOfScan) return;
		if (marker >= 0xc0 && marker <= 0xcf && !TABLE_MARKERS.includes(marker)) {
			setSize(header, view.getUint16(at + 7), view.getUint16(at + 5));
			if (marker === MARKER.progressive) header.isProgressive = true;
			if (view.getUint8(at + 9) === 4) header.isCmyk = true;
			return;
		}
		const length = view.getUint16(at + 2);
		if (marker === MARKER.exif && textAt(view, at + 4, EXIF_NAME.length) === EXIF_NAME) {
			header.orientation ??= readOrientation(view, at + 10, at + 2 + length);
		}
		at += 2 + length;
	}
}

/** The container states the size in VP8X, else the pixels do; EXIF stands behind them. */
function readWebp(view: DataView, header: ImageHeader): void {
	let at = 12;
	for (let part = 0; part < MAX_PARTS && at + 8 <= view.byteLength; part++) {
		const kind = textAt(view, at, 4);
		const length = view.getUint32(at + 4, true);
		const data = at + 8;
		if (kind === 'VP8X') {
			setSize(header, uint24(view, data + 4) + 1, uint24(view, data + 7) + 1);
		} else if (kind === 'VP8 ') {
			setSize(header, view.getUint16(data + 6, true) & 0x3fff, view.getUint16(data + 8, true) & 0x3fff);
		} else if (kind === 'VP8L') {
			const bits = view.getUint32(data + 1, true);
			setSize(header, (bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1);
		} else if (kind === 'EXIF') {
			const hasName = textAt(view, data, EXIF_NAME.length) === EXIF_NAME;
			header.orientation ??= readOrientation(view, hasName ? data + EXIF_NAME.length : data, data + length);
		}
		at = data + length + (length % 2);
	}
}

/** The tag Orientation of a TIFF block (EXIF 2.32, 4.6.4); undefined where there is none up to `end`. */
function readOrientation(view: DataView, start: number, end: number): number | undefined {
	const last = Math.min(end, view.byteLength);
	if (start + 8 > last) return undefined;
	const isLittle = textAt(view, start, 2) === 'II';
	const directory = start + view.getUint32(start + 4, isLittle);
	for (let at = directory + 2; at + 12 <= last; at += EXIF.entryBytes) {
		if ((at - directory - 2) / EXIF.entryBytes >= view.getUint16(directory, isLittle)) return undefined;
		if (view.getUint16(at, isLittle) !== EXIF.orientation) continue;
		const value = view.getUint16(at + 8, isLittle);
		return value >= 1 && value <= 8 ? value : undefined;
	}
	return undefined;
}

const EXIF = { orientation: 0x0112, entryBytes: 12 } as const;

function uint24(view: DataView, at: number): number {
	return view.getUint16(at, true) + view.getUint8(at + 2) * 0x10000;
}

function textAt(view: DataView, at: number, length: number): string {
	let characters = '';
	for (let index = 0; index < length; index++) characters += String.fromCharCode(view.getUint8(at + index));
	return characters;
}
