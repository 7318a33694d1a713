/**
 * Where what the vertices of a primitive carry breaks: its vertices in; for each the one that it is to be taken for, and
 * whether the break is to stay, out. Programs that make models work out what the corners of each face carry by themselves,
 * and where two of them differ by a hair, there are two vertices in one place. The simplifier takes the edge between for one
 * that must stay: a published model had such edges in two of five places, and its faces were taken from where they are seen.
 */
import type { Accessor, Primitive } from '@gltf-transform/core';
import { MeshoptSimplifier } from 'meshoptimizer/simplifier';
import { LOCKED, PROTECTED } from './simplifierFlags';
import { floatsOf } from './places';

/**
 * How far apart what two vertices carry may be, in each number, to be the same: a twentieth of a degree, a fiftieth of a
 * pixel of a 2K texture, half a step of 8 bits. What is not here must be equal.
 */
const TOLERANCES: ReadonlyArray<[prefix: string, tolerance: number]> = [
	['NORMAL', 1e-3],
	['TEXCOORD', 1e-5],
	['COLOR', 1 / 512],
];

/** What only bends the light: a break of it is an edge of the shape, and worth as much as that. */
const BENDS_LIGHT = /^(NORMAL|TANGENT)/;

/** Numbers of a tangent whose last says whether its texture is mirrored: 1 or −1, and no face may have both. */
const SIDED = 4;

/** Vertices in one place that another there is compared with: more are real seams, or one point of a thousand faces. */
const MAX_COMPARED = 8;

/**
 * Vertices in one place that may vanish: the simplifier walks through all of them for each edge that ends there, without a
 * pause. Of more, as at the tip of a cone whose thousand faces have a vertex each, the place stays.
 */
const MAX_IN_PLACE = 128;

/** The numbers that a vertex carries under one name. */
interface Column {
	numbers: Float32Array;
	width: number;
	tolerance: number;
}

/** The seams of a primitive, a number for each vertex. */
export interface Seams {
	/** The first vertex in its place that carries the same. */
	merged: Uint32Array;
	/** `PROTECTED` where more than the light breaks: texture, colors, what it moves with. `LOCKED` where too many meet. */
	locks: Uint8Array;
}

/** @param positions of the primitive, those of one place alike to the bit */
export function seamsOf(primitive: Primitive, positions: Float32Array): Seams {
	const merged = MeshoptSimplifier.generatePositionRemap(positions, 3);
	const locks = locksOfCrowds(merged);
	const [light, others] = columnsOf(primitive);
	/** For each vertex that stays, the next one in the same place; 0 for none. */
	const next = new Uint32Array(merged.length);
	for (let vertex = 0; vertex < merged.length; vertex++) {
		const first = merged[vertex];
		if (first === vertex) continue;
		merged[vertex] = vertex;
		for (let known = first, compared = 0; compared < MAX_COMPARED; compared++) {
			const isSeam = !areAlike(others, known, vertex);
			if (isSeam) {
				locks[vertex] |= PROTECTED;
				locks[first] |= PROTECTED;
			} else if (areAlike(light, known, vertex)) {
				merged[vertex] = known;
				break;
			}
			if (next[known] === 0) {
				next[known] = vertex;
				break;
			}
			known = next[known];
		}
	}
	return { merged, locks };
}

/** @param firsts for each vertex the first one in its place */
function locksOfCrowds(firsts: Uint32Array): Uint8Array {
	const counts = new Uint32Array(firsts.length);
	for (const first of firsts) counts[first]++;
	return Uint8Array.from(firsts, (first) => (counts[first] > MAX_IN_PLACE ? LOCKED : 0));
}

/** What bends the light, and all the rest. */
function columnsOf(primitive: Primitive): [light: Column[], others: Column[]] {
	const [light, others]: [Column[], Column[]] = [[], []];
	const add = (name: string, accessor: Accessor, tolerance = 0) => {
		const column = { numbers: floatsOf(accessor), width: accessor.getElementSize(), tolerance };
		(BENDS_LIGHT.test(name) ? light : others).push(column);
		if (name === 'TANGENT' && column.width === SIDED)
			others.push({
				numbers: column.numbers.filter((_, i) => i % SIDED === SIDED - 1),
				width: 1,
				tolerance: 0,
			});
	};
	for (const name of primitive.listSemantics()) {
		if (name === 'POSITION') continue;
		const tolerance = TOLERANCES.find(([prefix]) => name.startsWith(prefix))?.[1];
		add(name, primitive.getAttribute(name)!, tolerance);
	}
	for (const target of primitive.listTargets())
		for (const name of target.listSemantics()) add(name, target.getAttribute(name)!);
	return [light, others];
}

function areAlike(columns: readonly Column[], first: number, second: number): boolean {
	for (const { numbers, width, tolerance } of columns) {
		for (let i = 0; i < width; i++) {
			// What is not a number is like nothing.
			if (!(Math.abs(numbers[first * width + i] - numbers[second * width + i]) <= tolerance)) return false;
		}
	}
	return true;
}
