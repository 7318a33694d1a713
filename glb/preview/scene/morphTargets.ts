/** The starting pose of a shape that can change: a primitive in, its shape with the morph targets at their first weights out. */
import { listOf, type GltfPrimitive } from '../../facts/gltf';
import type { DrawnMesh } from '../../facts/walkScene';
import type { TimeSlicer } from '../../timeSlicer';
import { readFloats } from './accessor';
import type { GlbFile } from './glbFile';
import type { Shape } from './worldSpace';

/** New numbers where a target has a weight, the given ones where none has. Ends with `WorkStopped` alone. */
export async function addMorphs(
	file: GlbFile,
	drawn: DrawnMesh,
	primitive: GltfPrimitive,
	shape: Shape,
	slicer: TimeSlicer,
): Promise<Shape> {
	const weights = listOf(drawn.node.weights ?? drawn.mesh.weights);
	const vertices = shape.positions.length / 3;
	const read = async (accessor: unknown) => await readFloats(file, accessor, 3, vertices, slicer);
	const positions = new Sum(shape.positions);
	const normals = shape.normals && new Sum(shape.normals);
	for (const [index, target] of listOf(primitive.targets).entries()) {
		const weight = Number(weights[index] ?? 0);
		await slicer.pause();
		if (!Number.isFinite(weight) || weight === 0) continue;
		await positions.add(await read(target?.POSITION), weight, slicer);
		await normals?.add(await read(target?.NORMAL), weight, slicer);
	}
	return { positions: positions.values, normals: normals?.values };
}

/** Numbers to which others are added; those that it starts with belong to the file and stay as they are. */
class Sum {
	private isOwn = false;

	constructor(public values: Float32Array) {}

	async add(change: Float32Array | undefined, weight: number, slicer: TimeSlicer): Promise<void> {
		if (!change) return;
		const base = this.values;
		const sum = this.isOwn ? base : new Float32Array(base.length);
		await slicer.inBatches(base.length, 32_768, (from, to) => {
			for (let i = from; i < to; i++) sum[i] = base[i] + weight * change[i];
		});
		this.values = sum;
		this.isOwn = true;
	}
}
