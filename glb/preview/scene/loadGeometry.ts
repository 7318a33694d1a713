/** From a GLB file to its shapes alone: triangles in the world, and the number of the material that each part has. */
import { at, countOf, listOf, PRIMITIVE_MODE, type Gltf, type GltfPrimitive } from '../../facts/gltf';
import { walkSceneInSteps, type DrawnMesh, type DrawnScene } from '../../facts/walkScene';
import type { TimeSlicer } from '../../timeSlicer';
import { readFloats, readIndices } from './accessor';
import type { Geometry } from './drawableScene';
import { measureDrawn, tooMuchToDraw } from './drawnSize';
import type { GlbFile } from './glbFile';
import { instanceMatrices } from './instances';
import { addMorphs } from './morphTargets';
import { PICTURE, type Purpose } from './purpose';
import { Skins } from './skinning';
import { unsupported } from './supportedExtensions';
import { toTriangles } from './triangles';
import { hiddenNodes } from './visibility';
import { toWorld } from './worldSpace';

/** A primitive where a node shows it, or one of its copies. */
export interface Part extends Geometry {
	drawn: DrawnMesh;
	/** As the file says: it may name no material. */
	materialIndex: number | undefined;
}

/** Why the model cannot be drawn: a sentence. */
export type Failed = { ok: false; reason: string };

/** What of a model is shown, or why it is not read any further. */
export async function findVisible(
	gltf: Gltf,
	slicer: TimeSlicer,
	purpose: Purpose = PICTURE,
): Promise<{ ok: true; scene: DrawnScene; shapeBytes: number } | Failed> {
	const reason = unsupported(gltf, purpose);
	if (reason !== undefined) return { ok: false, reason };
	const whole = await walkSceneInSteps(gltf, async () => await slicer.pause());
	const hidden = hiddenNodes(gltf);
	const scene = { ...whole, meshes: whole.meshes.filter(({ node }) => !hidden.has(node)) };
	await slicer.pause();
	const size = measureDrawn(gltf, scene);
	const tooMuch = tooMuchToDraw(gltf, size, purpose);
	return tooMuch === undefined ? { ok: true, scene, shapeBytes: size.bytes } : { ok: false, reason: tooMuch };
}

/** What the parts of a model share while they are loaded. */
interface Loading {
	file: GlbFile;
	skins: Skins;
	slicer: TimeSlicer;
}

/** The triangles of all that is shown; at least one. */
export async function loadGeometry(
	file: GlbFile,
	scene: DrawnScene,
	slicer: TimeSlicer,
	purpose: Purpose = PICTURE,
): Promise<{ ok: true; parts: Part[] } | Failed> {
	const loading = { file, skins: new Skins(file, scene, slicer), slicer };
	const parts: Part[] = [];
	for (const drawn of scene.meshes) {
		for (const primitive of listOf(drawn.mesh.primitives)) {
			await slicer.pause();
			const isWhole = await loadPrimitive(loading, drawn, primitive, parts);
			if (!isWhole)
				return { ok: false, reason: 'The model is damaged: a part of its shape lies outside the file.' };
		}
	}
	if (parts.length === 0)
		return { ok: false, reason: `The model has no triangles, so there is nothing to ${purpose.verb}.` };
	return { ok: true, parts };
}

/** Adds the parts of a primitive, one per instance; none for points and lines; false where the data is damaged. */
async function loadPrimitive(
	{ file, skins, slicer }: Loading,
	drawn: DrawnMesh,
	primitive: GltfPrimitive,
	parts: Part[],
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
		drawn,
		materialIndex: primitive.material,
	};
	const shape = { positions, normals: await read('NORMAL', 3) };
	const morphed = await addMorphs(file, drawn, primitive, shape, slicer);
	const joints = await skins.jointsOf(drawn, { joints: await read('JOINTS_0', 4), weights: await read('WEIGHTS_0', 4) }); // prettier-ignore
	const matrixOf = await instanceMatrices(file, drawn, slicer);
	for (let instance = 0; instance < drawn.instances; instance++) {
		parts.push({ ...shared, ...(await toWorld(morphed, indices, matrixOf(instance), joints, slicer)) });
	}
	return true;
}

/** Colors without alpha as colors with it. */
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
