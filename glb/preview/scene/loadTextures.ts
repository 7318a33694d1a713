/**
 * The textures of a model: what its materials refer to in; each image decoded once, at the size the picture needs, with
 * its smaller versions out. What makes the picture is decoded first, and what is too dear for a quick one is left out.
 */
import { at, type TextureInfo } from '../../facts/gltf';
import { imageSize } from '../../images/imageHeader';
import type { TimeSlicer } from '../../timeSlicer';
import type { Bitmap } from '../codecs/bitmap';
import { decodeImage } from '../codecs/decodeImage';
import { decodingCost, HEAD_BYTES } from '../codecs/decodingCost';
import { PREVIEW_LIMITS } from '../previewLimits';
import type { Texture, TextureMap } from './drawableScene';
import type { GlbFile } from './glbFile';
import { ImageContent } from './imageContent';
import { buildMipmaps } from './mipmaps';
import { PixelBudget, type PixelCost } from './pixelBudget';
import { imageIndexOf, toTextureMap } from './textureInfo';

/** What a texture is for, in the order in which a picture can do without: the colors last. */
export const TEXTURE_RANK = { color: 0, emission: 1, metal: 2, relief: 3 } as const;
/** How much of the picture depends on a texture: the lowest is decoded first. */
export type TextureRank = (typeof TEXTURE_RANK)[keyof typeof TEXTURE_RANK];

/** A place where a material asks for a texture. */
export interface WantedTexture {
	info: TextureInfo | undefined;
	rank: TextureRank;
}

/** What the textures of a model may take. */
export interface TextureRoom {
	/** They are reduced to a longer side of about this, pixels. */
	side: number;
	/** What the shapes leave of the memory. */
	bytes: number;
}

/** Four, and those of the smaller versions, which are a third of it together. */
const BYTES_PER_KEPT_PIXEL = (4 * 4) / 3;

/** An image that is to be decoded. */
interface WantedImage {
	key: string;
	bytes: Uint8Array;
	rank: TextureRank;
	cost: number;
}

const TOO_MANY_PIXELS = 'the textures of the model have too many pixels together';
const OUTSIDE =
	'The model keeps images in other files, which are never fetched, so the picture is drawn without them.';

/** Decodes within a budget; `failure` and `notes` say what of the textures will be missing. */
export class TextureLoader {
	readonly notes = new Set<string>();
	/** Why the picture would mislead: the model's colors cannot be read. */
	failure?: string;
	/** By the image's bytes; nothing for one that cannot be shown. */
	private readonly decoded = new Map<string, Texture | undefined>();
	private readonly content = new ImageContent();
	/** By the image's index. */
	private readonly contentKeys = new Map<number, string>();
	/** What each image costs to decode, by its bytes. */
	private readonly costs = new Map<string, number>();
	private readonly pixels: PixelBudget;
	private readonly side: number;
	private read = 0;

	constructor(
		private readonly file: GlbFile,
		{ side, bytes }: TextureRoom,
		private readonly slicer: TimeSlicer,
	) {
		const { read, kept } = PREVIEW_LIMITS.texturePixels;
		this.side = side;
		this.pixels = new PixelBudget({ read, kept: Math.min(kept, bytes / BYTES_PER_KEPT_PIXEL) });
	}

	/** Decodes what is wanted, by rank, and the small ones first. */
	async loadAll(wanted: readonly WantedTexture[]): Promise<void> {
		const images = new Map<string, WantedImage>();
		for (const { info, rank } of [...wanted].sort((a, b) => a.rank - b.rank)) {
			await this.slicer.pause();
			const image = this.find(info, rank);
			if (image && !images.has(image.key) && !this.decoded.has(image.key)) images.set(image.key, image);
		}
		const order = [...images.values()].sort((a, b) => a.rank - b.rank || a.cost - b.cost);
		for (const image of order) this.decoded.set(image.key, await this.decode(image));
	}

	/** The texture a material refers to, or undefined where it refers to none or to one that cannot be shown. */
	get(info: TextureInfo | undefined): TextureMap | undefined {
		const source = at(this.file.gltf.textures, info?.index);
		const image = source && imageIndexOf(source);
		const texture = image === undefined ? undefined : this.decoded.get(this.contentKeys.get(image) ?? '');
		return source && texture && toTextureMap(info, at(this.file.gltf.samplers, source.sampler), texture);
	}

	private find(info: TextureInfo | undefined, rank: TextureRank): WantedImage | undefined {
		const { gltf } = this.file;
		const source = at(gltf.textures, info?.index);
		if (!source) return undefined;
		const index = imageIndexOf(source);
		if (index === undefined) {
			this.report('its format is not supported', rank);
			return undefined;
		}
		const image = at(gltf.images, index);
		if (typeof image?.uri === 'string' && !image.uri.startsWith('data:')) {
			this.notes.add(OUTSIDE);
			return undefined;
		}
		const bytes = image ? this.file.imageBytes(image) : new Uint8Array(0);
		const key = this.contentKeys.get(index) ?? this.content.keyOf(bytes);
		this.contentKeys.set(index, key);
		const cost = this.costs.get(key) ?? decodingCost(bytes);
		this.costs.set(key, cost);
		return { key, bytes, rank, cost };
	}

	private async decode({ bytes, rank, cost }: WantedImage): Promise<Texture | undefined> {
		// An image that is larger than any that is decoded is left to the decoder, which says so.
		const read = Math.min(cost, PREVIEW_LIMITS.texturePixels.read);
		const pixels = { read, kept: keptPixels(bytes, this.side) };
		if (rank !== TEXTURE_RANK.color && this.read + cost > PREVIEW_LIMITS.quickTexturePixels) {
			this.report('it is too large for a quick picture', rank);
			return undefined;
		}
		if (!this.pixels.take(pixels)) {
			this.report(TOO_MANY_PIXELS, rank);
			return undefined;
		}
		this.read += cost;
		const result = await decodeImage(bytes, this.side, this.slicer);
		if (result.ok && this.isRoomFor(result.bitmap, pixels)) return buildMipmaps(result.bitmap, this.slicer);
		this.report(result.ok ? TOO_MANY_PIXELS : result.reason, rank);
		return undefined;
	}

	/** Holds what was decoded against what the header had stated: a container may state another size than its image. */
	private isRoomFor({ width, height }: Bitmap, reserved: PixelCost): boolean {
		return this.pixels.take({ read: 0, kept: Math.max(0, width * height - reserved.kept) });
	}

	private report(reason: string, rank: TextureRank): void {
		if (rank === TEXTURE_RANK.color) this.failure ??= `The model's colors cannot be read: ${reason}.`;
		else this.notes.add(`A detail texture is not shown: ${reason}.`);
	}
}

/** Pixels that will be left of an image, at most: no decoder leaves one twice as large as is wanted. */
function keptPixels(bytes: Uint8Array, side: number): number {
	const { width, height } = imageSize(bytes.subarray(0, HEAD_BYTES)) ?? { width: 1, height: 1 };
	return (width * height) / Math.max(1, Math.max(width, height) / (2 * side)) ** 2;
}
