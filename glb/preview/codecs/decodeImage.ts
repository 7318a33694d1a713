/** Any image of a GLB to pixels: bytes in, a bitmap or the reason why not out. Formats are told by their first bytes. */
import { WorkStopped, type TimeSlicer } from '../../timeSlicer';
import { BrokenImage, type DecodeResult } from './bitmap';
import { decodeJpeg } from './jpeg/decodeJpeg';
import { isPng } from './png/chunks';
import { decodePng } from './png/decodePng';
import { decodeWebp, isWebp } from './webp/decodeWebp';

/**
 * @throws WorkStopped, as all that takes long, and nothing else
 * @param wantedSide an image larger than this is reduced while it is read, to a longer side of at least this
 */
export async function decodeImage(
	data: Uint8Array,
	wantedSide: number,
	slicer: TimeSlicer,
): Promise<DecodeResult> {
	return await decodeKnown(data, wantedSide, slicer).catch(toReason);
}

async function decodeKnown(data: Uint8Array, wantedSide: number, slicer: TimeSlicer): Promise<DecodeResult> {
	if (data.length === 0) return { ok: false, reason: 'the image is not in the file' };
	if (isPng(data)) return { ok: true, bitmap: await decodePng(data, wantedSide, slicer) };
	if (isJpeg(data)) return { ok: true, bitmap: await decodeJpeg(data, wantedSide, slicer) };
	if (isWebp(data)) return { ok: true, bitmap: await decodeWebp(data, wantedSide, slicer) };
	return { ok: false, reason: `${formatName(data)} is not supported` };
}

function toReason(error: unknown): DecodeResult {
	// Not the image's fault, and the end of the whole picture.
	if (error instanceof WorkStopped) throw error;
	// A foreign message tells the user nothing, and may hold parts of the file.
	return { ok: false, reason: error instanceof BrokenImage ? error.message : 'the image is damaged' };
}

/** Whether the bytes begin as a JPEG does. */
export function isJpeg(data: Uint8Array): boolean {
	return data[0] === 0xff && data[1] === 0xd8;
}

function formatName(data: Uint8Array): string {
	const head = Buffer.from(data.subarray(0, 16)).toString('latin1');
	if (head.startsWith('\xabKTX 20')) return 'the texture format KTX2';
	if (head.slice(4, 12) === 'ftypavif') return 'the texture format AVIF';
	if (head.startsWith('DDS ')) return 'the texture format DDS';
	return 'an unknown texture format';
}
