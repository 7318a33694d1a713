/**
 * The materials of a model: their factors, with neutral ones where the map that belongs to them is missing, and their
 * textures.
 */
import { at, extensionOf, type GltfMaterial, type TextureInfo } from '../../facts/gltf';
import { isNumbers } from '../../facts/matrix';
import type { TimeSlicer } from '../../timeSlicer';
import type { GlbFile } from './glbFile';
import type { Material, TextureMap } from './drawableScene';
import {
	TEXTURE_RANK,
	TextureLoader,
	type TextureRank,
	type TextureRoom,
	type WantedTexture,
} from './loadTextures';

/** How much of what is behind shows through wholly transmissive glass: all would leave nothing to see. */
const GLASS_ALPHA = 0.35;

/** What stands for a map of metal and roughness that is missing: its factors alone would make everything a rough metal. */
const NEUTRAL = { metallic: 0, roughness: 0.7 };

/** What most things mirror from the front, which is a refractive index of 1.5. */
const MIRRORED = 0.04;

/** From this roughness on a metal with a color map is a generated model whose writer left the metal out. */
const GENERATED_ROUGHNESS = 0.85;

/** Materials by their index, each made once; one that is not there is glTF's default. */
export class MaterialLoader {
	private readonly loaded = new Map<number | undefined, Material>();
	private readonly prepared = new Set<number | undefined>();
	private readonly textures: TextureLoader;

	constructor(
		private readonly file: GlbFile,
		room: TextureRoom,
		slicer: TimeSlicer,
	) {
		this.textures = new TextureLoader(file, room, slicer);
	}

	/** Textures that could not be shown, in words. */
	get notes(): ReadonlySet<string> {
		return this.textures.notes;
	}

	/** Why the picture would mislead: the model's colors are in a format that cannot be read. */
	get failure(): string | undefined {
		return this.textures.failure;
	}

	/** Decodes the textures of all these materials, the most important first, whichever material they belong to. */
	async prepare(indexes: Iterable<number | undefined>): Promise<void> {
		const added = [...new Set(indexes)].filter((index) => !this.prepared.has(index));
		for (const index of added) this.prepared.add(index);
		const sources = added.map((index) => this.sourceOf(index));
		await this.textures.loadAll(sources.flatMap((source) => texturesOf(source).filter(({ info }) => info)));
	}

	async load(index: number | undefined): Promise<Material> {
		const known = this.loaded.get(index);
		if (known) return known;
		await this.prepare([index]);
		const material = this.read(this.sourceOf(index));
		this.loaded.set(index, material);
		return material;
	}

	private sourceOf(index: number | undefined): GltfMaterial {
		return at(this.file.gltf.materials, index) ?? {};
	}

	private read(source: GltfMaterial): Material {
		const legacy = legacyOf(source);
		const pbr = source.pbrMetallicRoughness ?? {};
		const baseColor = numbers(legacy ? legacy.diffuseFactor : pbr.baseColorFactor, [1, 1, 1, 1]);
		const transmission = numberOr(extensionOf(source, 'KHR_materials_transmission')?.transmissionFactor, 0);
		baseColor[3] *= 1 - transmission * (1 - GLASS_ALPHA);
		const strength = numberOr(extensionOf(source, 'KHR_materials_emissive_strength')?.emissiveStrength, 1);
		const material: Material = {
			baseColor: [baseColor[0], baseColor[1], baseColor[2], baseColor[3]],
			baseColorMap: this.textures.get(baseTextureOf(source)),
			metallic: legacy ? 0 : numberOr(pbr.metallicFactor, 1),
			roughness: legacy ? 1 - numberOr(legacy.glossinessFactor, 1) : numberOr(pbr.roughnessFactor, 1),
			...specularOf(source),
			normalScale: numberOr(source.normalTexture?.scale, 1),
			emissive: scaled(numbers(source.emissiveFactor, [0, 0, 0]), strength),
			occlusionStrength: numberOr(source.occlusionTexture?.strength, 1),
			alphaMode: 'opaque',
			alphaCutoff: numberOr(source.alphaCutoff, 0.5),
			doubleSided: source.doubleSided === true,
			unlit: isUnlit(source),
		};
		material.alphaMode = alphaModeOf(source, material, transmission);
		if (isGeneratedMatt(source, material)) material.metallic = 0;
		if (!material.unlit) this.addDetail(source, material);
		return material;
	}

