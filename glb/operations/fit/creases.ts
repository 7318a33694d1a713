/**
 * Normals of a surface that has lost faces, broken where no faces are left to bend them: the surface and points of the former
 * one in; vertices that are several where the faces around them ask for different normals, out. A narrow bevel between two
 * flat sides that lost its faces would otherwise bend the light all over both of them.
 */
import type { Counterparts } from './counterparts';
import type { Samples } from './samples';
import type { UsedVertices } from './surface';

/** Cosine of the angle between two normals from which on one cannot do for both: 15 degrees. */
const SAME = Math.cos((15 * Math.PI) / 180);
/** How much a corner is held to the normal that its vertex has, beside what the points on its face ask for. */
const HOLD = 0.05;
/** Area that has to ask for a normal of its own, as a part of the largest that asks for one around the same vertex. */
const MIN_AREA = 0.1;
/** Normals of one vertex at most: the tip of a cone has thousands of faces around it. */
const MAX_NORMALS = 8;
/** Numbers that are summed up for a face: half of a 3 × 3 matrix, and three times three on its right side. */
const SUMS = 15;

/**
 * Gives corners that ask for another normal than the other ones at their vertex a vertex of their own.
 *
 * @param first the first of the three columns that hold the normal
 */
export function breakNormals(
	surface: UsedVertices,
	samples: Samples,
	{ faces, amongPlaces, amongVertices }: Counterparts,
	first: number,
): void {
	const sums = sumUp(surface.vertices.length / 3, samples, faces, amongPlaces.shares, first);
	const normals = solve(surface, sums, first);
	const around: number[][] = Array.from({ length: surface.count }, () => []);
	for (const [corner, vertex] of surface.vertices.entries()) around[vertex].push(corner);
	const areaAt = (corner: number) => sums[Math.floor(corner / 3) * SUMS + (corner % 3)];
	surface.split(around.flatMap((corners) => groupsOf(corners, normals, areaAt).slice(1)));
	for (const [sample, face] of faces.entries()) {
		for (let i = 0; i < 3; i++) amongVertices.corners[sample * 3 + i] = surface.vertices[face * 3 + i];
	}
}

/** The corners of a vertex that one normal does for, those on the most area first. */
function groupsOf(corners: number[], normals: Float64Array, areaAt: (corner: number) => number): number[][] {
	corners.sort((a, b) => areaAt(b) - areaAt(a));
	const least = areaAt(corners[0]) * MIN_AREA;
	const groups: number[][] = [];
	for (const corner of corners) {
		let [best, nearest] = [0, -2];
		for (const [i, [other]] of groups.entries()) {
			let cosine = 0;
			for (let axis = 0; axis < 3; axis++) cosine += normals[corner * 3 + axis] * normals[other * 3 + axis];
			if (cosine > nearest) [best, nearest] = [i, cosine];
		}
		const isOwn = nearest < SAME && areaAt(corner) > least && groups.length < MAX_NORMALS;
		if (groups.length === 0 || isOwn) groups.push([corner]);
		else groups[best].push(corner);
	}
	return groups;
}

/** For each face what its points ask of its corners, as the numbers of its least squares. */
function sumUp(
	count: number,
	{ columns, weights }: Samples,
	faces: Uint32Array,
	shares: Float32Array,
	first: number,
): Float64Array {
	const sums = new Float64Array(count * SUMS);
	const normal = columns.slice(3 + first, 6 + first);
	for (let sample = 0; sample < weights.length; sample++) {
		const to = faces[sample] * SUMS;
		const weight = weights[sample];
		const a = shares[sample * 3];
		const b = shares[sample * 3 + 1];
		const c = shares[sample * 3 + 2];
		sums[to] += weight * a * a;
		sums[to + 1] += weight * b * b;
		sums[to + 2] += weight * c * c;
		sums[to + 3] += weight * a * b;
		sums[to + 4] += weight * a * c;
		sums[to + 5] += weight * b * c;
		for (let axis = 0; axis < 3; axis++) {
			const asked = weight * normal[axis][sample];
			sums[to + 6 + axis] += a * asked;
			sums[to + 9 + axis] += b * asked;
			sums[to + 12 + axis] += c * asked;
		}
	}
	return sums;
}

/** For each corner the normal that the points on its face alone ask for, of length 1. */
function solve({ vertices, columns }: UsedVertices, sums: Float64Array, first: number): Float64Array {
	const normals = new Float64Array(vertices.length * 3);
	for (let corner = 0; corner < vertices.length; corner += 3) {
		const s = sums.subarray(corner * 5, corner * 5 + SUMS);
		// A face without points keeps what its vertices have.
		const hold = ((s[0] + s[1] + s[2]) / 3) * HOLD || 1;
		const [a, b, c, d, e, f] = [s[0] + hold, s[1] + hold, s[2] + hold, s[3], s[4], s[5]];
		// The inverse of the matrix a d e, d b f, e f c times its determinant, which the length of a normal swallows.
		const inverse = [
			[b * c - f * f, e * f - c * d, d * f - b * e],
			[e * f - c * d, a * c - e * e, d * e - a * f],
			[d * f - b * e, d * e - a * f, a * b - d * d],
		];
		for (let axis = 0; axis < 3; axis++) {
			const before = columns[first + axis];
			const asked = [0, 1, 2].map((i) => s[6 + i * 3 + axis] + hold * before[vertices[corner + i]]);
			for (const [i, [x, y, z]] of inverse.entries())
				normals[(corner + i) * 3 + axis] = x * asked[0] + y * asked[1] + z * asked[2];
		}
	}
	for (let at = 0; at < normals.length; at += 3) {
		const length = Math.hypot(normals[at], normals[at + 1], normals[at + 2]) || 1;
		for (let axis = 0; axis < 3; axis++) normals[at + axis] /= length;
	}
	return normals;
}
