/** A part without normals, which glTF shows with flat faces, as one that has them: each face with corners of its own. */
import type { Part } from '../../preview/scene/loadGeometry';
import type { TimeSlicer } from '../../timeSlicer';

/** The part as it is where it has normals; else a copy three times as long as its list of corners. */
export async function withNormals(part: Part, slicer: TimeSlicer): Promise<Part> {
	if (part.normals) return part;
	const { indices } = part;
	const normals = new Float32Array(indices.length * 3);
	const positions = await spread(part.positions, 3, indices, slicer);
	await slicer.inBatches(indices.length / 3, 4096, (from, to) => {
		for (let at = from * 9; at < to * 9; at += 9) {
			const [ux, uy, uz] = [0, 1, 2].map((i) => positions[at + 3 + i] - positions[at + i]);
			const [vx, vy, vz] = [0, 1, 2].map((i) => positions[at + 6 + i] - positions[at + i]);
			const normal = [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx];
			for (let i = 0; i < 9; i++) normals[at + i] = normal[i % 3];
		}
	});
	const order = new Uint32Array(indices.length);
	await slicer.inBatches(order.length, 65_536, (from, to) => {
		for (let i = from; i < to; i++) order[i] = i;
	});
	const coordinates: Part['coordinates'] = [];
	for (const set of part.coordinates) coordinates.push(set && (await spread(set, 2, indices, slicer)));
	const colors = part.colors && (await spread(part.colors, 4, indices, slicer));
	return { ...part, positions, normals, coordinates, colors, indices: order };
}

async function spread(
	values: Float32Array,
	width: number,
	indices: Uint32Array,
	slicer: TimeSlicer,
): Promise<Float32Array> {
	const out = new Float32Array(indices.length * width);
	await slicer.inBatches(indices.length, 8192, (from, to) => {
		for (let i = from; i < to; i++)
			for (let k = 0; k < width; k++) out[i * width + k] = values[indices[i] * width + k];
	});
	return out;
}
