/** From a GLB file to what the renderer draws: geometry in the world, materials, and their textures decoded. */
import { at, countOf, listOf, PRIMITIVE_MODE, type GltfPrimitive } from '../../facts/gltf';
import { walkScene, type DrawnMesh } from '../../facts/walkScene';
import type { TimeSlicer } from '../../timeSlicer';
import { readFloats, readIndices } from './accessor';
import { measureDrawn, tooMuchToDraw } from './drawnSize';
import type { GlbFile } from './glbFile';
import { instanceMatrices } from './instances';
import { MaterialLoader } from './materials';
import type { Model, Surface } from './drawableScene';
import { PREVIEW_LIMITS } from '../previewLimits';
import { addMorphs } from './morphTargets';
import { Skins } from './skinning';
import { toTriangles } from './triangles';
import { toWorld } from './worldSpace';
import { unsupported } from './supportedExtensions';
import { hiddenNodes } from './visibility';

export type LoadResult = { ok: true; model: Model } | { ok: false; reason: string };

/** What the parts of a model share while they are loaded. */
interface Loading {
	file: GlbFile;
	materials: MaterialLoader;
	skins: Skins;
	slicer: TimeSlicer;
}

/**
 * @param textureSide textures are reduced to a longer side of about this, pixels
 */
export async function loadModel(file: GlbFile, textureSide: number, slicer: TimeSlicer): Promise<LoadResult> {
	const reason = unsupported(file.gltf);
	if (reason !== undefined) return { ok: false, reason };
	const scene = walkScene(file.gltf);
	const hidden = hiddenNodes(file.gltf);
	const visible = scene.meshes.filter(({ node }) => !hidden.has(node));
	await slicer.pause();
	const size = measureDrawn(file.gltf, { ...scene, meshes: visible });
	const tooMuch = tooMuchToDraw(file.gltf, size);
	if (tooMuch !== undefined) return { ok: false, reason: tooMuch };
	const room = { side: textureSide, bytes: PREVIEW_LIMITS.maxModelBytes - size.bytes };
	const materials = new MaterialLoader(file, room, slicer);
	await materials.prepare(
		visible.flatMap(({ mesh }) => listOf(mesh.primitives).map((primitive) => primitive?.material)),
	);
	const loading = { file, materials, skins: new Skins(file, scene, slicer), slicer };
	const model: Model = { surfaces: [], faces: 0, notes: [] };
	for (const drawn of visible) {
		for (const primitive of listOf(drawn.mesh.primitives)) {
			await slicer.pause();
			const isWhole = await loadPrimitive(loading, drawn, primitive, model.surfaces);
			if (!isWhole)
				return { ok: false, reason: 'The model is damaged: a part of its shape lies outside the file.' };
		}
	}
	model.faces = model.surfaces.reduce((sum, { indices }) => sum + indices.length / 3, 0);
	if (model.faces === 0)
		return { ok: false, reason: 'The model holds no triangles, so there is nothing to draw.' };
	if (materials.failure !== undefined) return { ok: false, reason: materials.failure };
	model.notes = [...materials.notes];
	return { ok: true, model };
}

/** Adds the surfaces of a primitive, one per instance; none for points and lines; false where the data is damaged. */
async function loadPrimitive(
	{ file, materials, skins, slicer }: Loading,
	drawn: DrawnMesh,
	primitive: GltfPrimitive,
	surfaces: Surface[],
): Promise<boolean> {
	const mode = primitive?.mode ?? PRIMITIVE_MODE.triangles;
	const attributes = primitive?.attributes;
	if (!Object.values(PRIMITIVE_MODE).includes(mode as 4) || attributes?.POSITION === undefined) return true;
	const vertexCount = countOf(at(file.gltf.accessors, attributes.POSITION)?.count);
	const positions = await readFloats(file, attributes.POSITION, 3, vertexCount, slicer);
	if (!positions) return false;
	const order =
		primitive.indices === undefined
			? undefined
			: await readIndices(file, primitive.indices, vertexCount, slicer);
	if (primitive.indices !== undefined && !order) return false;
	const indices = await toTriangles(mode, order, vertexCount, slicer);
	if (indices.length === 0) return true;
	const read = async (name: string, width: number) =>
		await readFloats(file, attributes[name], width, vertexCount, slicer);
	const colors = (await read('COLOR_0', 4)) ?? (await opaque(await read('COLOR_0', 3), slicer));
	const shared = {
		coordinates: [await read('TEXCOORD_0', 2), await read('TEXCOORD_1', 2)],
		colors,
		material: await materials.load(primitive.material),
	};
	const shape = { positions, normals: await read('NORMAL', 3) };
	const morphed = await addMorphs(file, drawn, primitive, shape, slicer);
	const joints = await skins.jointsOf(drawn, { joints: await read('JOINTS_0', 4), weights: await read('WEIGHTS_0', 4) }); // prettier-ignore
	const matrixOf = await instanceMatrices(file, drawn, slicer);
	for (let instance = 0; instance < drawn.instances; instance++) {
		surfaces.push({ ...shared, ...(await toWorld(morphed, indices, matrixOf(instance), joints, slicer)) });
	}
	return true;
}

/** Colours without alpha as colours with it. */
async function opaque(
	colors: Float32Array | undefined,
	slicer: TimeSlicer,
): Promise<Float32Array | undefined> {
	if (!colors) return undefined;
	const vertices = colors.length / 3;
	const rgba = new Float32Array(vertices * 4);
	await slicer.inBatches(vertices, 16_384, (from, to) => {
		for (let vertex = from; vertex < to; vertex++) {
			rgba[vertex * 4] = colors[vertex * 3];
			rgba[vertex * 4 + 1] = colors[vertex * 3 + 1];
			rgba[vertex * 4 + 2] = colors[vertex * 3 + 2];
			rgba[vertex * 4 + 3] = 1;
		}
	});
	return rgba;
}
