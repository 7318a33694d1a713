/** Where the copies of an instanced mesh stand (`EXT_mesh_gpu_instancing`): a node in, one world matrix per copy out. */
import { extensionOf } from '../../facts/gltf';
import { localMatrix, multiply, type Matrix } from '../../facts/matrix';
import type { DrawnMesh } from '../../facts/walkScene';
import type { TimeSlicer } from '../../timeSlicer';
import { readFloats } from './accessor';
import type { GlbFile } from './glbFile';

/** Gives the world matrix of a copy; they are made one at a time, because there may be very many. */
export type InstanceMatrix = (instance: number) => Matrix;

/** The world matrices of a drawn mesh, by the number of the copy: its own for nearly every mesh there is. */
export async function instanceMatrices(
	file: GlbFile,
	drawn: DrawnMesh,
	slicer: TimeSlicer,
): Promise<InstanceMatrix> {
	const attributes = extensionOf(drawn.node, 'EXT_mesh_gpu_instancing')?.attributes as
		| Record<string, unknown>
		| undefined;
	if (drawn.instances === 1 && !attributes) return () => drawn.world;
	const read = async (name: string, width: number) =>
		await readFloats(file, attributes?.[name], width, drawn.instances, slicer);
	const translations = await read('TRANSLATION', 3);
	const rotations = await read('ROTATION', 4);
	const scales = await read('SCALE', 3);
	const part = (values: Float32Array | undefined, instance: number, width: number) =>
		values && Array.from(values.subarray(instance * width, (instance + 1) * width));
	return (instance) => {
		const local = localMatrix({
			translation: part(translations, instance, 3),
			rotation: part(rotations, instance, 4),
			scale: part(scales, instance, 3),
		});
		return multiply(drawn.world, local);
	};
}
