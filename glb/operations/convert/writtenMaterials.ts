/**
 * The materials of a model with the files of their textures: what the parts name in; factors and file names, with neutral
 * factors where a map cannot be read, out. Shared by the formats that have textures.
 */
import type { Part } from '../../preview/scene/loadGeometry';
import type { TimeSlicer } from '../../timeSlicer';
import { groupByMaterial } from './byMaterial';
import { CannotConvert } from './cannotConvert';
import { ImageReader, type WrittenImage } from './imageReader';
import type { OpenModel } from './openModel';
import { ColorSum, addColors } from './partColors';
import { type SourceMap, type SourceMaterial, readMaterial } from './sourceMaterial';

/** What stands for a map of metal and roughness that cannot be read: its factors alone would make everything metal. */
const NEUTRAL = { metallic: 0, roughness: 0.7 };

/** The textures that a converted material may have. */
export type MapName = 'baseColorMap' | 'metallicRoughnessMap' | 'normalMap' | 'occlusionMap' | 'emissiveMap';
export const MAP_NAMES: readonly MapName[] = [
	'baseColorMap',
	'metallicRoughnessMap',
	'normalMap',
	'occlusionMap',
	'emissiveMap',
];

/** A material with the files that its maps became. */
export interface WrittenMaterial extends SourceMaterial {
	/** The image of each map that the material has. */
	files: Partial<Record<MapName, WrittenImage>>;
	/** Linear mean of the vertex colors of the parts with this material, where they have some. */
	vertexColor: [red: number, green: number, blue: number] | undefined;
}

/** All that the model's parts use, and the files to be stored beside the shape. */
export interface WrittenMaterials {
	/** By the material's index in the GLB. */
	all: ReadonlyMap<number | undefined, WrittenMaterial>;
	images: readonly WrittenImage[];
}

/** @throws CannotConvert where a map of colors cannot be read: the model would be another */
export async function writeMaterials(
	{ file, gltf, parts }: OpenModel,
	slicer: TimeSlicer,
	changes: string[],
): Promise<WrittenMaterials> {
	const images = new ImageReader(file, slicer);
	const all = new Map<number | undefined, WrittenMaterial>();
	const lost = new Set<string>();
	const colored = groupByMaterial(parts.filter(({ colors }) => colors));
	for (const { materialIndex } of parts) {
		if (all.has(materialIndex)) continue;
		const source = readMaterial(gltf, materialIndex);
		for (const word of source.lost) lost.add(word);
		const material: WrittenMaterial = { ...source, files: {}, vertexColor: undefined };
		for (const name of MAP_NAMES) await addMap(material, name, images, changes);
		if (material.unlit) keepColorOnly(material);
		material.vertexColor = await meanOf(colored.get(materialIndex), source, slicer);
		all.set(materialIndex, material);
		await slicer.pause();
	}
	if (images.rewritten > 0) changes.push(`Textures saved as JPEG or PNG: ${images.rewritten}.`);
	if (lost.size > 0) changes.push(`Not in the file: ${[...lost].join(', ')}.`);
	return { all, images: images.written };
}

async function addMap(
	material: WrittenMaterial,
	name: MapName,
	images: ImageReader,
	changes: string[],
): Promise<void> {
	const map = material[name];
	if (!map) return;
	const written = await images.write(map.image);
	if (written.ok) {
		material.files[name] = written.image;
		return;
	}
	if (name === 'baseColorMap')
		throw new CannotConvert(`The model's colors cannot be read: ${written.reason}.`);
	const change = `A detail texture was left out: ${written.reason}.`;
	if (!changes.includes(change)) changes.push(change);
	material[name] = undefined;
	if (name === 'metallicRoughnessMap') Object.assign(material, NEUTRAL);
	if (name === 'emissiveMap') material.emissive = [0, 0, 0];
}

/** Nothing but the color counts in an unlit material (`KHR_materials_unlit`). */
function keepColorOnly(material: WrittenMaterial): void {
	for (const name of MAP_NAMES) {
		if (name === 'baseColorMap') continue;
		material[name] = undefined;
		delete material.files[name];
	}
	Object.assign(material, { metallic: 0, roughness: 1, emissive: [0, 0, 0], clearcoat: 0 });
}

async function meanOf(
	parts: readonly Part[] | undefined,
	source: SourceMaterial,
	slicer: TimeSlicer,
): Promise<WrittenMaterial['vertexColor']> {
	if (!parts) return undefined;
	const sum = new ColorSum(source);
	for (const part of parts) await addColors(sum, part, undefined, undefined, slicer);
	return sum.mean;
}

/** Texture coordinates of a part as a map of its material lies on it; undefined where the part has none. */
export function placedCoordinates(
	{ coordinates }: Part,
	map: Pick<SourceMap, 'set' | 'transform'>,
): ((vertex: number) => [number, number]) | undefined {
	const values = coordinates[map.set];
	if (!values) return undefined;
	const { transform } = map;
	if (!transform) return (vertex) => [values[vertex * 2], values[vertex * 2 + 1]];
	const [a, b, c, d, e, f] = transform;
	return (vertex) => {
		const [u, v] = [values[vertex * 2], values[vertex * 2 + 1]];
		return [a * u + b * v + c, d * u + e * v + f];
	};
}
