/** WebP to pixels, lossy and lossless: bytes in, a bitmap of about the wanted size out. */
import { imageKind } from '../../../images/imageKind';
import { PREVIEW_LIMITS } from '../../previewLimits';
import type { TimeSlicer } from '../../../timeSlicer';
import { BrokenImage, type Bitmap } from '../bitmap';
import { Reducer } from '../reducer';
import { decodeAlpha } from './alpha';
import { decodeBody, readLosslessHeader } from './lossless';
import { BitSource } from './prefixCode';
import { decodeVp8, type Vp8Frame } from './vp8';

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
	if (width * height > PREVIEW_LIMITS.maxImagePixels) {
		throw new BrokenImage(`${width} × ${height} pixels are too many`);
	}
	const reducer = new Reducer(width, height, reductionOf(width, height, wantedSide));
	const rgba = new Uint8Array(width * 4);
	await decodeBody(bits, width, height, slicer, (pixels) => {
		writePixels(pixels, rgba);
		reducer.addRow(rgba);
	});
	return reducer.finish();
}

async function decodeLossy(
	data: Uint8Array,
	alpha: Uint8Array | undefined,
	wantedSide: number,
	slicer: TimeSlicer,
): Promise<Bitmap> {
	const [width, height] = [data[6] | ((data[7] & 0x3f) << 8), data[8] | ((data[9] & 0x3f) << 8)];
	if (width * height > PREVIEW_LIMITS.maxLossyWebpPixels) {
		throw new BrokenImage(`a WebP of ${width} × ${height} pixels is too large to be held`);
	}
	const factor = reductionOf(width, height, wantedSide);
	const frame = await decodeVp8(data, factor === 1, slicer);
	const reducer = new Reducer(width, height, factor);
	const rgba = new Uint8Array(width * 4).fill(255);
	const addRow = (y: number) => {
		writeColors(frame, rgba, y);
		reducer.addRow(rgba);
	};
	if (alpha) {
		await decodeAlpha(alpha, width, height, slicer, (row, y) => {
			for (let x = 0; x < width; x++) rgba[x * 4 + 3] = row[x];
			addRow(y);
		});
	} else {
		await slicer.inBatches(height, 16, (from, to) => {
			for (let y = from; y < to; y++) addRow(y);
		});
	}
	return reducer.finish();
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
function writeColors(frame: Vp8Frame, row: Uint8Array, y: number): void {
	const { width, luma, blue, red } = frame;
	const lumaAt = luma.origin + y * luma.stride;
	const chromaAt = blue.origin + (y >> 1) * blue.stride;
	for (let x = 0, out = 0; x < width; x++, out += 4) {
		const light = 76_309 * (luma.samples[lumaAt + x] - 16) + 32_768;
		const b = blue.samples[chromaAt + (x >> 1)] - 128;
		const r = red.samples[chromaAt + (x >> 1)] - 128;
		row[out] = clamp((light + 104_597 * r) >> 16);
		row[out + 1] = clamp((light - 25_674 * b - 53_278 * r) >> 16);
		row[out + 2] = clamp((light + 132_201 * b) >> 16);
	}
}

function clamp(value: number): number {
	return value < 0 ? 0 : value > 255 ? 255 : value;
}
