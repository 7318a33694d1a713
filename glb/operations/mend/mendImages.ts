/** The images of a file put right: each is what the file says it is, and one that viewers cannot read is dropped. */
import { type GltfImage, type GltfTexture, listOf } from '../../facts/gltf';
import { imageKind } from '../../images/imageKind';
import { decodeImage } from '../../preview/codecs/decodeImage';
import { encodeJpeg } from '../../preview/codecs/jpeg/encodeJpeg';
import { compressBitmap, encodePng } from '../../preview/codecs/png/encodePng';
import type { Workshop } from './primitive';
import { hasPlainHeader } from './imageHead';
import { dataUriBytes, LONGEST_URI_HEAD } from './storage';

const MIME_TYPES: Readonly<Record<string, string>> = {
	png: 'image/png',
	jpeg: 'image/jpeg',
	webp: 'image/webp',
};
/** What a texture may name without an extension; an image in another file need not say what it is. */
const PLAIN = new Set<string | undefined>(['image/png', 'image/jpeg', undefined]);
const WEBP = 'EXT_texture_webp';

/** Largest image that is written anew, pixels of a side. */
const MAX_SIDE = 4_096;
const JPEG_QUALITY = 92;

/** Puts images right in place, and the textures that name them. */
export async function mendImages(shop: Workshop): Promise<void> {
	const { description } = shop;
	const images = listOf(description.gltf.images);
	for (const [index, image] of images.entries()) {
		if (description.isLost('images', index)) continue;
		if (!(await mendImage(image, shop))) {
			description.lose('images', index);
			description.repairs.note('lostImages');
		}
		await shop.slicer.pause();
	}
	description.clean();
	listOf(description.gltf.textures).forEach((texture, index) => {
		if (description.isLost('textures', index)) return;
		nameFormat(texture, images, shop);
		if (texture.source === undefined || PLAIN.has(images[texture.source].mimeType)) return;
		description.lose('textures', index);
		description.repairs.note('lostImages');
	});
	description.clean();
}

async function mendImage(image: GltfImage, shop: Workshop): Promise<boolean> {
	const { description, storage, uses, slicer } = shop;
	if (image.bufferView !== undefined) image.bufferView = uses.ofImage(image.bufferView);
	const bytes =
		image.bufferView === undefined ? dataUriBytes(image.uri!) : storage.viewBytes(image.bufferView);
	// What an extension stores has its data elsewhere; other formats are for viewers that know them.
	if (!bytes || Object.keys(image.extensions ?? {}).length > 0) return true;
	const kind = imageKind(bytes);
	const mimeType = MIME_TYPES[kind ?? ''];
	if (mimeType === undefined) return image.mimeType !== undefined && image.bufferView !== undefined;
	if (hasPlainHeader(bytes, mimeType)) {
		nameType(image, mimeType, shop);
		return true;
	}
	const decoded = await decodeImage(bytes, MAX_SIDE, slicer);
	if (!decoded.ok) return false;
	const isJpeg = kind === 'jpeg';
	const file = isJpeg
		? await encodeJpeg(decoded.bitmap, { quality: JPEG_QUALITY, halvesColors: false }, slicer)
		: encodePng(await compressBitmap(decoded.bitmap, slicer));
	delete image.uri;
	image.bufferView = uses.ofImage(storage.store(file));
	image.mimeType = isJpeg ? 'image/jpeg' : 'image/png';
	description.repairs.note('images');
	return true;
}

/** The type that an image states, in its own field and in a data URI, is the one that it has. */
function nameType(image: GltfImage, mimeType: string, { description: { repairs } }: Workshop): void {
	const [head, stated] = /^data:([^;,]*)/.exec(image.uri?.slice(0, LONGEST_URI_HEAD) ?? '') ?? [];
	if (head !== undefined && stated!.toLowerCase() !== mimeType) {
		image.uri = `data:${mimeType}${image.uri!.slice(head.length)}`;
		repairs.note('description');
	}
	if (image.mimeType === mimeType || (image.mimeType === undefined && image.bufferView === undefined)) return;
	image.mimeType = mimeType;
	repairs.note('description');
}

/** A WebP is named by its extension, and PNG and JPEG are not. */
function nameFormat(texture: GltfTexture, images: readonly GltfImage[], { description }: Workshop): void {
	const isWebp = (index: unknown) =>
		Number.isInteger(index) && images[index as number].mimeType === 'image/webp';
	const extensions = (texture.extensions ?? {}) as Record<string, { source?: number }>;
	const named = extensions[WEBP]?.source;
	if (named !== undefined && !isWebp(named)) {
		texture.source ??= named;
		delete extensions[WEBP];
		description.repairs.note('description');
	}
	if (texture.source === undefined || !isWebp(texture.source)) return;
	texture.extensions = { ...extensions, [WEBP]: { source: texture.source } };
	delete texture.source;
	description.needed.add(WEBP);
	description.repairs.note('description');
}
