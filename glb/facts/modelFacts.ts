/** What is in a model: its description and file size in, the facts of the output item out. Nothing here throws. */
import { boundingBoxOf, type BoundingBox } from './boundingBox';
import { readGlbJson, type GlbHeader, type ReadRange, type Unreadable } from './glbHead';
import { at, countOf, listOf, PRIMITIVE_MODE, type Gltf, type GltfPrimitive } from './gltf';
import { walkScene, type DrawnMesh } from './walkScene';
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
	/** Extents in metres, or null where the description does not tell. */
	bounding_box: BoundingBox | null;
	/** Number of animations. */
	animations: number;
	/** glTF extensions the file uses, sorted. */
	extensions: string[];
	/** The program that wrote the file, as it names itself. */
	generator: string | null;
	/** Whether faces and PBR fit the quality tier's documented ranges, where the tier is known. */
	within_tier?: boolean;
}

export type ModelFactsResult = { ok: true; facts: ModelFacts; gltf: Gltf; header: GlbHeader } | Unreadable;

/** Reads the head of a stored GLB and tells what is in it; a damaged file gives a reason. */
export async function readModelFacts(read: ReadRange, fileSize: number): Promise<ModelFactsResult> {
	const head = await readGlbJson(read, fileSize);
	if (!head.ok) return head;
	return { ok: true, facts: describeModel(head.gltf, fileSize), gltf: head.gltf, header: head.header };
}

/**
 * Tells what is in a model from its description. Counts come from the accessors, so a Draco-compressed model is
 * counted too, and are of what the default scene draws.
 *
 * @param fileSize bytes
 */
export function describeModel(gltf: Gltf, fileSize: number): ModelFacts {
	const { meshes } = walkScene(gltf);
	return {
		file_size: fileSize,
		faces: sum(meshes, (drawn) => drawn.instances * facesOf(gltf, drawn)),
		vertices: sum(meshes, (drawn) => drawn.instances * verticesOf(gltf, drawn)),
		meshes: new Set(meshes.map((drawn) => drawn.meshIndex)).size,
		materials: listOf(gltf.materials).length,
		textures: listOf(gltf.textures).length,
		texture_formats: textureFormats(gltf),
		pbr: listOf(gltf.materials).some(
			(material) => material?.pbrMetallicRoughness?.metallicRoughnessTexture ?? material?.normalTexture,
		),
		bounding_box: boundingBoxOf(gltf, meshes),
		animations: listOf(gltf.animations).length,
		extensions: listOf(gltf.extensionsUsed)
			.filter((name) => typeof name === 'string')
			.sort(),
		generator: typeof gltf.asset?.generator === 'string' ? gltf.asset.generator : null,
	};
}

function facesOf(gltf: Gltf, { mesh }: DrawnMesh): number {
	return sum(listOf(mesh.primitives), (primitive) => trianglesOf(gltf, primitive));
}

function trianglesOf(gltf: Gltf, primitive: GltfPrimitive): number {
	const accessor = at(gltf.accessors, primitive?.indices ?? primitive?.attributes?.POSITION);
	const corners = countOf(accessor?.count);
	const mode = primitive?.mode ?? PRIMITIVE_MODE.triangles;
	if (mode === PRIMITIVE_MODE.triangles) return Math.floor(corners / 3);
	if (mode === PRIMITIVE_MODE.triangleStrip || mode === PRIMITIVE_MODE.triangleFan)
		return Math.max(0, corners - 2);
	return 0;
}

function verticesOf(gltf: Gltf, { mesh }: DrawnMesh): number {
	const positions = new Set(listOf(mesh.primitives).map((primitive) => primitive?.attributes?.POSITION));
	return sum([...positions], (index) => countOf(at(gltf.accessors, index)?.count));
}

function sum<T>(list: readonly T[], valueOf: (element: T) => number): number {
	return list.reduce((total, element) => total + valueOf(element), 0);
}
