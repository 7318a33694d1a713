/** How much a model would be to draw, from its description alone: a reason why it is too much, or what it takes, out. */
import { at, countOf, listOf, type Gltf, type GltfPrimitive } from '../../facts/gltf';
import { MeshTable, trianglesOf } from '../../facts/meshSums';
import type { DrawnScene } from '../../facts/walkScene';
import { PREVIEW_LIMITS } from '../previewLimits';
import type { Purpose } from './purpose';

/** What drawing takes, known before anything is decoded. */
export interface DrawnSize {
	faces: number;
	/** Primitives, as often as they are drawn. */
	surfaces: number;
	/** What the shapes take in memory, bytes. */
	bytes: number;
}

/** Bytes kept of a vertex: where it is, and where it appears in the picture and in the shadow. */
const BYTES_PER_VERTEX = 36;
/** Bytes kept of a vertex for each attribute it has. */
const BYTES_PER_ATTRIBUTE: Readonly<Record<string, number>> = {
	NORMAL: 12,
	TEXCOORD_0: 8,
	TEXCOORD_1: 8,
	COLOR_0: 16,
};
const BYTES_PER_FACE = 12;

/** Adds up what is drawn; each mesh is looked at once, however many nodes draw it. */
export function measureDrawn(gltf: Gltf, { meshes }: DrawnScene): DrawnSize {
	const table = new MeshTable(gltf);
	const bytesOfMeshes = new Map<number, number>();
	const size: DrawnSize = { faces: 0, surfaces: 0, bytes: 0 };
	for (const { mesh, meshIndex, instances } of meshes) {
		const { faces, primitives } = table.of(meshIndex);
		let bytes = bytesOfMeshes.get(meshIndex);
		if (bytes === undefined) {
			bytes = listOf(mesh.primitives).reduce((sum, primitive) => sum + bytesOf(gltf, primitive), 0);
			bytesOfMeshes.set(meshIndex, bytes);
		}
		size.faces += instances * faces;
		size.surfaces += instances * primitives;
		size.bytes += instances * bytes;
	}
	return size;
}

function bytesOf(gltf: Gltf, primitive: GltfPrimitive): number {
	const attributes = primitive?.attributes;
	const vertices = countOf(at(gltf.accessors, attributes?.POSITION)?.count);
	let perVertex = BYTES_PER_VERTEX;
	for (const [name, bytes] of Object.entries(BYTES_PER_ATTRIBUTE)) {
		if (attributes?.[name] !== undefined) perVertex += bytes;
	}
	return vertices * perVertex + trianglesOf(gltf, primitive) * BYTES_PER_FACE;
}

/** Why a model is not drawn, or undefined for one that is. */
export function tooMuchToDraw(
	gltf: Gltf,
	{ faces, surfaces, bytes }: DrawnSize,
	{ madeOf, mayTake, work, maxFaces = PREVIEW_LIMITS.maxFaces }: Purpose,
): string | undefined {
	const { maxSurfaces, maxShapeBytes, maxJoints } = PREVIEW_LIMITS;
	if (faces > maxFaces) {
		return `The model has ${count(faces)} faces; ${madeOf} up to ${count(maxFaces)}.`;
	}
	if (surfaces > maxSurfaces) {
		return `The model is drawn in ${count(surfaces)} parts; ${madeOf} up to ${count(maxSurfaces)}.`;
	}
	if (bytes > maxShapeBytes) {
		const [has, most] = [bytes, maxShapeBytes].map((each) => count(Math.ceil(each / 1e6)));
		return `${work} would take ${has} MB for its vertices; ${mayTake} ${most} MB.`;
	}
	const joints = listOf(gltf.skins).reduce((sum, skin) => sum + listOf(skin?.joints).length, 0);
	if (joints <= maxJoints) return undefined;
	return `The model has ${count(joints)} joints; ${madeOf} up to ${count(maxJoints)}.`;
}

function count(value: number): string {
	return Math.round(value).toLocaleString('en-US');
}
