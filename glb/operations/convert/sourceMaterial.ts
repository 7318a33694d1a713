/** What a converted file says of a material: a material of the GLB in; its factors, and where its textures are, out. */
import { at, extensionOf, type Gltf, type GltfMaterial, type TextureInfo } from '../../facts/gltf';
import { isNumbers } from '../../facts/matrix';
import { type Affine, affineOf, imageIndexOf } from '../../preview/scene/textureInfo';
import type { Wrap } from '../../preview/scene/drawableScene';
import { wrapOf } from '../../preview/scene/textureInfo';

/** How much of what is behind shows through wholly transmissive glass, as in pictures. */
const GLASS_ALPHA = 0.35;

/** A texture and how it lies on the surface. */
export interface SourceMap {
	/** Index of the image in the file; undefined for a format that nothing here reads. */
	image: number | undefined;
	set: 0 | 1;
	transform: Affine | undefined;
	/** The file names a set beyond the two that are read; the first one stands for it. */
	isOnThirdSet: boolean;
	wrapU: Wrap;
	wrapV: Wrap;
	/** How its pixels are shown larger than they are (WebGL's number); undefined where the file leaves it to the viewer. */
	filter: unknown;
}

/** Colors are linear. */
export interface SourceMaterial {
	name: string | undefined;
	baseColor: readonly [red: number, green: number, blue: number, alpha: number];
	baseColorMap?: SourceMap;
	metallic: number;
	roughness: number;
	/** Green is roughness, blue is metallic. */
	metallicRoughnessMap?: SourceMap;
	normalMap?: SourceMap;
	normalScale: number;
	/** Red is how much ambient light arrives. */
	occlusionMap?: SourceMap;
	occlusionStrength: number;
	emissive: readonly [red: number, green: number, blue: number];
	emissiveMap?: SourceMap;
	alphaMode: 'opaque' | 'mask' | 'blend';
	alphaCutoff: number;
	doubleSided: boolean;
	unlit: boolean;
	ior: number;
	clearcoat: number;
	clearcoatRoughness: number;
	/** What no other format than glTF says, in words. */
	lost: string[];
}

/** Total: what is missing or of another type is glTF's default, as is a material that is not there. Colors are linear. */
export function readMaterial(gltf: Gltf, index: number | undefined): SourceMaterial {
	const source: GltfMaterial = at(gltf.materials, index) ?? {};
	const legacy = extensionOf(source, 'KHR_materials_pbrSpecularGlossiness');
	const pbr = source.pbrMetallicRoughness ?? {};
	const map = (info: unknown) => mapOf(gltf, info);
	const transmission = unit(extensionOf(source, 'KHR_materials_transmission')?.transmissionFactor, 0);
	const color = numbers(legacy ? legacy.diffuseFactor : pbr.baseColorFactor, [1, 1, 1, 1]);
	const strength = numberOr(extensionOf(source, 'KHR_materials_emissive_strength')?.emissiveStrength, 1);
	const [red, green, blue] = numbers(source.emissiveFactor, [0, 0, 0]).map((value) => value * strength);
	const coat = extensionOf(source, 'KHR_materials_clearcoat');
	const alphaMode = transmission > 0 || source.alphaMode === 'BLEND' ? 'blend' : 'opaque';
	return {
		name: typeof source.name === 'string' ? source.name : undefined,
		baseColor: [color[0], color[1], color[2], color[3] * (1 - transmission * (1 - GLASS_ALPHA))],
		baseColorMap: map(legacy ? legacy.diffuseTexture : pbr.baseColorTexture),
		metallic: legacy ? 0 : unit(pbr.metallicFactor, 1),
		roughness: legacy ? 1 - unit(legacy.glossinessFactor, 1) : unit(pbr.roughnessFactor, 1),
		metallicRoughnessMap: legacy ? undefined : map(pbr.metallicRoughnessTexture),
		// A flat relief is none; not every format can say how deep one is.
		normalMap: source.normalTexture?.scale === 0 ? undefined : map(source.normalTexture),
		normalScale: numberOr(source.normalTexture?.scale, 1),
		occlusionMap: map(source.occlusionTexture),
		occlusionStrength: unit(source.occlusionTexture?.strength, 1),
		emissive: [red, green, blue],
		emissiveMap: map(source.emissiveTexture),
		alphaMode: source.alphaMode === 'MASK' ? 'mask' : alphaMode,
		alphaCutoff: unit(source.alphaCutoff, 0.5),
		doubleSided: source.doubleSided === true,
		unlit: extensionOf(source, 'KHR_materials_unlit') !== undefined,
		ior: Math.max(0, numberOr(extensionOf(source, 'KHR_materials_ior')?.ior, 1.5)),
		clearcoat: unit(coat?.clearcoatFactor, 0),
		clearcoatRoughness: unit(coat?.clearcoatRoughnessFactor, 0),
		lost: lostOf(source),
	};
}

