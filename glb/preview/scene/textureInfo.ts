/** What a material says of a texture: which image it is, and how it lies on the surface. */
import { extensionOf, type GltfTexture, type TextureInfo } from '../../facts/gltf';
import { isNumbers } from '../../facts/matrix';
import type { Texture, TextureMap, Wrap } from './drawableScene';

const WRAPS: Readonly<Record<number, Wrap>> = { 33071: 'clamp', 33648: 'mirror', 10497: 'repeat' };

/** The plain image where there is one, else the WebP one, which is the only other format that is decoded. */
export function imageIndexOf(texture: GltfTexture): number | undefined {
	const source = texture.source ?? extensionOf(texture, 'EXT_texture_webp')?.source;
	return Number.isInteger(source) ? (source as number) : undefined;
}

/** The texture as it lies on the surface: which coordinates, moved and turned how, and how it goes on. */
export function toTextureMap(
	info: TextureInfo | undefined,
	sampler: { wrapS?: number; wrapT?: number } | undefined,
	texture: Texture,
): TextureMap {
	const transform = extensionOf(info, 'KHR_texture_transform');
	const affine = transform && affineOf(transform);
	return {
		texture,
		set: (transform?.texCoord ?? info?.texCoord) === 1 ? 1 : 0,
		transform: affine,
		detail: detailOf(texture, affine),
		wrapU: wrapOf(sampler?.wrapS),
		wrapV: wrapOf(sampler?.wrapT),
	};
}

/** What a texture shows beyond its edge, by the number that a sampler has for it. */
export function wrapOf(mode: number | undefined): Wrap {
	return WRAPS[mode ?? 10497] ?? 'repeat';
}

function detailOf({ levels: [{ width, height }] }: Texture, transform: TextureMap['transform']): number {
	const stretch = transform ? Math.abs(transform[0] * transform[4] - transform[1] * transform[3]) : 1;
	return 0.5 * Math.log2(width * height * stretch);
}

/** How coordinates are moved, turned and stretched before the texture is looked up. */
export type Affine = NonNullable<TextureMap['transform']>;

/** Offset · rotation · scale as one affine map (`KHR_texture_transform`). */
export function affineOf(transform: Record<string, unknown>): Affine {
	const [offsetU, offsetV] = isNumbers(transform.offset, 2) ? transform.offset : [0, 0];
	const [scaleU, scaleV] = isNumbers(transform.scale, 2) ? transform.scale : [1, 1];
	const angle = typeof transform.rotation === 'number' ? transform.rotation : 0;
	const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
	return [cosine * scaleU, sine * scaleV, offsetU, -sine * scaleU, cosine * scaleV, offsetV];
}
