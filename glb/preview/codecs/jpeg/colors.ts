/** From the planes of a JPEG to pixels: upsampling and the color space (JFIF 1.02; Adobe's APP14 for RGB and CMYK). */
import type { Frame } from './frame';

/** A component's samples, already at the reduced size. */
export interface Plane {
	samples: Uint8ClampedArray;
	stride: number;
	/** Samples per pixel of the picture, along x and y: 1, or less for chroma. */
	scaleX: number;
	scaleY: number;
}

/** What the planes of a JPEG are: gray; brightness and two colors; three or four inks or lights. */
export type ColorSpace = 'gray' | 'ycc' | 'rgb' | 'cmyk' | 'ycck';

/**
 * By the number of planes, their names, and what Adobe's segment says (undefined where there is none), as libjpeg
 * decides.
 */
export function colorSpaceOf(frame: Frame, adobeTransform: number | undefined): ColorSpace {
	if (frame.components.length === 1) return 'gray';
	if (frame.components.length === 4) return adobeTransform === 2 ? 'ycck' : 'cmyk';
	const isNamedRgb = frame.components.map(({ id }) => String.fromCharCode(id)).join('') === 'RGB';
	return adobeTransform === 0 || (adobeTransform === undefined && isNamedRgb) ? 'rgb' : 'ycc';
}

/** Writes the pixels of rows `from` to `to`. */
export function writeRows(
	planes: readonly Plane[],
	space: ColorSpace,
	rgba: Uint8ClampedArray,
	width: number,
	from: number,
	to: number,
): void {
	const lines = planes.map(() => new Uint8Array(width));
	for (let y = from; y < to; y++) {
		planes.forEach((plane, index) => stretchRow(plane, y, lines[index]));
		const [a, b, c, d] = lines;
		const out = y * width * 4;
		if (space === 'gray') writeGray(a, rgba, out);
		else if (space === 'rgb' || space === 'cmyk') writeRgb(a, b, c, rgba, out);
		else writeYcc(a, b, c, rgba, out);
		// Adobe stores CMYK inverted, so the values are already those of red, green, blue and white; not so under YCCK,
		// which is the color difference of the inks.
		if (space === 'ycck') invert(rgba, out, width);
		if (d) multiplyWhite(d, rgba, out);
	}
}

/** The samples of a component that a row of pixels shows, one per pixel. */
function stretchRow({ samples, stride, scaleX, scaleY }: Plane, y: number, line: Uint8Array): void {
	const start = Math.floor(y * scaleY) * stride;
	if (scaleX === 1) {
		line.set(samples.subarray(start, start + line.length));
	} else if (scaleX === 0.5) {
		for (let x = 0; x < line.length; x++) line[x] = samples[start + (x >> 1)];
	} else {
		for (let x = 0; x < line.length; x++) line[x] = samples[start + Math.floor(x * scaleX)];
	}
}

function writeGray(gray: Uint8Array, rgba: Uint8ClampedArray, out: number): void {
	for (let x = 0; x < gray.length; x++, out += 4) {
		rgba[out] = rgba[out + 1] = rgba[out + 2] = gray[x];
		rgba[out + 3] = 255;
	}
}

function writeRgb(r: Uint8Array, g: Uint8Array, b: Uint8Array, rgba: Uint8ClampedArray, out: number): void {
	for (let x = 0; x < r.length; x++, out += 4) {
		rgba[out] = r[x];
		rgba[out + 1] = g[x];
		rgba[out + 2] = b[x];
		rgba[out + 3] = 255;
	}
}

/** JFIF's conversion in whole numbers of 1/65,536. */
function writeYcc(y: Uint8Array, cb: Uint8Array, cr: Uint8Array, rgba: Uint8ClampedArray, out: number): void {
	for (let x = 0; x < y.length; x++, out += 4) {
		const light = (y[x] << 16) + 32768;
		const blue = cb[x] - 128;
		const red = cr[x] - 128;
		rgba[out] = (light + 91881 * red) >> 16;
		rgba[out + 1] = (light - 22554 * blue - 46802 * red) >> 16;
		rgba[out + 2] = (light + 116130 * blue) >> 16;
		rgba[out + 3] = 255;
	}
}

function invert(rgba: Uint8ClampedArray, out: number, width: number): void {
	for (let x = 0; x < width; x++, out += 4) {
		for (let i = 0; i < 3; i++) rgba[out + i] = 255 - rgba[out + i];
	}
}

function multiplyWhite(white: Uint8Array, rgba: Uint8ClampedArray, out: number): void {
	for (let x = 0; x < white.length; x++, out += 4) {
		for (let i = 0; i < 3; i++) rgba[out + i] *= white[x] / 255;
	}
}
