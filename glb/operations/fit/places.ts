/**
 * Where the vertices of a mesh are, on a grid so fine that nobody sees it: primitives in, places out. Programs that make
 * models work out the two sides of a seam on different ways, and where these differ by a hair, the simplifier takes the seam
 * for a border and opens it.
 */
import type { Accessor, Primitive } from '@gltf-transform/core';

/** Steps of the grid along the longest side, as a power of two: a millionth of it each. */
const GRID_BITS = 20;

/** The places of every primitive that has some, all on the same grid. */
export function placesOf(primitives: readonly Primitive[]): Map<Primitive, Float32Array> {
	const places = new Map<Primitive, Float32Array>();
	for (const primitive of primitives) {
		const accessor = primitive.getAttribute('POSITION');
		if (accessor !== null) places.set(primitive, floatsOf(accessor).slice());
	}
	const longest = Math.max(0, ...[...places.values()].map(extentOf));
	const step = 2 ** (Math.ceil(Math.log2(longest || 1)) - GRID_BITS);
	for (const values of places.values()) {
		// Adding 0 makes the two zeros one.
		for (let i = 0; i < values.length; i++) values[i] = Math.round(values[i] / step) * step + 0;
	}
	return places;
}

/** The numbers of an accessor; those of a quantized one in the unit that they are stored in. */
export function floatsOf(accessor: Accessor): Float32Array {
	const array = accessor.getArray();
	if (array instanceof Float32Array) return array;
	const width = accessor.getElementSize();
	const floats = new Float32Array(accessor.getCount() * width);
	const element: number[] = [];
	for (let index = 0; index < accessor.getCount(); index++) {
		accessor.getElement(index, element);
		floats.set(element, index * width);
	}
	return floats;
}

/** Longest side of the box around all places. */
export function extentOf(positions: Float32Array): number {
	let longest = 0;
	for (let axis = 0; axis < 3; axis++) {
		let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
		for (let i = axis; i < positions.length; i += 3) {
			if (positions[i] < low) low = positions[i];
			if (positions[i] > high) high = positions[i];
		}
		longest = Math.max(longest, high - low);
	}
	return longest;
}