	/** Adds the maps; where one is missing, what is left of the material must not spoil the rest. */
	private addDetail(source: GltfMaterial, material: Material): void {
		const get = (info: TextureInfo | undefined) => this.textures.get(info);
		const legacyInfo = legacyOf(source)?.specularGlossinessTexture as TextureInfo | undefined;
		const metalInfo = source.pbrMetallicRoughness?.metallicRoughnessTexture;
		material.normalMap = get(source.normalTexture);
		material.occlusionMap = get(source.occlusionTexture);
		material.emissiveMap = get(source.emissiveTexture);
		if (legacyOf(source)) material.specularGlossinessMap = get(legacyInfo);
		else material.metallicRoughnessMap = get(metalInfo);
		if (source.emissiveTexture && !material.emissiveMap) material.emissive = [0, 0, 0];
		if (legacyOf(source)) {
			if (legacyInfo && !material.specularGlossinessMap) {
				Object.assign(material, NEUTRAL, { specular: [MIRRORED, MIRRORED, MIRRORED] });
			}
		} else if (metalInfo && !material.metallicRoughnessMap) Object.assign(material, NEUTRAL);
	}
}

/** All textures that a material draws with. */
function texturesOf(source: GltfMaterial): WantedTexture[] {
	const legacy = legacyOf(source);
	const wanted = (info: unknown, rank: TextureRank): WantedTexture => ({
		info: typeof info === 'object' && info !== null ? info : undefined,
		rank,
	});
	const color = wanted(baseTextureOf(source), TEXTURE_RANK.color);
	if (isUnlit(source)) return [color];
	const shines = numbers(source.emissiveFactor, [0, 0, 0]).some((value) => value > 0);
	const metal = legacy
		? legacy.specularGlossinessTexture
		: source.pbrMetallicRoughness?.metallicRoughnessTexture;
	return [
		color,
		wanted(shines ? source.emissiveTexture : undefined, TEXTURE_RANK.emission),
		wanted(metal, TEXTURE_RANK.metal),
		wanted(source.normalTexture, TEXTURE_RANK.relief),
		wanted(source.occlusionTexture, TEXTURE_RANK.relief),
	];
}

function legacyOf(source: GltfMaterial): Record<string, unknown> | undefined {
	return extensionOf(source, 'KHR_materials_pbrSpecularGlossiness');
}

function baseTextureOf(source: GltfMaterial): TextureInfo | undefined {
	const legacy = legacyOf(source);
	return (legacy ? legacy.diffuseTexture : source.pbrMetallicRoughness?.baseColorTexture) as
		| TextureInfo
		| undefined;
}

function isUnlit(source: GltfMaterial): boolean {
	return extensionOf(source, 'KHR_materials_unlit') !== undefined;
}

/**
 * Generators that write a color map alone leave the metal out, and the format's default for it is 1: a rough metal, which
 * shows its color in the even light around it only. It is drawn as the matt thing that it is a model of.
 */
function isGeneratedMatt(source: GltfMaterial, { baseColorMap, metallic, roughness }: Material): boolean {
	const isAllMetal = metallic === 1 && !source.pbrMetallicRoughness?.metallicRoughnessTexture;
	return isAllMetal && baseColorMap !== undefined && roughness >= GENERATED_ROUGHNESS;
}

/** What is mirrored (`KHR_materials_specular`, `KHR_materials_ior`, `KHR_materials_pbrSpecularGlossiness`). */
function specularOf(source: GltfMaterial): Pick<Material, 'specular' | 'specularEdge'> {
	const legacy = legacyOf(source);
	if (legacy) return { specular: scaled(numbers(legacy.specularFactor, [1, 1, 1]), 1), specularEdge: 1 };
	const extension = extensionOf(source, 'KHR_materials_specular');
	const ior = numberOr(extensionOf(source, 'KHR_materials_ior')?.ior, 1.5);
	// An index of 0 stands for a material that mirrors all (KHR_materials_ior).
	const front = ior === 0 ? 1 : ((ior - 1) / (ior + 1)) ** 2;
	const factor = Math.min(1, Math.max(0, numberOr(extension?.specularFactor, 1)));
	const color = numbers(extension?.specularColorFactor, [1, 1, 1]);
	const [red, green, blue] = color.map((part) => Math.min(1, Math.max(0, front * part)) * factor);
	return { specular: [red, green, blue], specularEdge: factor };
}

/** Blending that would show nothing through is drawn as opaque, which sorts better. */
function alphaModeOf(source: GltfMaterial, material: Material, transmission: number): Material['alphaMode'] {
	const mayBeTransparent = material.baseColor[3] < 1 || hasAlpha(material.baseColorMap);
	if (source.alphaMode === 'MASK') return mayBeTransparent ? 'mask' : 'opaque';
	if (transmission > 0) return 'blend';
	return source.alphaMode === 'BLEND' ? 'blend' : 'opaque';
}

function hasAlpha(map: TextureMap | undefined): boolean {
	return map?.texture.hasAlpha === true;
}

function numbers(value: unknown, defaults: readonly number[]): number[] {
	return isNumbers(value, defaults.length) ? [...value] : [...defaults];
}

function numberOr(value: unknown, fallback: number): number {
	return typeof value === 'number' && Number.isFinite(value) ? value : fallback;
}

function scaled(color: readonly number[], strength: number): [number, number, number] {
	return [color[0] * strength, color[1] * strength, color[2] * strength];
}
