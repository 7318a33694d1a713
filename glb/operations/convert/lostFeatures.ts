/**
 * What another kind of file cannot hold of a model: the opened model and the format in, a sentence for each thing that is lost
 * out. What a converter does to textures and colors it says itself.
 */
import { at, extensionOf, type Gltf, type GltfNode, listOf, PRIMITIVE_MODE } from '../../facts/gltf';
import type { ConvertFormat } from './convertModel';
import type { OpenModel } from './openModel';
import { readMaterial, type SourceMap, type SourceMaterial } from './sourceMaterial';

/** glTF's name for the filter that shows each pixel of a texture as a square. */
const NEAREST = 9728;

const SENTENCES = {
	animations: 'The file has no animations. It shows the starting pose.',
	skeleton: 'The file has no skeleton. It shows the starting pose.',
	morphTargets: 'The file has no morph targets. It shows the starting weights.',
	cameras: 'The file has no cameras.',
	lights: 'The file has no lights.',
	lines: 'The file has no points and lines.',
	variants: 'The file has no material variants. It shows the materials that are seen first.',
	thirdSet: 'Textures on a third set of coordinates lie on the first one.',
	nearest:
		'Textures that show hard pixels (nearest filter) become smooth, because the format has no filters.',
	shapeAlone: 'The file has no colors, textures and materials, because an STL holds the shape alone.',
	colorAlone: 'The file has one color for each material, without relief, shine, glow and transparency.',
	edges: 'Textures repeat beyond their edge, because an OBJ cannot say that they end there or are mirrored.',
	otherCoordinates:
		'All textures of a material lie as its color does, because an OBJ has one set of coordinates.',
	cutOut: 'Cut-out transparency may have soft edges, because an OBJ has no threshold.',
	strongGlow: 'Surfaces that glow more than white glow like white.',
	unlit: 'Unlit materials became lit ones.',
	coat: 'The file has no clear coat.',
} as const;

type Loss = keyof typeof SENTENCES;

/** The sentences, each once. */
export function lostFeatures({ gltf, parts }: OpenModel, format: ConvertFormat): string[] {
	const materials = [...new Set(parts.map(({ materialIndex }) => materialIndex))].map((index) =>
		readMaterial(gltf, index),
	);
	const lost = [...lostStructure(gltf, [...new Set(parts.map(({ drawn }) => drawn.node))])];
	if (format === 'stl') {
		if (parts.some(({ colors }) => colors) || materials.some(hasColor)) lost.push('shapeAlone');
	} else if (format === '3mf') {
		if (materials.some(isMoreThanColor)) lost.push('colorAlone');
	} else lost.push(...lostSurface(materials, format));
	return lost.map((loss) => SENTENCES[loss]);
}

function* lostStructure(gltf: Gltf, drawn: readonly GltfNode[]): Generator<Loss> {
	const meshes = drawn.map(({ mesh }) => at(gltf.meshes, mesh));
	const primitives = meshes.flatMap((mesh) => listOf(mesh?.primitives));
	if (listOf(gltf.animations).length > 0) yield 'animations';
	if (drawn.some(({ skin }) => at(gltf.skins, skin))) yield 'skeleton';
	if (primitives.some((each) => listOf(each?.targets).length > 0)) yield 'morphTargets';
	const nodes = listOf(gltf.nodes);
	if (nodes.some((node) => at(gltf.cameras, node?.camera))) yield 'cameras';
	if (nodes.some((node) => extensionOf(node, 'KHR_lights_punctual'))) yield 'lights';
	const all = listOf(gltf.meshes).flatMap((mesh) => listOf(mesh?.primitives));
	if (all.some((each) => Number.isInteger(each?.mode) && each.mode! < PRIMITIVE_MODE.triangles))
		yield 'lines';
	if (primitives.some((each) => extensionOf(each, 'KHR_materials_variants'))) yield 'variants';
}

function* lostSurface(materials: readonly SourceMaterial[], format: 'usdz' | 'obj'): Generator<Loss> {
	const maps = materials.flatMap(mapsOf);
	if (maps.some(({ isOnThirdSet }) => isOnThirdSet)) yield 'thirdSet';
	if (maps.some(({ filter }) => filter === NEAREST)) yield 'nearest';
	if (format === 'usdz') return;
	if (maps.some(({ wrapU, wrapV }) => wrapU !== 'repeat' || wrapV !== 'repeat')) yield 'edges';
	if (materials.some(liesInSeveralWays)) yield 'otherCoordinates';
	if (materials.some(({ alphaMode }) => alphaMode === 'mask')) yield 'cutOut';
	if (materials.some(({ emissive }) => Math.max(...emissive) > 1)) yield 'strongGlow';
	if (materials.some(({ unlit }) => unlit)) yield 'unlit';
	if (materials.some(({ clearcoat }) => clearcoat > 0)) yield 'coat';
}

function mapsOf(material: SourceMaterial): SourceMap[] {
	const { baseColorMap, metallicRoughnessMap, normalMap, occlusionMap, emissiveMap } = material;
	return [baseColorMap, metallicRoughnessMap, normalMap, occlusionMap, emissiveMap].filter(
		(map) => map !== undefined,
	);
}

function liesInSeveralWays(material: SourceMaterial): boolean {
	const place = ({ set, transform }: Pick<SourceMap, 'set' | 'transform'>) =>
		JSON.stringify([set, transform]);
	const first = place(material.baseColorMap ?? { set: 0, transform: undefined });
	return [material.normalMap, material.emissiveMap].some((map) => map && place(map) !== first);
}

/** Whether a model is other than plain white. */
function hasColor(material: SourceMaterial): boolean {
	return (
		mapsOf(material).length > 0 ||
		[...material.baseColor].some((value) => value !== 1) ||
		isMoreThanColor(material)
	);
}

function isMoreThanColor(material: SourceMaterial): boolean {
	const { baseColorMap, alphaMode, emissive, clearcoat, lost } = material;
	const others = mapsOf(material).filter((map) => map !== baseColorMap);
	return (
		others.length > 0 ||
		alphaMode !== 'opaque' ||
		Math.max(...emissive) > 0 ||
		clearcoat > 0 ||
		lost.length > 0
	);
}
