/** Points all over a surface with what they carry, so that another surface can be held against them. */
import type { Surface } from './surface';

/** Points at most: half a dozen for each face that a surface may have which is held against them. */
const MAX_SAMPLES = 150_000;

/** Part of a face's area that its corners stand for; the rest its middle does. */
const CORNERS = 0.25;

/** The points, column by column. */
export interface Samples {
	/** x, y, z, and one column for each number that a vertex carries. */
	columns: Float32Array[];
	/** The area that each stands for. */
	weights: Float32Array;
}

/** The vertices of the surface and the middles of its faces, or every so manyeth of them. */
export function samplesOf({ positions, values, width, corners }: Surface): Samples {
	const [faces, vertices] = [corners.length / 3, positions.length / 3];
	const step = Math.ceil((faces + vertices) / MAX_SAMPLES);
	const count = Math.ceil(faces / step) + Math.ceil(vertices / step);
	const columns = Array.from({ length: 3 + width }, () => new Float32Array(count));
	const weights = new Float32Array(count);
	const areas = new Float32Array(vertices);
	let sample = 0;
	for (let face = 0; face < faces; face++) {
		const [a, b, c] = corners.subarray(face * 3, face * 3 + 3);
		const area = areaOf(positions, a, b, c);
		for (const vertex of [a, b, c]) areas[vertex] += (area * CORNERS) / 3;
		if (face % step > 0) continue;
		for (let i = 0; i < 3; i++)
			columns[i][sample] = (positions[a * 3 + i] + positions[b * 3 + i] + positions[c * 3 + i]) / 3;
		for (let i = 0; i < width; i++)
			columns[3 + i][sample] = (values[a * width + i] + values[b * width + i] + values[c * width + i]) / 3;
		weights[sample++] = area * (1 - CORNERS);
	}
	for (let vertex = 0; vertex < vertices; vertex += step) {
		for (let i = 0; i < 3; i++) columns[i][sample] = positions[vertex * 3 + i];
		for (let i = 0; i < width; i++) columns[3 + i][sample] = values[vertex * width + i];
		weights[sample++] = areas[vertex];
	}
	return { columns, weights };
}

function areaOf(p: Float32Array, a: number, b: number, c: number): number {
	const [ux, uy, uz] = [p[b * 3] - p[a * 3], p[b * 3 + 1] - p[a * 3 + 1], p[b * 3 + 2] - p[a * 3 + 2]];
	const [vx, vy, vz] = [p[c * 3] - p[a * 3], p[c * 3 + 1] - p[a * 3 + 1], p[c * 3 + 2] - p[a * 3 + 2]];
	return Math.sqrt((uy * vz - uz * vy) ** 2 + (uz * vx - ux * vz) ** 2 + (ux * vy - uy * vx) ** 2) / 2;
}
