/** From a GLB file to what the renderer draws: geometry in the world, materials, and their textures decoded. */
import { listOf } from '../../facts/gltf';
import type { TimeSlicer } from '../../timeSlicer';
import type { Model } from './drawableScene';
import type { GlbFile } from './glbFile';
import { findVisible, loadGeometry } from './loadGeometry';
import { MaterialLoader } from './materials';
import { PREVIEW_LIMITS } from '../previewLimits';

/** What the renderer draws, or the sentence that says why it cannot. */
export type LoadResult = { ok: true; model: Model } | { ok: false; reason: string };

/**
 * @param textureSide textures are reduced to a longer side of about this, pixels
 */
export async function loadModel(file: GlbFile, textureSide: number, slicer: TimeSlicer): Promise<LoadResult> {
	const visible = await findVisible(file.gltf, slicer);
	if (!visible.ok) return visible;
	const { scene, shapeBytes } = visible;
	const room = { side: textureSide, bytes: PREVIEW_LIMITS.maxModelBytes - shapeBytes };
	const materials = new MaterialLoader(file, room, slicer);
	await materials.prepare(
		scene.meshes.flatMap(({ mesh }) => listOf(mesh.primitives).map((primitive) => primitive?.material)),
	);
	const geometry = await loadGeometry(file, scene, slicer);
	if (!geometry.ok) return geometry;
	const model: Model = { surfaces: [], faces: 0, notes: [] };
	for (const { positions, normals, coordinates, colors, indices, materialIndex } of geometry.parts) {
		const material = await materials.load(materialIndex);
		model.surfaces.push({ positions, normals, coordinates, colors, indices, material });
		model.faces += indices.length / 3;
	}
	if (materials.failure !== undefined) return { ok: false, reason: materials.failure };
	model.notes = [...materials.notes];
	return { ok: true, model };
}
