/** Where the copies of an instanced mesh stand (`EXT_mesh_gpu_instancing`): one world matrix per copy. */
import { extensionOf } from '../../facts/gltf';
import { localMatrix, multiply, type Matrix } from '../../facts/matrix';
import type { DrawnMesh } from '../../facts/walkScene';
import type { TimeSlicer } from '../../timeSlicer';
import { readFloats } from './accessor';
import type { GlbFile } from './glbFile';

/** The world matrices of a drawn mesh: its own for nearly every mesh there is. */
export async function instanceMatrices(
	file: GlbFile,
	drawn: DrawnMesh,
	slicer: TimeSlicer,
): Promise<Matrix[]> {
	const attributes = extensionOf(drawn.node, 'EXT_mesh_gpu_instancing')?.attributes as
		| Record<string, unknown>
		| undefined;
	if (drawn.instances === 1 && !attributes) return [drawn.world];
	const translations = await readFloats(file, attributes?.TRANSLATION, 3, slicer);
	const rotations = await readFloats(file, attributes?.ROTATION, 4, slicer);
	const scales = await readFloats(file, attributes?.SCALE, 3, slicer);
	const part = (values: Float32Array | undefined, instance: number, width: number) =>
		values && Array.from(values.subarray(instance * width, (instance + 1) * width));
	return Array.from({ length: drawn.instances }, (_, instance) => {
		const local = localMatrix({
			translation: part(translations, instance, 3),
			rotation: part(rotations, instance, 4),
			scale: part(scales, instance, 3),
		});
		return multiply(drawn.world, local);
	});
}
