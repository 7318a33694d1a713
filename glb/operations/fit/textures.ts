/** The textures of a document, made smaller or written as JPEG: each from the image that the file came with. */
import type { Document, Material, Texture } from '@gltf-transform/core';
import { getTextureColorSpace, listTextureSlots } from '@gltf-transform/functions';
import { imageSize } from '../../images/imageHeader';
import type { TimeSlicer } from '../../timeSlicer';
import type { Bitmap } from '../../preview/codecs/bitmap';
import { encodeJpeg } from '../../preview/codecs/jpeg/encodeJpeg';
import { compressBitmap, encodePng } from '../../preview/codecs/png/encodePng';
import { DecodedImages } from './decodedImages';
import { scaleBitmap } from './scaleBitmap';

/** Of a map that the eye sees as color, and of one that holds numbers (normals, roughness), which show damage sooner. */
const JPEG_QUALITY = { color: 88, numbers: 93 };

/** What the textures shall be at most. */
export interface TextureTarget {
	/** Pixels of the longer side. */
	maxSide: number;
	/** Whether what has no transparency becomes JPEG, whatever it was. */
	asJpeg: boolean;
}

/** What was done, and which textures could not be read. */
export interface TextureReport {
	smaller: number;
	toJpeg: number;
	unreadable: string[];
}

/** Keeps the original images, so that a second, smaller try does not lose twice. */
export class TextureFitter {
	private readonly decoded = new DecodedImages();
	private readonly originals = new Map<Texture, { image: Uint8Array; mimeType: string }>();

	constructor(private readonly document: Document) {
		for (const texture of document.getRoot().listTextures()) {
			const image = texture.getImage();
			if (image !== null) this.originals.set(texture, { image, mimeType: texture.getMimeType() });
		}
	}

	/** Bytes of all images as they are now. */
	get bytes(): number {
		return this.document
			.getRoot()
			.listTextures()
			.reduce((sum, texture) => sum + (texture.getImage()?.byteLength ?? 0), 0);
	}

	/** Longer side of the largest texture, pixels. */
	get largestSide(): number {
		const sizes = this.document.getRoot().listTextures().map(longerSide);
		return Math.max(0, ...sizes);
	}

	/** Writes every texture that does not keep `target` anew. */
	async fit(target: TextureTarget, slicer: TimeSlicer): Promise<TextureReport> {
		const report: TextureReport = { smaller: 0, toJpeg: 0, unreadable: [] };
		for (const [texture, original] of this.originals) {
			await this.fitOne(texture, original, target, report, slicer);
			await slicer.pause();
		}
		return report;
	}

	private async fitOne(
		texture: Texture,
		{ image, mimeType }: { image: Uint8Array; mimeType: string },
		{ maxSide, asJpeg }: TextureTarget,
		report: TextureReport,
		slicer: TimeSlicer,
	): Promise<void> {
		const isLarge = longerSide(texture) > maxSide;
		const mayBeJpeg = mimeType !== 'image/jpeg' && asJpeg;
		if (!isLarge && !(mayBeJpeg && texture.getMimeType() !== 'image/jpeg')) return;
		const decoded = await this.decoded.of(image, maxSide, slicer);
		if (!decoded.ok) {
			report.unreadable.push(decoded.reason);
			return;
		}
		const bitmap = await scaleBitmap(decoded.bitmap, maxSide, slicer);
		const isJpeg = mimeType === 'image/jpeg' || (asJpeg && !this.needsAlpha(texture, bitmap));
		if (!isJpeg && !isLarge) return;
		const file = isJpeg
			? await encodeJpeg(bitmap, this.jpegOptions(texture), slicer)
			: encodePng(await compressBitmap(bitmap, slicer));
		// A flat PNG may well be smaller than its JPEG.
		if (!isLarge && file.length >= image.length) return;
		texture.setImage(file).setMimeType(isJpeg ? 'image/jpeg' : 'image/png');
		if (isLarge) report.smaller++;
		if (isJpeg && mimeType !== 'image/jpeg') report.toJpeg++;
	}

	/** Whether something would be lost without the image's alpha: it has some, and a material looks at it. */
	private needsAlpha(texture: Texture, { rgba }: Bitmap): boolean {
		const usesAlpha = texture
			.listParents()
			.filter((parent): parent is Material => parent.propertyType === 'Material')
			.some((material) => material.getAlphaMode() !== 'OPAQUE' || material.getBaseColorTexture() !== texture);
		if (!usesAlpha) return false;
		for (let at = 3; at < rgba.length; at += 4) if (rgba[at] < 255) return true;
		return false;
	}

	private jpegOptions(texture: Texture) {
		const isColor = getTextureColorSpace(texture) === 'srgb';
		const isNormal = listTextureSlots(texture).includes('normalTexture');
		return {
			quality: isColor ? JPEG_QUALITY.color : JPEG_QUALITY.numbers,
			halvesColors: isColor && !isNormal,
		};
	}
}

/** Pixels; 0 where the image does not tell. The library's own question rejects for kinds of JPEG that it does not know. */
function longerSide(texture: Texture): number {
	const image = texture.getImage();
	const size = image === null ? undefined : imageSize(image);
	return size === undefined ? 0 : Math.max(size.width, size.height);
}