/** Extensions that change how a surface looks and that no converted file can say, by what people call them. */
const LOST: Readonly<Record<string, string>> = {
	KHR_materials_anisotropy: 'brushed metal',
	KHR_materials_diffuse_transmission: 'light that shines through',
	KHR_materials_dispersion: 'colors that glass splits light into',
	KHR_materials_iridescence: 'iridescence',
	KHR_materials_pbrSpecularGlossiness: 'specular color',
	KHR_materials_sheen: 'cloth sheen',
	KHR_materials_specular: 'specular color',
	KHR_materials_transmission: 'glass (written as half transparent)',
	KHR_materials_volume: 'the thickness of glass',
};

const COAT_MAPS = ['clearcoatTexture', 'clearcoatRoughnessTexture', 'clearcoatNormalTexture'];

function lostOf(source: GltfMaterial): string[] {
	const words = Object.entries(LOST)
		.filter(([name]) => extensionOf(source, name) !== undefined)
		.map(([, word]) => word);
	const coat = extensionOf(source, 'KHR_materials_clearcoat');
	return COAT_MAPS.some((name) => coat?.[name] !== undefined)
		? [...words, 'textures of the clear coat']
		: words;
}

function mapOf(gltf: Gltf, value: unknown): SourceMap | undefined {
	const info = (typeof value === 'object' && value !== null ? value : undefined) as TextureInfo | undefined;
	const texture = at(gltf.textures, info?.index);
	if (!info || !texture) return undefined;
	const transform = extensionOf(info, 'KHR_texture_transform');
	const sampler = at(gltf.samplers, texture.sampler);
	const set: unknown = transform?.texCoord ?? info.texCoord ?? 0;
	return {
		image: imageIndexOf(texture),
		set: set === 1 ? 1 : 0,
		isOnThirdSet: typeof set === 'number' && set > 1,
		transform: transform && affineOf(transform),
		wrapU: wrapOf(sampler?.wrapS),
		wrapV: wrapOf(sampler?.wrapT),
		filter: sampler?.magFilter,
	};
}

/** Linear to the numbers that files and screens store (sRGB), 0 to 1. */
export function toSrgb(linear: number): number {
	const value = Math.min(1, Math.max(0, linear));
	return value <= 0.0031308 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055;
}

/** The other way round. */
export function toLinear(stored: number): number {
	return stored <= 0.04045 ? stored / 12.92 : ((stored + 0.055) / 1.055) ** 2.4;
}

function numbers(value: unknown, defaults: readonly number[]): number[] {
	return isNumbers(value, defaults.length) ? [...value] : [...defaults];
}

function numberOr(value: unknown, fallback: number): number {
	return typeof value === 'number' && Number.isFinite(value) ? value : fallback;
}

function unit(value: unknown, fallback: number): number {
	return Math.min(1, Math.max(0, numberOr(value, fallback)));
}
