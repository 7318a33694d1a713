/**
 * How far a model reaches, and which vertices reach that far: without these a model with fewer faces is a little smaller, it
 * no longer has the size that was measured, and its pictures are framed anew, with all of it a part of a pixel off.
 */
import type { Document, mat4, Primitive } from '@gltf-transform/core';
import { framingDirections } from '../../preview/render/camera';
import type { Vector } from '../../preview/render/vector';
import type { Axes } from './nearestOnFace';

/** What lies inside has x · place ≤ most. */
export interface Plane {
	x: number;
	y: number;
	z: number;
	most: number;
}

/** Of one primitive, in its own space. */
export interface Outline {
	/** 1 for the vertices that reach as far as the model does. */
	locks: Uint8Array;
	planes: Plane[];
}

/** Along the axes, so that the size stays; and those that decide how a picture is framed. */
const DIRECTIONS: readonly Vector[] = [
	[1, 0, 0],
	[-1, 0, 0],
	[0, 1, 0],
	[0, -1, 0],
	[0, 0, 1],
	[0, 0, -1],
	...framingDirections(),
];

/** Vertices that are looked at, each in every copy and for every direction: 0.1 s of work. Beyond there is no outline. */
const MAX_LOOKS = 30_000_000;

/** Vertices that take as long as all that is done once for a part. */
const PER_PART = 64;

interface Part {
	primitive: Primitive;
	positions: Float32Array;
	matrix: mat4;
}

/** The outline of each primitive that a node shows. */
export function outlineOf(
	document: Document,
	places: ReadonlyMap<Primitive, Float32Array>,
): Map<Primitive, Outline> {
	const outlines = new Map<Primitive, Outline>();
	const parts: Part[] = [];
	let looks = 0;
	for (const node of document.getRoot().listNodes()) {
		for (const primitive of node.getMesh()?.listPrimitives() ?? []) {
			const positions = places.get(primitive);
			if (positions === undefined) continue;
			looks += (positions.length / 3 + PER_PART) * DIRECTIONS.length;
			if (looks > MAX_LOOKS) return new Map();
			parts.push({ primitive, positions, matrix: node.getWorldMatrix() });
			outlines.set(primitive, { locks: new Uint8Array(positions.length / 3), planes: [] });
		}
	}
	for (const direction of DIRECTIONS) {
		const seen = parts.map((part) => reachOf(part, direction));
		const most = seen.reduce((farthest, { reach }) => Math.max(farthest, reach), Number.NEGATIVE_INFINITY);
		for (const [i, { plane, reach, vertex }] of seen.entries()) {
			const { positions, primitive } = parts[i];
			const { locks, planes } = outlines.get(primitive)!;
			planes.push({ ...plane, most: plane.most + most - reach });
			if (reach === most && vertex >= 0) lockPlace(positions, vertex, locks);
		}
	}
	return outlines;
}

/** How far a part reaches in a direction of the world, with which vertex, and the plane through it in the part's own space. */
function reachOf({ positions, matrix: m }: Part, [dx, dy, dz]: Vector) {
	const [x, y, z] = [0, 4, 8].map((at) => m[at] * dx + m[at + 1] * dy + m[at + 2] * dz);
	let [most, vertex] = [Number.NEGATIVE_INFINITY, -1];
	for (let i = 0; i < positions.length; i += 3) {
		const reach = x * positions[i] + y * positions[i + 1] + z * positions[i + 2];
		if (reach > most) [most, vertex] = [reach, i / 3];
	}
	const plane: Plane = { x, y, z, most };
	return { reach: most + m[12] * dx + m[13] * dy + m[14] * dz, vertex, plane };
}

/** Locks all vertices that are in the place of one. */
function lockPlace(positions: Float32Array, vertex: number, locks: Uint8Array): void {
	const [x, y, z] = positions.subarray(vertex * 3, vertex * 3 + 3);
	for (let i = 0; i < positions.length; i += 3) {
		if (positions[i] === x && positions[i + 1] === y && positions[i + 2] === z) locks[i / 3] = 1;
	}
}

/** Moves places that lie outside of a plane onto it. */
export function pressInside([px, py, pz]: Axes, planes: readonly Plane[], held: Uint8Array): void {
	for (const { x, y, z, most } of planes) {
		const square = x * x + y * y + z * z;
		if (!(square > 0)) continue;
		for (let place = 0; place < held.length; place++) {
			const beyond = (x * px[place] + y * py[place] + z * pz[place] - most) / square;
			if (beyond <= 0 || held[place] === 1) continue;
			px[place] -= beyond * x;
			py[place] -= beyond * y;
			pz[place] -= beyond * z;
		}
	}
}
