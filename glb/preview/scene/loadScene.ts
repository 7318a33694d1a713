/** From a GLB file to what the renderer draws: geometry in the world, materials, and their textures decoded. */
import { at, countOf, listOf, PRIMITIVE_MODE, type GltfPrimitive } from '../../facts/gltf';
import { walkScene, type DrawnMesh, type DrawnScene } from '../../facts/walkScene';
import { PREVIEW_LIMITS } from '../previewLimits';
import type { TimeSlicer } from '../../timeSlicer';
import { readFloats, readIndices } from './accessor';
import type { GlbFile } from './glbFile';
import { instanceMatrices } from './instances';
import { MaterialLoader } from './materials';
import type { Model, Surface } from './drawableScene';
import { addMorphs, skinMatrices } from './pose';
import { toTriangles } from './triangles';
import { toWorld } from './worldSpace';
import { unsupported } from './supportedExtensions';

export type LoadResult = { ok: true; model: Model } | { ok: false; reason: string };

/**
 * @param textureSide textures are reduced to a longer side of about this, pixels
 */
export async function loadModel(file: GlbFile, textureSide: number, slicer: TimeSlicer): Promise<LoadResult> {
	const reason = unsupported(file.gltf) ?? tooLarge(file);
	if (reason !== undefined) return { ok: false, reason };
	const scene = walkScene(file.gltf);
	const materials = new MaterialLoader(file, textureSide, slicer);
	const model: Model = { surfaces: [], faces: 0, notes: [] };
	for (const drawn of scene.meshes) {
		for (const primitive of listOf(drawn.mesh.primitives)) {
			const surfaces = await loadPrimitive(file, scene, drawn, primitive, materials, slicer);
			if (!surfaces)
				return { ok: false, reason: 'The model is damaged: a part of its shape lies outside the file.' };
			model.surfaces.push(...surfaces);
		}
	}
	model.faces = model.surfaces.reduce((sum, { indices }) => sum + indices.length / 3, 0);
	if (model.faces === 0)
		return { ok: false, reason: 'The model holds no triangles, so there is nothing to draw.' };
	if (materials.failure !== undefined) return { ok: false, reason: materials.failure };
	model.notes = [...materials.notes];
	return { ok: true, model };
}

function tooLarge(file: GlbFile): string | undefined {
	let faces = 0;
	let vertices = 0;
	for (const { mesh, instances } of walkScene(file.gltf).meshes) {
		for (const primitive of listOf(mesh.primitives)) {
			const position = countOf(at(file.gltf.accessors, primitive?.attributes?.POSITION)?.count);
			const indices = at(file.gltf.accessors, primitive?.indices);
			faces += (instances * (indices ? countOf(indices.count) : position)) / 3;
			vertices += instances * position;
		}
	}
	if (faces <= PREVIEW_LIMITS.maxFaces && vertices <= PREVIEW_LIMITS.maxVertices) return undefined;
	const limit = PREVIEW_LIMITS.maxFaces.toLocaleString('en-US');
	return `The model has ${Math.round(faces).toLocaleString('en-US')} faces; pictures are made of up to ${limit}.`;
}

/** The surfaces of a primitive, one per instance; none for points and lines; undefined where the data is damaged. */
async function loadPrimitive(
	file: GlbFile,
	scene: DrawnScene,
	drawn: DrawnMesh,
	primitive: GltfPrimitive,
	materials: MaterialLoader,
	slicer: TimeSlicer,
): Promise<Surface[] | undefined> {
	const mode = primitive?.mode ?? PRIMITIVE_MODE.triangles;
	const attributes = primitive?.attributes;
	if (!Object.values(PRIMITIVE_MODE).includes(mode as 4) || attributes?.POSITION === undefined) return [];
	const positions = await readFloats(file, attributes.POSITION, 3, slicer);
	if (!positions) return undefined;
	const vertexCount = positions.length / 3;
	const order =
		primitive.indices === undefined
			? undefined
			: await readIndices(file, primitive.indices, vertexCount, slicer);
	if (primitive.indices !== undefined && !order) return undefined;
	const indices = toTriangles(mode, order, vertexCount);
	if (indices.length === 0) return [];
	const read = async (name: string, width: number) => {
		const values = await readFloats(file, attributes[name], width, slicer);
		return values?.length === vertexCount * width ? values : undefined;
	};
	const colors = (await read('COLOR_0', 4)) ?? opaque(await read('COLOR_0', 3));
	const shared = {
		coordinates: [await read('TEXCOORD_0', 2), await read('TEXCOORD_1', 2)],
		colors,
		material: await materials.load(primitive.material),
	};
	const morphed = await addMorphs(
		file,
		drawn,
		primitive,
		{ positions, normals: await read('NORMAL', 3) },
		slicer,
	);
	const joints = await skinMatrices(file, scene, drawn, { joints: await read('JOINTS_0', 4), weights: await read('WEIGHTS_0', 4) }, slicer); // prettier-ignore
	const surfaces: Surface[] = [];
	for (const world of await instanceMatrices(file, drawn, slicer)) {
		surfaces.push({ ...shared, ...(await toWorld(morphed, indices, world, joints, slicer)) });
	}
	return surfaces;
}

function opaque(colors: Float32Array | undefined): Float32Array | undefined {
	if (!colors) return undefined;
	return Float32Array.from({ length: (colors.length / 3) * 4 }, (_, i) =>
		i % 4 === 3 ? 1 : colors[Math.floor(i / 4) * 3 + (i % 4)],
	);
}
