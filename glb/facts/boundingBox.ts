/** How large a model is: its description in, a box in meters out, from the bounds that accessors state. */
import { LARGEST_OF_KIND } from './componentType';
import { at, type Gltf, type GltfAccessor } from './gltf';
import { MODEL_LIMITS } from './factsLimits';
import { isNumbers, type Matrix } from './matrix';
import { MeshTable } from './meshSums';
import type { DrawnMesh } from './walkScene';

/** Meters, y up. */
export type Point = [x: number, y: number, z: number];

/** An upright box around the model in its starting pose, meters; `size` is its extent along x, y (up) and z. */
export interface BoundingBox {
	min: Point;
	max: Point;
	size: Point;
}

/**
 * The box around everything drawn, or null where it cannot be known from the description alone: nothing is drawn, an
 * accessor lacks `min` and `max` although the format asks for them, or instances are placed by data in the binary.
 */
export function boundingBoxOf(
	gltf: Gltf,
	drawn: readonly DrawnMesh[],
	table = new MeshTable(gltf),
): BoundingBox | null {
	const boxes = new Map<number, Box[] | null>();
	const whole = new WorldBox();
	const isMuch = drawn.reduce((sum, { meshIndex }) => sum + table.of(meshIndex).positions.length, 0) > MODEL_LIMITS.maxPlacedBoxes; // prettier-ignore
	for (const { meshIndex, world, instances } of drawn) {
		if (instances > 1) return null;
		let ofMesh = boxes.get(meshIndex);
		if (ofMesh === undefined) {
			ofMesh = boxesOf(gltf, table.of(meshIndex).positions);
			if (ofMesh && ofMesh.length > 1 && isMuch) ofMesh = [union(ofMesh)];
			boxes.set(meshIndex, ofMesh);
		}
		if (ofMesh === null) return null;
		for (const box of ofMesh) whole.add(box, world);
	}
	return whole.toBoundingBox();
}

interface Box {
	min: readonly number[];
	max: readonly number[];
}

/** A box that grows around others that are turned and moved into the world. */
class WorldBox {
	private readonly min: Point = [Infinity, Infinity, Infinity];
	private readonly max: Point = [-Infinity, -Infinity, -Infinity];

	add({ min, max }: Box, m: Matrix): void {
		for (let axis = 0; axis < 3; axis++) {
			let low = m[12 + axis];
			let high = low;
			// Along each axis of the world, the corner that reaches farthest takes the farther end of each side.
			for (let side = 0; side < 3; side++) {
				const a = m[side * 4 + axis] * min[side];
				const b = m[side * 4 + axis] * max[side];
				low += Math.min(a, b);
				high += Math.max(a, b);
			}
			this.min[axis] = Math.min(this.min[axis], low);
			this.max[axis] = Math.max(this.max[axis], high);
		}
	}

	toBoundingBox(): BoundingBox | null {
		const isKnown = this.min.every(Number.isFinite) && this.max.every(Number.isFinite);
		return isKnown ? toBoundingBox(this.min, this.max) : null;
	}
}

/** The boxes of a mesh's primitives in its own space, or null where one of them is not stated. */
function boxesOf(gltf: Gltf, positions: readonly unknown[]): Box[] | null {
	const boxes: Box[] = [];
	for (const index of positions) {
		const accessor = at(gltf.accessors, index);
		if (!accessor) continue;
		const box = accessorBounds(accessor);
		if (!box) return null;
		boxes.push(box);
	}
	return boxes;
}

function union(boxes: readonly Box[]): Box {
	const extreme = (pick: (a: number, b: number) => number, end: keyof Box) =>
		[0, 1, 2].map((axis) => boxes.map((box) => box[end][axis]).reduce((a, b) => pick(a, b)));
	return { min: extreme(Math.min, 'min'), max: extreme(Math.max, 'max') };
}

/** A box from its two corners, rounded to what is worth reading. */
export function toBoundingBox(min: Point, max: Point): BoundingBox {
	const size: Point = [max[0] - min[0], max[1] - min[1], max[2] - min[2]];
	return { min: rounded(min), max: rounded(max), size: rounded(size) };
}

function accessorBounds(accessor: GltfAccessor): Box | undefined {
	const { min, max } = accessor;
	if (!isNumbers(min, 3) || !isNumbers(max, 3)) return undefined;
	const divisor = accessor.normalized ? (LARGEST_OF_KIND[accessor.componentType ?? 0] ?? 1) : 1;
	return { min: min.map((value) => value / divisor), max: max.map((value) => value / divisor) };
}

function rounded(point: Point): Point {
	const factor = 10 ** MODEL_LIMITS.coordinateDecimals;
	// `+ 0` turns a rounded -0 into 0.
	return point.map((value) => Math.round(value * factor) / factor + 0) as Point;
}
