/** The materials of a model: their factors, and their textures decoded once each. */
import { at, extensionOf, type GltfMaterial, type TextureInfo } from '../../facts/gltf';
import { isNumbers } from '../../facts/matrix';
import type { TimeSlicer } from '../../timeSlicer';
import type { GlbFile } from './glbFile';
import type { Material, TextureMap } from './drawableScene';
import { TextureLoader } from './loadTextures';

/** How much of what is behind shows through wholly transmissive glass: all would leave nothing to see. */
const GLASS_ALPHA = 0.35;

export class MaterialLoader {
	private readonly loaded = new Map<number | undefined, Promise<Material>>();
	private readonly textures: TextureLoader;

	constructor(
		private readonly file: GlbFile,
		textureSide: number,
		slicer: TimeSlicer,
	) {
		this.textures = new TextureLoader(file, textureSide, slicer);
	}

	/** Textures that could not be shown, in words. */
	get notes(): ReadonlySet<string> {
		return this.textures.notes;
	}

	/** Why the picture would mislead: the model's colours are in a format that cannot be read. */
	get failure(): string | undefined {
		return this.textures.failure;
	}

	async load(index: number | undefined): Promise<Material> {
		let material = this.loaded.get(index);
		if (!material) {
			material = this.read(at(this.file.gltf.materials, index) ?? {});
			this.loaded.set(index, material);
		}
		return material;
	}

	private async read(source: GltfMaterial): Promise<Material> {
		const legacy = extensionOf(source, 'KHR_materials_pbrSpecularGlossiness');
		const pbr = source.pbrMetallicRoughness ?? {};
		const baseInfo = (legacy ? legacy.diffuseTexture : pbr.baseColorTexture) as TextureInfo | undefined;
		const baseColor = numbers(legacy ? legacy.diffuseFactor : pbr.baseColorFactor, [1, 1, 1, 1]);
		const transmission = numberOr(extensionOf(source, 'KHR_materials_transmission')?.transmissionFactor, 0);
		baseColor[3] *= 1 - transmission * (1 - GLASS_ALPHA);
		const strength = numberOr(extensionOf(source, 'KHR_materials_emissive_strength')?.emissiveStrength, 1);
		const material: Material = {
			baseColor: [baseColor[0], baseColor[1], baseColor[2], baseColor[3]],
			baseColorMap: await this.textures.load(baseInfo, 'color'),
			metallic: legacy ? 0 : numberOr(pbr.metallicFactor, 1),
			roughness: legacy ? 1 - numberOr(legacy.glossinessFactor, 1) : numberOr(pbr.roughnessFactor, 1),
			normalScale: numberOr(source.normalTexture?.scale, 1),
			emissive: scaled(numbers(source.emissiveFactor, [0, 0, 0]), strength),
			occlusionStrength: numberOr(source.occlusionTexture?.strength, 1),
			alphaMode: 'opaque',
			alphaCutoff: numberOr(source.alphaCutoff, 0.5),
			doubleSided: source.doubleSided === true,
			unlit: extensionOf(source, 'KHR_materials_unlit') !== undefined,
		};
		material.alphaMode = alphaModeOf(source, material, transmission);
		if (!material.unlit) await this.addDetail(source, material);
		return material;
	}

	private async addDetail(source: GltfMaterial, material: Material): Promise<void> {
		const detail = (info: TextureInfo | undefined) => this.textures.load(info, 'detail');
		material.metallicRoughnessMap = await detail(source.pbrMetallicRoughness?.metallicRoughnessTexture);
		material.normalMap = await detail(source.normalTexture);
		material.occlusionMap = await detail(source.occlusionTexture);
		if (material.emissive.some((value) => value > 0)) {
			material.emissiveMap = await this.textures.load(source.emissiveTexture, 'detail');
		}
		const isMapMissing =
			source.pbrMetallicRoughness?.metallicRoughnessTexture && !material.metallicRoughnessMap;
		// The factors are meant to be multiplied by the map; alone they would make everything a rough metal.
		if (isMapMissing) Object.assign(material, { metallic: 0, roughness: 0.7 });
	}
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
