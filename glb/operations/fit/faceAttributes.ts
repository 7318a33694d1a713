/**
 * What the vertices of a part carry besides their place, as the simplifier takes it, and back: a primitive in, numbers and
 * their weights out. Colors, normals and texture coordinates move with the vertices; anything else a vertex carries keeps
 * all of them where they are.
 */
import type { Accessor, Primitive } from '@gltf-transform/core';
import { extentOf, floatsOf } from './places';
import type { Reduced } from './surface';

/**
 * How much a difference counts beside the shape's. Normals go from −1 to 1; they are fitted to the surface afterwards, and
 * count little here, so that faces go where the outline needs them; where none are left to bend the light, it breaks. UVs are measured in the length of surface that they
 * stand for, so that a texture that lies ten times over a model, or on a corner of it, slides no further than another; and
 * four times as much as the shape, because grain that slides by a pixel is seen sooner than an outline that does. Found by
 * trying others on the models of scripts/model-likeness.ts.
 */
const WEIGHTS = {
	NORMAL: 0.05,
	TEXCOORD_0: 4,
	COLOR_0: 1,
} as const;
type Weighed = keyof typeof WEIGHTS;
const NAMES = Object.keys(WEIGHTS) as Weighed[];

/** What the simplifier weighs besides the place of a vertex: one row of numbers a vertex, and the weight of each column. */
export interface FaceAttributes {
	/** One vertex after another. */
	values: Float32Array;
	weights: number[];
	used: Array<{ name: Weighed; accessor: Accessor; first: number; width: number }>;
	/** Whether vertices may be moved: nothing stands in numbers that would have to move with them. */
	isMovable: boolean;
}

/** @param corners three vertices per face */
export function readAttributes(
	primitive: Primitive,
	positions: Float32Array,
	corners: Uint32Array,
): FaceAttributes {
	const weights: number[] = [];
	const used: FaceAttributes['used'] = [];
	for (const name of NAMES) {
		const accessor = primitive.getAttribute(name);
		if (accessor === null) continue;
		const width = accessor.getElementSize();
		used.push({ name, accessor, first: weights.length, width });
		const scale = name === 'TEXCOORD_0' ? surfacePerUnit(positions, floatsOf(accessor), corners) : 1;
		weights.push(...new Array<number>(width).fill(WEIGHTS[name] * scale));
	}
	const count = positions.length / 3;
	const values = new Float32Array(count * weights.length);
	for (const { accessor, first, width } of used) {
		const floats = floatsOf(accessor);
		for (let vertex = 0; vertex < count; vertex++) {
			for (let i = 0; i < width; i++)
				values[vertex * weights.length + first + i] = floats[vertex * width + i];
		}
	}
	return { values, weights, used, isMovable: isMovable(primitive) };
}

/** Writes what `readAttributes` read and what it became into accessors that belong to this primitive alone. */
export function writeAttributes(
	primitive: Primitive,
	{ positions, values, width: all, from }: Reduced,
	{ used }: FaceAttributes,
): void {
	primitive.setAttribute('POSITION', primitive.getAttribute('POSITION')!.clone().setArray(positions));
	const count = positions.length / 3;
	for (const { name, accessor, first, width } of used) {
		const before = floatsOf(accessor);
		const array = new Float32Array(count * width);
		for (let vertex = 0; vertex < count; vertex++) {
			const at = vertex * all + first;
			const element = values.subarray(at, at + width);
			const length = name === 'NORMAL' ? Math.hypot(...element) : 1;
			for (let i = 0; i < width; i++) {
				const value = length > 0 ? element[i] / length : before[(from?.[vertex] ?? vertex) * width + i];
				array[vertex * width + i] = name === 'COLOR_0' ? Math.min(1, Math.max(0, value)) : value;
			}
		}
		primitive.setAttribute(name, accessor.clone().setArray(array));
	}
}

function isMovable(primitive: Primitive): boolean {
	if (primitive.listTargets().length > 0) return false;
	return primitive
		.listSemantics()
		.every(
			(name) =>
				['POSITION', ...NAMES].includes(name) &&
				primitive.getAttribute(name)!.getArray() instanceof Float32Array,
		);
}

/**
 * Length on the surface that a step of 1 in UV stands for, in the mean over all faces and as a part of the model's
 * longest side, which is what the simplifier measures in.
 */
function surfacePerUnit(p: Float32Array, uv: Float32Array, corners: Uint32Array): number {
	let [surface, flat] = [0, 0];
	for (let i = 0; i + 2 < corners.length; i += 3) {
		const [a, b, c] = [corners[i], corners[i + 1], corners[i + 2]];
		const [ux, uy, uz] = [p[b * 3] - p[a * 3], p[b * 3 + 1] - p[a * 3 + 1], p[b * 3 + 2] - p[a * 3 + 2]];
		const [vx, vy, vz] = [p[c * 3] - p[a * 3], p[c * 3 + 1] - p[a * 3 + 1], p[c * 3 + 2] - p[a * 3 + 2]];
		surface += Math.sqrt((uy * vz - uz * vy) ** 2 + (uz * vx - ux * vz) ** 2 + (ux * vy - uy * vx) ** 2);
		const [su, sv] = [uv[b * 2] - uv[a * 2], uv[b * 2 + 1] - uv[a * 2 + 1]];
		const [tu, tv] = [uv[c * 2] - uv[a * 2], uv[c * 2 + 1] - uv[a * 2 + 1]];
		flat += Math.abs(su * tv - sv * tu);
	}
	const scale = Math.sqrt(surface / flat) / extentOf(p);
	// UVs of a model that only has them because an exporter wrote them are all alike.
	return Number.isFinite(scale) ? scale : 0;
}
