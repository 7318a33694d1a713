/** The textures of a model: each image decoded once, at the size the picture needs, with its smaller versions. */
import { at, extensionOf, type GltfTexture, type TextureInfo } from '../../facts/gltf';
import { imageSize } from '../../facts/imageSize';
import { isNumbers } from '../../facts/matrix';
import { decodeImage, isJpeg } from '../codecs/decodeImage';
import type { Bitmap } from '../codecs/bitmap';
import { isLossyWebp } from '../codecs/webp/decodeWebp';
import { PREVIEW_LIMITS } from '../previewLimits';
import type { TimeSlicer } from '../../timeSlicer';
import type { GlbFile } from './glbFile';
import { ImageContent } from './imageContent';
import { buildMipmaps } from './mipmaps';
import { PixelBudget, type PixelCost } from './pixelBudget';
import type { Texture, TextureMap, Wrap } from './drawableScene';

/** A colour texture makes the picture; a detail refines it, and is left out where that would take too long. */
export type TexturePurpose = 'color' | 'detail';

const WRAPS: Readonly<Record<number, Wrap>> = { 33071: 'clamp', 33648: 'mirror', 10497: 'repeat' };

const TOO_MANY_PIXELS = 'the textures of the model have too many pixels together';

export class TextureLoader {
	readonly notes = new Set<string>();
	failure?: string;
	/** By the image's bytes. */
	private readonly decoded = new Map<string, Promise<Texture | undefined>>();
	private readonly content = new ImageContent();
	private readonly contentKeys = new Map<number, string>();
	private readonly pixels = new PixelBudget(PREVIEW_LIMITS.texturePixels);
	private bytesLeft: number = PREVIEW_LIMITS.maxTextureBytes;

	constructor(
		private readonly file: GlbFile,
		private readonly side: number,
		private readonly slicer: TimeSlicer,
	) {}

	/** The texture a material refers to, or undefined where it refers to none or to one that cannot be shown. */
	async load(info: TextureInfo | undefined, purpose: TexturePurpose): Promise<TextureMap | undefined> {
		const source = at(this.file.gltf.textures, info?.index);
		if (!source) return undefined;
		const image = imageIndexOf(source);
		if (image === undefined) {
			this.report('its format is not supported', purpose);
			return undefined;
		}
		const key = this.keyOf(image);
		let texture = this.decoded.get(key);
		if (!texture) {
			texture = this.decode(image, purpose);
			this.decoded.set(key, texture);
		}
		const loaded = await texture;
		if (!loaded) return undefined;
		const sampler = at(this.file.gltf.samplers, source.sampler);
		const transform = extensionOf(info, 'KHR_texture_transform');
		const set = transform?.texCoord ?? info?.texCoord;
		const affine = transform && toAffine(transform);
		return {
			texture: loaded,
			set: set === 1 ? 1 : 0,
			transform: affine,
			detail: detailOf(loaded, affine),
			wrapU: WRAPS[sampler?.wrapS ?? 10497] ?? 'repeat',
			wrapV: WRAPS[sampler?.wrapT ?? 10497] ?? 'repeat',
		};
	}

	private keyOf(image: number): string {
		const key = this.contentKeys.get(image) ?? this.content.keyOf(this.bytesOf(image));
		this.contentKeys.set(image, key);
		return key;
	}

	private bytesOf(index: number): Uint8Array {
		const image = at(this.file.gltf.images, index);
		return image ? this.file.imageBytes(image) : new Uint8Array(0);
	}

	private async decode(index: number, purpose: TexturePurpose): Promise<Texture | undefined> {
		const bytes = this.bytesOf(index);
		const pixels = pixelCostOf(bytes, this.side);
		if (!this.pixels.take(pixels)) {
			this.report(TOO_MANY_PIXELS, purpose);
			return undefined;
		}
		const cost = costOf(bytes);
		if (purpose === 'detail' && cost > this.bytesLeft) {
			this.report('it is too large for a quick picture', purpose);
			return undefined;
		}
		this.bytesLeft -= cost;
		const result = await decodeImage(bytes, this.side, this.slicer);
		if (result.ok && this.isRoomFor(result.bitmap, pixels)) return buildMipmaps(result.bitmap, this.slicer);
		this.report(result.ok ? TOO_MANY_PIXELS : result.reason, purpose);
		return undefined;
	}

	/** Holds what was decoded against what the header had stated: a container may state another size than its image. */
	private isRoomFor({ width, height }: Bitmap, reserved: PixelCost): boolean {
		return this.pixels.take({ read: 0, kept: Math.max(0, width * height - reserved.kept) });
	}

	private report(reason: string, purpose: TexturePurpose): void {
		if (purpose === 'color') this.failure ??= `The model's colours cannot be read: ${reason}.`;
		else this.notes.add(`A texture for detail is not shown: ${reason}.`);
	}
}

/** What an image costs by the size that its header states. */
function pixelCostOf(bytes: Uint8Array, side: number): PixelCost {
	const { width, height } = imageSize(bytes) ?? { width: 1, height: 1 };
	// At most: no decoder leaves an image twice as large as is wanted.
	const factor = Math.max(1, Math.max(width, height) / (2 * side));
	// One that is larger than any that is decoded is left to the decoder, which says so.
	const read = Math.min(width * height, PREVIEW_LIMITS.maxImagePixels);
	return { read, kept: Math.min(read, (width * height) / factor ** 2) };
}

/** What an image costs to decode, in bytes of a PNG. */
function costOf(bytes: Uint8Array): number {
	const { byteCost } = PREVIEW_LIMITS;
	if (isJpeg(bytes)) return bytes.length * byteCost.jpeg;
	return bytes.length * (isLossyWebp(bytes) ? byteCost.lossyWebp : byteCost.other);
}

function detailOf({ levels: [{ width, height }] }: Texture, transform: TextureMap['transform']): number {
	const stretch = transform ? Math.abs(transform[0] * transform[4] - transform[1] * transform[3]) : 1;
	return 0.5 * Math.log2(width * height * stretch);
}

/** The plain image where there is one, else the WebP one, which is the only other format that is decoded. */
function imageIndexOf(texture: GltfTexture): number | undefined {
	const source = texture.source ?? extensionOf(texture, 'EXT_texture_webp')?.source;
	return Number.isInteger(source) ? (source as number) : undefined;
}

/** Offset · rotation · scale as one affine map (`KHR_texture_transform`). */
function toAffine(transform: Record<string, unknown>): TextureMap['transform'] {
	const [offsetU, offsetV] = isNumbers(transform.offset, 2) ? transform.offset : [0, 0];
	const [scaleU, scaleV] = isNumbers(transform.scale, 2) ? transform.scale : [1, 1];
	const angle = typeof transform.rotation === 'number' ? transform.rotation : 0;
	const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
	return [cosine * scaleU, sine * scaleV, offsetU, -sine * scaleU, cosine * scaleV, offsetV];
}
