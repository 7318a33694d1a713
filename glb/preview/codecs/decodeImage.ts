/** Any image of a GLB to pixels: bytes in, a bitmap or the reason why not out. Formats are told by their first bytes. */
import { imageKind, type ImageKind } from '../../images/imageKind';
import { WorkStopped, type TimeSlicer } from '../../timeSlicer';
import { BrokenImage, type DecodeResult } from './bitmap';
import { decodeJpeg } from './jpeg/decodeJpeg';
import { decodePng } from './png/decodePng';
import { decodeWebp } from './webp/decodeWebp';

/** Formats that glTF's extensions allow and that are not decoded. */
const FORMAT_NAMES: { readonly [Kind in ImageKind]?: string } = {
	ktx2: 'the texture format KTX2',
	avif: 'the texture format AVIF',
	dds: 'the texture format DDS',
};

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
	const kind = imageKind(data);
	if (kind === 'png') return { ok: true, bitmap: await decodePng(data, wantedSide, slicer) };
	if (kind === 'jpeg') return { ok: true, bitmap: await decodeJpeg(data, wantedSide, slicer) };
	if (kind === 'webp') return { ok: true, bitmap: await decodeWebp(data, wantedSide, slicer) };
	return {
		ok: false,
		reason: `${(kind && FORMAT_NAMES[kind]) ?? 'an unknown texture format'} is not supported`,
	};
}

function toReason(error: unknown): DecodeResult {
	// Not the image's fault, and the end of the whole picture.
	if (error instanceof WorkStopped) throw error;
	// A foreign message tells the user nothing, and may hold parts of the file.
	return { ok: false, reason: error instanceof BrokenImage ? error.message : 'the image is damaged' };
}
