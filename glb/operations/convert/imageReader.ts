/** The images of a model for another file: their index in; JPEG or PNG, or a small bitmap, out. Each is written once. */
import { at } from '../../facts/gltf';
import { imageSize } from '../../images/imageHeader';
import { imageKind } from '../../images/imageKind';
import type { DecodeResult } from '../../preview/codecs/bitmap';
import { decodeImage } from '../../preview/codecs/decodeImage';
import { decodingCost } from '../../preview/codecs/decodingCost';
import { encodeJpeg } from '../../preview/codecs/jpeg/encodeJpeg';
import { compressBitmap, encodePng } from '../../preview/codecs/png/encodePng';
import type { GlbFile } from '../../preview/scene/glbFile';
import { ImageContent } from '../../preview/scene/imageContent';
import type { TimeSlicer } from '../../timeSlicer';
import { CONVERT_LIMITS } from './convertLimits';

/** Of an image that has to be written anew: hardly told from the original. */
const JPEG_QUALITY = 92;

/** An image of the model as a file of its own. */
export interface WrittenImage {
	bytes: Uint8Array;
	/** Unique in the file; letters, digits and an ending. */
	fileName: string;
}

/** The file, or the reason why it could not be read, to be shown to the user. */
export type ImageResult = { ok: true; image: WrittenImage } | { ok: false; reason: string };

/** Reads the images of one model, up to `maxDecodedPixels` together; equal bytes give one file. */
export class ImageReader {
	private readonly content = new ImageContent();
	/** By the image's bytes. */
	private readonly results = new Map<string, ImageResult>();
	private left: number = CONVERT_LIMITS.maxDecodedPixels;
	/** Images that are in another format than they were. */
	rewritten = 0;

	constructor(
		private readonly file: GlbFile,
		private readonly slicer: TimeSlicer,
	) {}

	/** Those that were asked for and can be written. */
	get written(): WrittenImage[] {
		return [...this.results.values()].flatMap((result) => (result.ok ? [result.image] : []));
	}

	/** An image as JPEG or PNG. */
	async write(index: number | undefined): Promise<ImageResult> {
		const found = this.find(index);
		if (!found.ok) return found;
		const { bytes } = found;
		const key = this.content.keyOf(bytes);
		const known = this.results.get(key);
		if (known) return known;
		const result = await this.writeNew(bytes, this.results.size + 1);
		this.results.set(key, result);
		return result;
	}

	/** The pixels of an image, reduced to a longer side of at least `side`. */
	async decode(index: number, side: number): Promise<DecodeResult> {
		const found = this.find(index);
		if (!found.ok) return found;
		this.left -= decodingCost(found.bytes);
		if (this.left < 0)
			return { ok: false, reason: 'the textures of the model have too many pixels together' };
		return await decodeImage(found.bytes, side, this.slicer);
	}

	private find(index: number | undefined): { ok: true; bytes: Uint8Array } | { ok: false; reason: string } {
		if (index === undefined) return { ok: false, reason: 'its format is not supported' };
		const image = at(this.file.gltf.images, index);
		if (!image) return { ok: false, reason: 'the image is not in the file' };
		if (typeof image.uri === 'string' && !image.uri.startsWith('data:'))
			return { ok: false, reason: 'the image is in another file, which is never fetched' };
		const bytes = this.file.imageBytes(image);
		return bytes.length > 0 ? { ok: true, bytes } : { ok: false, reason: 'the image is not in the file' };
	}

	private async writeNew(bytes: Uint8Array, number: number): Promise<ImageResult> {
		const fileName = (ending: string) => `texture${number}.${ending}`;
		const kind = imageKind(bytes);
		if (kind === 'jpeg' || kind === 'png') {
			if (!imageSize(bytes)) return { ok: false, reason: 'the image is damaged' };
			return { ok: true, image: { bytes, fileName: fileName(kind === 'png' ? 'png' : 'jpg') } };
		}
		this.left -= decodingCost(bytes);
		if (this.left < 0)
			return { ok: false, reason: 'the textures of the model have too many pixels together' };
		const decoded = await decodeImage(bytes, Number.MAX_SAFE_INTEGER, this.slicer);
		if (!decoded.ok) return decoded;
		const { bitmap } = decoded;
		this.rewritten++;
		if (await this.hasAlpha(bitmap.rgba)) {
			const png = encodePng(await compressBitmap(bitmap, this.slicer));
			return { ok: true, image: { bytes: png, fileName: fileName('png') } };
		}
		const options = { quality: JPEG_QUALITY, halvesColors: false };
		const jpeg = await encodeJpeg(bitmap, options, this.slicer);
		return { ok: true, image: { bytes: jpeg, fileName: fileName('jpg') } };
	}

	private async hasAlpha(rgba: Uint8Array): Promise<boolean> {
		let found = false;
		await this.slicer.inBatches(rgba.length / 4, 65_536, (from, to) => {
			for (let pixel = from; pixel < to && !found; pixel++) found = rgba[pixel * 4 + 3] < 255;
		});
		return found;
	}
}
