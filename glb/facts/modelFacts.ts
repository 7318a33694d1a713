/** What is in a model: its description and file size in, the facts of the output item out. Nothing here throws. */
import { boundingBoxOf, type BoundingBox } from './boundingBox';
import type { Unreadable } from './parseDescription';
import { MODEL_LIMITS } from './factsLimits';
import { readGlbJson, type GlbDescription, type ReadRange } from './glbHead';
import { listOf, type Gltf } from './gltf';
import { MeshTable } from './meshSums';
import { shortNames, shortText } from './shortText';
import { walkScene, walkSceneInSteps, type DrawnScene } from './walkScene';
import { textureFormats } from './textureSizes';

/** The `model` object of an output item. */
export interface ModelFacts {
	/** Bytes. */
	file_size: number;
	/** Triangles drawn: a mesh that two nodes use counts twice; points and lines count none. */
	faces: number;
	/** Vertices of what is drawn; primitives of a mesh that share their vertices count them once. */
	vertices: number;
	/** Different meshes that are drawn. */
	meshes: number;
	/** Materials in the file. */
	materials: number;
	/** Textures in the file. */
	textures: number;
	/** Image formats of the textures, such as `jpeg`, `png`, `webp`, `ktx2`, sorted. */
	texture_formats: string[];
	/** Longer side of the largest texture in pixels, where the textures were looked at. */
	largest_texture_side?: number;
	/** Whether a material has a metallic-roughness or a normal texture: what the service's PBR tiers deliver. */
	pbr: boolean;
	/** Extents in meters, or null where the description does not tell. */
	bounding_box: BoundingBox | null;
	/** Number of animations. */
	animations: number;
	/** glTF extensions the file uses, sorted; at most 50. */
	extensions: string[];
	/** The program that wrote the file, as it names itself. */
	generator: string | null;
	/** Whether faces and PBR fit the quality tier's documented ranges, where the tier is known. */
	within_tier?: boolean;
}

/** The facts with what they were read from, or the sentence that says why there are none. */
export type ModelFactsResult = ({ ok: true; facts: ModelFacts } & GlbDescription) | Unreadable;

/**
 * Reads the head of a stored GLB and tells what is in it; a damaged file gives a reason.
 *
 * @param maxJsonBytes largest description that is read
 * @param pause lets everything else that is due run, between reading a description and going through it, and on the way
 */
export async function readModelFacts(
	read: ReadRange,
	fileSize: number,
	maxJsonBytes: number = MODEL_LIMITS.maxJsonBytes,
	pause: () => Promise<void> = async () => undefined,
): Promise<ModelFactsResult> {
	const head = await readGlbJson(read, fileSize, maxJsonBytes);
	if (!head.ok) return head;
	await pause();
	const scene = await walkSceneInSteps(head.gltf, pause);
	await pause();
	return { ok: true, facts: describeModel(head.gltf, fileSize, scene), gltf: head.gltf, header: head.header };
}

/**
 * Tells what is in a model from its description. Counts come from the accessors, so a Draco-compressed model is
 * counted too, and are of what the default scene draws.
 *
 * @param fileSize bytes
 */
export function describeModel(
	gltf: Gltf,
	fileSize: number,
	{ meshes }: DrawnScene = walkScene(gltf),
): ModelFacts {
	const table = new MeshTable(gltf);
	return {
		file_size: fileSize,
		faces: sum(meshes, (drawn) => drawn.instances * table.of(drawn.meshIndex).faces),
		vertices: sum(meshes, (drawn) => drawn.instances * table.of(drawn.meshIndex).vertices),
		meshes: new Set(meshes.map((drawn) => drawn.meshIndex)).size,
		materials: listOf(gltf.materials).length,
		textures: listOf(gltf.textures).length,
		texture_formats: textureFormats(gltf),
		pbr: listOf(gltf.materials).some(
			(material) => material?.pbrMetallicRoughness?.metallicRoughnessTexture ?? material?.normalTexture,
		),
		bounding_box: boundingBoxOf(gltf, meshes, table),
		animations: listOf(gltf.animations).length,
		extensions: shortNames(listOf(gltf.extensionsUsed), MODEL_LIMITS.maxNames),
		generator: shortText(gltf.asset?.generator) ?? null,
	};
}

function sum<T>(list: readonly T[], valueOf: (element: T) => number): number {
	return list.reduce((total, element) => total + valueOf(element), 0);
}
