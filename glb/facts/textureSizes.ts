/** What the textures of a model are: their formats from the description, their sizes from the first bytes of each. */
import { GLB_CHUNK_HEADER_BYTES, type GlbHeader, type ReadRange } from './glbHead';
import { at, countOf, extensionOf, listOf, type Gltf, type GltfImage, type GltfTexture } from './gltf';
import { imageSize, type ImageSize } from '../images/imageHeader';
import { MODEL_LIMITS } from './factsLimits';
import { shortNames, shortText } from './shortText';

/** Extensions that give a texture a source in another format (Khronos glTF extension registry). */
const SOURCE_EXTENSIONS: Readonly<Record<string, string>> = {
	KHR_texture_basisu: 'ktx2',
	EXT_texture_webp: 'webp',
	EXT_texture_avif: 'avif',
	MSFT_texture_dds: 'dds',
};

/** The formats of all textures, short names, each once, sorted; `unknown` where the file does not say. */
export function textureFormats(gltf: Gltf): string[] {
	const formats = new Set<string>();
	// Many textures may name the same image.
	const images = new Set<GltfImage>();
	for (const texture of listOf(gltf.textures)) {
		for (const [extension, format] of Object.entries(SOURCE_EXTENSIONS)) {
			if (extensionOf(texture, extension)) formats.add(format);
		}
		const image = at(gltf.images, texture?.source);
		if (image) images.add(image);
	}
	for (const image of images) formats.add(imageFormat(image));
	return shortNames(formats, MODEL_LIMITS.maxNames);
}

/**
 * The sizes of the images that textures use, in pixels, by image index. Reads up to 64 KB of each; an image that lies
 * outside the file or in a format without a plain header is left out.
 */
export async function readTextureSizes(
	read: ReadRange,
	gltf: Gltf,
	header: GlbHeader,
): Promise<Map<number, ImageSize>> {
	const sizes = new Map<number, ImageSize>();
	const binaryStart = header.jsonOffset + header.jsonLength + GLB_CHUNK_HEADER_BYTES;
	const used = new Set(listOf(gltf.textures).flatMap(imageIndexesOf));
	for (const index of [...used].slice(0, MODEL_LIMITS.maxTexturesMeasured)) {
		const view = at(gltf.bufferViews, at(gltf.images, index)?.bufferView);
		if (!view || (view.buffer ?? 0) !== 0) continue;
		const length = Math.min(countOf(view.byteLength), MODEL_LIMITS.textureHeadBytes);
		if (length === 0) continue;
		const size = imageSize(await read(binaryStart + countOf(view.byteOffset), length));
		if (size) sizes.set(index, size);
	}
	return sizes;
}

/** Longer side of the largest texture in pixels; undefined where no size is known. */
export function largestSide(sizes: Iterable<ImageSize>): number | undefined {
	const sides = [...sizes].map(({ width, height }) => Math.max(width, height));
	return sides.length > 0 ? Math.max(...sides) : undefined;
}

function imageIndexesOf(texture: GltfTexture): number[] {
	const sources = Object.keys(SOURCE_EXTENSIONS).map((name) => extensionOf(texture, name)?.source);
	return [texture?.source, ...sources].filter((source): source is number => Number.isInteger(source));
}

/** Characters at the start or the end of an address in which its type is looked for. */
const TYPE_CHARACTERS = 100;

function imageFormat(image: GltfImage): string {
	const uri = typeof image.uri === 'string' ? image.uri : '';
	const mimeType: unknown = image.mimeType ?? /^data:([^;,]+)/.exec(uri.slice(0, TYPE_CHARACTERS))?.[1];
	const name = shortText(mimeType);
	if (name !== undefined) return name.replace(/^image\//, '').toLowerCase();
	const extension = /\.([a-z0-9]+)$/i.exec(uri.slice(-TYPE_CHARACTERS))?.[1]?.toLowerCase();
	return extension === 'jpg' ? 'jpeg' : (extension ?? 'unknown');
}
