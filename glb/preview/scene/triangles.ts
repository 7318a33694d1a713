/** Any triangle primitive as a plain list of corners: strips and fans are written out. */
import { PRIMITIVE_MODE } from '../../facts/gltf';
import type { TimeSlicer } from '../../timeSlicer';

/** @param order the primitive's index, or undefined where it goes through its vertices one by one */
export async function toTriangles(
	mode: number,
	order: Uint32Array | undefined,
	vertexCount: number,
	slicer: TimeSlicer,
): Promise<Uint32Array> {
	const corners = order?.length ?? vertexCount;
	if (mode === PRIMITIVE_MODE.triangles) {
		const whole = corners - (corners % 3);
		if (order) return order.subarray(0, whole);
		const triangles = new Uint32Array(whole);
		await slicer.inBatches(whole, 65_536, (from, to) => {
			for (let i = from; i < to; i++) triangles[i] = i;
		});
		return triangles;
	}
	const count = Math.max(0, corners - 2);
	const triangles = new Uint32Array(count * 3);
	const isFan = mode === PRIMITIVE_MODE.triangleFan;
	await slicer.inBatches(count, 16_384, (from, to) => {
		for (let i = from; i < to; i++) {
			// Every other triangle of a strip runs the other way round (glTF 2.0, 3.7.2.1).
			const isTurned = !isFan && i % 2 === 1;
			const first = isFan ? 0 : isTurned ? i + 1 : i;
			const second = isFan ? i + 1 : isTurned ? i : i + 1;
			triangles[i * 3] = order ? order[first] : first;
			triangles[i * 3 + 1] = order ? order[second] : second;
			triangles[i * 3 + 2] = order ? order[i + 2] : i + 2;
		}
	});
	return triangles;
}
