/** What the format allows in a material, its textures and the extensions of both. */
import {
	BAD,
	bool,
	type Entries,
	int,
	isObject,
	num,
	nums,
	object,
	oneOf,
	ref,
	type Rule,
	withExtensions,
} from './rules';

/** Sets of texture coordinates that a surface may ask for; nobody has more than eight. */
const MAX_TEXCOORD = 31;

const FACTOR = num({ min: 0, max: 1 });
const COLOR = nums([3], { min: 0, max: 1 });

const textureTransform = object({
	offset: nums([2]),
	rotation: num(),
	scale: nums([2]),
	texCoord: int(0, MAX_TEXCOORD),
});

function textureInfo(more: Record<string, Rule> = {}): Rule {
	return object({
		'index!': ref('textures'),
		texCoord: int(0, MAX_TEXCOORD),
		extensions: withExtensions({ KHR_texture_transform: textureTransform }),
		...more,
	});
}

const TEXTURE = textureInfo();
const NORMAL_TEXTURE = textureInfo({ scale: num() });

const MATERIAL_EXTENSIONS: Record<string, Rule> = {
	KHR_materials_anisotropy: object({
		anisotropyStrength: FACTOR,
		anisotropyRotation: num(),
		anisotropyTexture: TEXTURE,
	}),
	KHR_materials_clearcoat: object({
		clearcoatFactor: FACTOR,
		clearcoatTexture: TEXTURE,
		clearcoatRoughnessFactor: FACTOR,
		clearcoatRoughnessTexture: TEXTURE,
		clearcoatNormalTexture: NORMAL_TEXTURE,
	}),
	KHR_materials_dispersion: object({ dispersion: num({ min: 0 }) }),
	KHR_materials_emissive_strength: object({ emissiveStrength: num({ min: 0 }) }),
	KHR_materials_ior: object({ ior: (value, context) => (value === 0 ? 0 : num({ min: 1 })(value, context)) }),
	KHR_materials_iridescence: object({
		iridescenceFactor: FACTOR,
		iridescenceTexture: TEXTURE,
		iridescenceIor: num({ min: 1 }),
		iridescenceThicknessMinimum: num({ min: 0 }),
		iridescenceThicknessMaximum: num({ min: 0 }),
		iridescenceThicknessTexture: TEXTURE,
	}),
	KHR_materials_pbrSpecularGlossiness: object({
		diffuseFactor: nums([4], { min: 0, max: 1 }),
		diffuseTexture: TEXTURE,
		specularFactor: COLOR,
		glossinessFactor: FACTOR,
		specularGlossinessTexture: TEXTURE,
	}),
	KHR_materials_sheen: object({
		sheenColorFactor: COLOR,
		sheenColorTexture: TEXTURE,
		sheenRoughnessFactor: FACTOR,
		sheenRoughnessTexture: TEXTURE,
	}),
	KHR_materials_specular: object({
		specularFactor: FACTOR,
		specularTexture: TEXTURE,
		specularColorFactor: nums([3], { min: 0 }),
		specularColorTexture: TEXTURE,
	}),
	KHR_materials_transmission: object({ transmissionFactor: FACTOR, transmissionTexture: TEXTURE }),
	KHR_materials_unlit: object({}),
	KHR_materials_volume: object({
		attenuationColor: COLOR,
		attenuationDistance: num({ above: 0 }),
		thicknessFactor: num({ min: 0 }),
		thicknessTexture: TEXTURE,
	}),
};

/** A surface that glows more than the format's 1 says so by the extension that is there for it, and looks as before. */
const glow: Rule = (material, { repairs }) => {
	if (!isObject(material)) return BAD;
	const factor: unknown = material.emissiveFactor;
	if (!Array.isArray(factor) || factor.length !== 3 || !factor.every((each) => Number.isFinite(each)))
		return material;
	const most = Math.max(...(factor as number[]));
	if (most <= 1 || factor.some((each) => each < 0)) return material;
	const extensions = isObject(material.extensions)
		? material.extensions
		: (material.extensions = {} as Entries);
	const known = (extensions.KHR_materials_emissive_strength as Entries | undefined)?.emissiveStrength;
	const before = Number.isFinite(known) ? Math.max(0, known as number) : 1;
	if (!Number.isFinite(before * most)) return material;
	extensions.KHR_materials_emissive_strength = { emissiveStrength: before * most };
	material.emissiveFactor = factor.map((each: number) => Math.min(1, each / most));
	repairs.note('description');
	return material;
};

const material = object({
	pbrMetallicRoughness: object({
		baseColorFactor: nums([4], { min: 0, max: 1 }),
		baseColorTexture: TEXTURE,
		metallicFactor: FACTOR,
		roughnessFactor: FACTOR,
		metallicRoughnessTexture: TEXTURE,
	}),
	normalTexture: NORMAL_TEXTURE,
	occlusionTexture: textureInfo({ strength: FACTOR }),
	emissiveTexture: TEXTURE,
	emissiveFactor: COLOR,
	alphaMode: oneOf('OPAQUE', 'MASK', 'BLEND'),
	alphaCutoff: num({ min: 0 }),
	doubleSided: bool,
	extensions: withExtensions(MATERIAL_EXTENSIONS),
});

/** A material. */
export const MATERIAL_RULE: Rule = (value, context) => material(glow(value, context), context);

/** A texture: an image and how it is sampled. */
export const TEXTURE_RULE: Rule = (value, context) => {
	const hadSource = isObject(value) && sourcesOf(value).length > 0;
	if (texture(value, context) === BAD) return BAD;
	// A texture without an image is one that viewers fail on.
	return hadSource && sourcesOf(value as Entries).length === 0 ? BAD : value;
};

const texture = object({
	sampler: ref('samplers'),
	source: ref('images'),
	extensions: withExtensions({ EXT_texture_webp: object({ 'source!': ref('images') }) }),
});

function sourcesOf({ source, extensions }: Entries): unknown[] {
	const others = isObject(extensions) ? Object.values(extensions) : [];
	return [source, ...others.map((each) => isObject(each) && each.source)].filter(Number.isInteger);
}
