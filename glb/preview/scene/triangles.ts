/** Any triangle primitive as a plain list of corners: strips and fans are written out. */
import { PRIMITIVE_MODE } from '../../facts/gltf';

/** @param order the primitive's index, or undefined where it goes through its vertices one by one */
export function toTriangles(mode: number, order: Uint32Array | undefined, vertexCount: number): Uint32Array {
	const corners = order?.length ?? vertexCount;
	const cornerAt = (index: number) => (order ? order[index] : index);
	if (mode === PRIMITIVE_MODE.triangles) {
		const whole = corners - (corners % 3);
		return order ? order.subarray(0, whole) : Uint32Array.from({ length: whole }, (_, index) => index);
	}
	const triangles = new Uint32Array(Math.max(0, corners - 2) * 3);
	for (let i = 0; i + 2 < corners; i++) {
		const isFan = mode === PRIMITIVE_MODE.triangleFan;
		// Every other triangle of a strip runs the other way round (glTF 2.0, 3.7.2.1).
		const [first, second] = isFan ? [0, i + 1] : i % 2 === 0 ? [i, i + 1] : [i + 1, i];
		triangles.set([cornerAt(first), cornerAt(second), cornerAt(i + 2)], i * 3);
	}
	return triangles;
}
