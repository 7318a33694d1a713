/**
 * Pixels to a baseline JPEG, some rows at a time: a bitmap in, a file out (ITU T.81). The alpha of the bitmap is lost, so
 * it is for images without transparency.
 */
import type { TimeSlicer } from '../../../timeSlicer';
import type { Bitmap } from '../bitmap';
import { type Codes, CodeWriter, codesOf } from './codeWriter';
import {
	AC_CHROMINANCE,
	AC_LUMINANCE,
	type CodeTable,
	DC_CHROMINANCE,
	DC_LUMINANCE,
	ZIGZAG,
	quantizationOf,
} from './encoderTables';
import { forwardTransform, prepareDivisors } from './forwardTransform';

/** How much of the picture the file keeps. */
export interface JpegOptions {
	/** 1 to 100, as the Independent JPEG Group's library counts. */
	quality: number;
	/** Whether colors may have half the resolution of brightness: for what the eye sees, not for maps of numbers. */
	halvesColors: boolean;
}

/** One of the three components while it is encoded. */
interface Component {
	/** Blocks along each side of a unit. */
	blocks: 1 | 2;
	divisors: Float64Array;
	dc: Codes;
	ac: Codes;
	lastDc: number;
}

/** The whole file, of one scan with the usual tables. Ends with `WorkStopped` alone. */
export async function encodeJpeg(
	bitmap: Bitmap,
	{ quality, halvesColors }: JpegOptions,
	slicer: TimeSlicer,
): Promise<Uint8Array> {
	const { luminance, chrominance } = quantizationOf(quality);
	const blocks = halvesColors ? 2 : 1;
	const color = () => ({
		blocks: 1 as const,
		divisors: prepareDivisors(chrominance),
		dc: codesOf(DC_CHROMINANCE),
		ac: codesOf(AC_CHROMINANCE),
		lastDc: 0,
	});
	const brightness: Component = {
		blocks,
		divisors: prepareDivisors(luminance),
		dc: codesOf(DC_LUMINANCE),
		ac: codesOf(AC_LUMINANCE),
		lastDc: 0,
	};
	const components: Component[] = [brightness, color(), color()];
	const writer = new CodeWriter();
	const side = blocks * 8;
	const unitRows = Math.ceil(bitmap.height / side);
	const planes = [0, 1, 2].map(() => new Float64Array(side * side));
	const unitsPerRow = Math.ceil(bitmap.width / side);
	await slicer.inBatches(unitRows * unitsPerRow, unitsPerRow, (from, to) => {
		for (let unit = from; unit < to; unit++) {
			const x = (unit % unitsPerRow) * side;
			readUnit(bitmap, x, Math.floor(unit / unitsPerRow) * side, side, planes);
			components.forEach((component, index) => writeUnit(writer, component, planes[index], side));
		}
	});
	return Buffer.concat([
		Buffer.from([0xff, 0xd8]),
		segment(0xe0, [...Buffer.from('JFIF\0', 'latin1'), 1, 1, 0, 0, 1, 0, 1, 0, 0]),
		quantizationSegment(0, luminance),
		quantizationSegment(1, chrominance),
		frameSegment(bitmap, blocks),
		codeSegment(0x00, DC_LUMINANCE),
		codeSegment(0x10, AC_LUMINANCE),
		codeSegment(0x01, DC_CHROMINANCE),
		codeSegment(0x11, AC_CHROMINANCE),
		segment(0xda, [3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0]),
		writer.finish(),
		Buffer.from([0xff, 0xd9]),
	]);
}

/** Brightness and the two colors of a square of pixels, around 0; beyond the edge the last pixel goes on. */
function readUnit(
	{ width, height, rgba }: Bitmap,
	left: number,
	top: number,
	side: number,
	planes: Float64Array[],
): void {
	const [brightness, blue, red] = planes;
	for (let row = 0; row < side; row++) {
		const line = Math.min(height - 1, top + row) * width;
		for (let column = 0; column < side; column++) {
			const at = (line + Math.min(width - 1, left + column)) * 4;
			const place = row * side + column;
			const [r, g, b] = [rgba[at], rgba[at + 1], rgba[at + 2]];
			brightness[place] = 0.299 * r + 0.587 * g + 0.114 * b - 128;
			blue[place] = -0.168736 * r - 0.331264 * g + 0.5 * b;
			red[place] = 0.5 * r - 0.418688 * g - 0.081312 * b;
		}
	}
}

const block = new Float64Array(64);
const coefficients = new Int16Array(64);

function writeUnit(writer: CodeWriter, component: Component, plane: Float64Array, side: number): void {
	if (component.blocks === 1 && side === 16) {
		for (let place = 0; place < 64; place++) {
			const at = (place >> 3) * 2 * side + (place & 7) * 2;
			block[place] = (plane[at] + plane[at + 1] + plane[at + side] + plane[at + side + 1]) / 4;
		}
		writeBlock(writer, component);
		return;
	}
	for (let index = 0; index < component.blocks ** 2; index++) {
		const first = Math.floor(index / component.blocks) * 8 * side + (index % component.blocks) * 8;
		for (let place = 0; place < 64; place++) block[place] = plane[first + (place >> 3) * side + (place & 7)];
		writeBlock(writer, component);
	}
}

/** The coefficients of `block` as differences, runs of zeros and sizes (T.81, F.1.2). */
function writeBlock(writer: CodeWriter, component: Component): void {
	forwardTransform(block, component.divisors, coefficients);
	const difference = coefficients[0] - component.lastDc;
	component.lastDc = coefficients[0];
	writer.putCode(component.dc, sizeOf(difference));
	putValue(writer, difference);
	let zeros = 0;
	for (let place = 1; place < 64; place++) {
		const value = coefficients[ZIGZAG[place]];
		if (value === 0) {
			zeros++;
			continue;
		}
		for (; zeros > 15; zeros -= 16) writer.putCode(component.ac, 0xf0);
		writer.putCode(component.ac, (zeros << 4) | sizeOf(value));
		putValue(writer, value);
		zeros = 0;
	}
	if (zeros > 0) writer.putCode(component.ac, 0);
}

function putValue(writer: CodeWriter, value: number): void {
	writer.putBits(value < 0 ? value - 1 : value, sizeOf(value));
}

/** Bits that a value takes. */
function sizeOf(value: number): number {
	return 32 - Math.clz32(Math.abs(value));
}

function segment(marker: number, data: ArrayLike<number>): Buffer {
	const length = data.length + 2;
	return Buffer.concat([
		Buffer.from([0xff, marker, length >> 8, length & 255]),
		Buffer.from(Array.from(data)),
	]);
}

function quantizationSegment(id: number, table: Uint8Array): Buffer {
	return segment(
		0xdb,
		[id, ...ZIGZAG].map((place, index) => (index === 0 ? id : table[place])),
	);
}

function frameSegment({ width, height }: Bitmap, blocks: number): Buffer {
	const size = [height >> 8, height & 255, width >> 8, width & 255];
	return segment(0xc0, [8, ...size, 3, 1, blocks * 17, 0, 2, 17, 1, 3, 17, 1]);
}

function codeSegment(id: number, { counts, symbols }: CodeTable): Buffer {
	return segment(0xc4, [id, ...counts, ...symbols]);
}
