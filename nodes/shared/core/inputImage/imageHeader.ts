/** The head of a PNG, JPEG or WebP file in; its size, how it is turned and its colors out. A damaged head tells less, and never fails. */
import type { PictureType } from './inputImage';

/** What is known of a picture without decoding it; pixels. */
export interface PictureHeader {
	width?: number;
	height?: number;
	/** EXIF's 1 to 8: how a viewer has to turn the picture; 1 or undefined for not at all. */
	orientation?: number;
	/** Its colors are those of print: cyan, magenta, yellow and black. */
	isCmyk?: true;
}

/** What the file's head says. */
export function readPictureHeader(bytes: Uint8Array, type: PictureType): PictureHeader {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	try {
		if (type === 'image/jpeg') return readJpeg(view);
		return type === 'image/png' ? readPng(view) : readWebp(view);
	} catch {
		// Cut short: what the service makes of that is its own word.
		return {};
	}
}

function readPng(view: DataView): PictureHeader {
	return { width: view.getUint32(16), height: view.getUint32(20) };
}

/** Markers (ITU T.81, B.1.1.3): frame headers are C0 to CF without the tables C4, C8 and CC; E1 holds EXIF. */
const EXIF_MARKER = 0xe1;
const START_OF_SCAN = 0xda;
const TABLE_MARKERS = [0xc4, 0xc8, 0xcc];

function readJpeg(view: DataView): PictureHeader {
	const header: PictureHeader = {};
	for (let at = 2; at + 4 <= view.byteLength; ) {
		if (view.getUint8(at) !== 0xff) return header;
		const marker = view.getUint8(at + 1);
		// Any number of FF bytes may stand before a marker.
		if (marker === 0xff) {
			at++;
			continue;
		}
		if (marker === START_OF_SCAN) return header;
		const isFrame = marker >= 0xc0 && marker <= 0xcf && !TABLE_MARKERS.includes(marker);
		if (isFrame) {
			const height = view.getUint16(at + 5);
			const width = view.getUint16(at + 7);
			const isCmyk = view.getUint8(at + 9) === 4;
			return { ...header, width, height, ...(isCmyk ? { isCmyk } : {}) };
		}
		if (marker === EXIF_MARKER && text(view, at + 4, 6) === 'Exif\0\0') {
			header.orientation ??= readOrientation(view, at + 10);
		}
		at += 2 + view.getUint16(at + 2);
	}
	return header;
}

function readWebp(view: DataView): PictureHeader {
	const header: PictureHeader = {};
	for (let at = 12; at + 8 <= view.byteLength; ) {
		const kind = text(view, at, 4);
		const length = view.getUint32(at + 4, true);
		const data = at + 8;
		if (kind === 'VP8X') {
			header.width = uint24(view, data + 4) + 1;
			header.height = uint24(view, data + 7) + 1;
		} else if (kind === 'VP8 ') {
			header.width ??= view.getUint16(data + 6, true) & 0x3fff;
			header.height ??= view.getUint16(data + 8, true) & 0x3fff;
		} else if (kind === 'VP8L') {
			const bits = view.getUint32(data + 1, true);
			header.width ??= (bits & 0x3fff) + 1;
			header.height ??= ((bits >>> 14) & 0x3fff) + 1;
		} else if (kind === 'EXIF') {
			const hasName = text(view, data, 6) === 'Exif\0\0';
			header.orientation = readOrientation(view, hasName ? data + 6 : data);
		}
		at = data + length + (length % 2);
	}
	return header;
}

const ORIENTATION_TAG = 0x0112;

/** The tag Orientation of a TIFF block at `start` (EXIF 2.32, 4.6.4). */
function readOrientation(view: DataView, start: number): number | undefined {
	const isLittle = text(view, start, 2) === 'II';
	const directory = start + view.getUint32(start + 4, isLittle);
	const count = view.getUint16(directory, isLittle);
	for (let entry = 0; entry < count; entry++) {
		const at = directory + 2 + entry * 12;
		if (view.getUint16(at, isLittle) !== ORIENTATION_TAG) continue;
		const value = view.getUint16(at + 8, isLittle);
		return value >= 1 && value <= 8 ? value : undefined;
	}
	return undefined;
}

function uint24(view: DataView, at: number): number {
	return view.getUint16(at, true) + view.getUint8(at + 2) * 0x10000;
}

function text(view: DataView, at: number, length: number): string {
	let characters = '';
	for (let index = 0; index < length; index++) characters += String.fromCharCode(view.getUint8(at + index));
	return characters;
}
