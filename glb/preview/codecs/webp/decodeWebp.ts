/** WebP to pixels, lossy and lossless: bytes in, a bitmap of about the wanted size out. */
import { imageKind } from '../../../images/imageKind';
import { PREVIEW_LIMITS } from '../../previewLimits';
import type { TimeSlicer } from '../../../timeSlicer';
import { BrokenImage, type Bitmap } from '../bitmap';
import { Reducer } from '../reducer';
import { openAlpha } from './alpha';
import { openBody, readLosslessHeader } from './lossless';
import { BitSource } from './prefixCode';
import { decodeVp8, MACROBLOCK_LINES, Vp8Rows, type Vp8Planes } from './vp8';

/** Whether it is a WebP whose pixels are only about what they were before. */
export function isLossyWebp(data: Uint8Array): boolean {
	return imageKind(data) === 'webp' && !chunksOf(data).has('VP8L');
}

/**
 * @param wantedSide the longer side of the result is at least this, and less than twice it, or the image's own
 * @throws BrokenImage where the file is damaged or of a kind that is not supported
 */
export async function decodeWebp(data: Uint8Array, wantedSide: number, slicer: TimeSlicer): Promise<Bitmap> {
	const chunks = chunksOf(data);
	const lossless = chunks.get('VP8L');
	if (lossless) return decodeLossless(lossless, wantedSide, slicer);
	const lossy = chunks.get('VP8 ');
	if (!lossy) throw new BrokenImage(chunks.has('ANIM') ? 'the WebP is animated' : 'the WebP has no pixels');
	return decodeLossy(lossy, chunks.get('ALPH'), wantedSide, slicer);
}

async function decodeLossless(data: Uint8Array, wantedSide: number, slicer: TimeSlicer): Promise<Bitmap> {
	const bits = new BitSource(data);
	const { width, height } = readLosslessHeader(bits);
	checkSize(width, height);
	const reducer = new Reducer(width, height, reductionOf(width, height, wantedSide));
	const rgba = new Uint8Array(width * 4);
	const rows = await openBody(bits, width, height, slicer, (pixels) => {
		writePixels(pixels, rgba);
		reducer.addRow(rgba);
	});
	await rows.readTo(height);
	return reducer.finish();
}

async function decodeLossy(
	data: Uint8Array,
	alpha: Uint8Array | undefined,
	wantedSide: number,
	slicer: TimeSlicer,
): Promise<Bitmap> {
	const [width, height] = [data[6] | ((data[7] & 0x3f) << 8), data[8] | ((data[9] & 0x3f) << 8)];
	const factor = reductionOf(width, height, wantedSide);
	checkSize(width, height);
	if (factor === 1 && width * height > PREVIEW_LIMITS.maxWholeWebpPixels) {
		throw new BrokenImage(`a WebP of ${width} × ${height} pixels is too large for the memory`);
	}
	const colors = factor === 1 ? await wholeColors(data, height, slicer) : colorRows(data, height, slicer);
	const reducer = new Reducer(width, height, factor);
	const rgba = new Uint8Array(width * 4).fill(255);
	let planes: Vp8Planes;
	let firstLine = 0;
	const addRow = (y: number) => {
		writeColors(planes, rgba, y - firstLine);
		reducer.addRow(rgba);
	};
	const alphaRows =
		alpha &&
		(await openAlpha(alpha, width, height, slicer, (row, y) => {
			for (let x = 0; x < width; x++) rgba[x * 4 + 3] = row[x];
			addRow(y);
		}));
	for await (const part of colors) {
		({ planes, firstLine } = part);
		if (alphaRows) await alphaRows.readTo(part.end);
		else
			await slicer.inBatches(part.end - firstLine, 16, (from, to) => {
				for (let line = from; line < to; line++) addRow(firstLine + line);
			});
	}
	return reducer.finish();
}

/** Lines of a lossy image that are there at a time. */
interface ColorLines {
	planes: Vp8Planes;
	firstLine: number;
	/** The line after the last. */
	end: number;
}

async function wholeColors(data: Uint8Array, height: number, slicer: TimeSlicer): Promise<ColorLines[]> {
	return [{ planes: await decodeVp8(data, slicer), firstLine: 0, end: height }];
}

async function* colorRows(data: Uint8Array, height: number, slicer: TimeSlicer): AsyncGenerator<ColorLines> {
	const rows = new Vp8Rows(data);
	for (let firstLine = 0; firstLine < height; firstLine += MACROBLOCK_LINES) {
		const planes = await rows.nextRow(slicer);
		yield { planes, firstLine, end: Math.min(height, firstLine + MACROBLOCK_LINES) };
	}
}

function checkSize(width: number, height: number): void {
	if (width * height > PREVIEW_LIMITS.maxImagePixels) {
		throw new BrokenImage(`${width} × ${height} pixels are too many`);
	}
}

/** Chunks of a container that are looked at: a still image has its pixels among the first six. */
const MAX_CHUNKS = 1000;

/** The chunks of the container by name, the first of each, up to the pixels. */
function chunksOf(data: Uint8Array): Map<string, Uint8Array> {
	const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
	const chunks = new Map<string, Uint8Array>();
	for (let at = 12, step = 0; at + 8 <= data.length && step < MAX_CHUNKS; step++) {
		const length = view.getUint32(at + 4, true);
		const name = nameAt(data, at);
		if (!chunks.has(name)) chunks.set(name, data.subarray(at + 8, at + 8 + length));
		if (name === 'VP8 ' || name === 'VP8L') break;
		at += 8 + length + (length & 1);
	}
	return chunks;
}

function nameAt(data: Uint8Array, at: number): string {
	return Buffer.from(data.subarray(at, at + 4)).toString('latin1');
}

/** Side of the square of pixels that becomes one. */
function reductionOf(width: number, height: number, wantedSide: number): number {
	return Math.max(1, Math.floor(Math.max(width, height) / wantedSide));
}

function writePixels(pixels: Int32Array, rgba: Uint8Array): void {
	for (let x = 0, out = 0; x < pixels.length; x++, out += 4) {
		const pixel = pixels[x];
		rgba[out] = pixel >> 16;
		rgba[out + 1] = pixel >> 8;
		rgba[out + 2] = pixel;
		rgba[out + 3] = pixel >> 24;
	}
}

/** A row of a lossy image, without its alpha: video range to full range, as WebP fixes it (ITU-R BT.601), in 1/65,536. */
function writeColors({ luma, blue, red }: Vp8Planes, rgba: Uint8Array, line: number): void {
	const lumaAt = luma.origin + line * luma.stride;
	const chromaAt = blue.origin + (line >> 1) * blue.stride;
	const width = rgba.length >> 2;
	for (let x = 0, out = 0; x < width; x++, out += 4) {
		const light = 76_309 * (luma.samples[lumaAt + x] - 16) + 32_768;
		const b = blue.samples[chromaAt + (x >> 1)] - 128;
		const r = red.samples[chromaAt + (x >> 1)] - 128;
		rgba[out] = clamp((light + 104_597 * r) >> 16);
		rgba[out + 1] = clamp((light - 25_674 * b - 53_278 * r) >> 16);
		rgba[out + 2] = clamp((light + 132_201 * b) >> 16);
	}
}

function clamp(value: number): number {
	return value < 0 ? 0 : value > 255 ? 255 : value;
}
