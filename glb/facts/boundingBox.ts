/** How large a model is: its description in, a box in metres out, from the bounds that accessors state. */
import { at, listOf, type Gltf, type GltfAccessor } from './gltf';
import { MODEL_LIMITS } from './factsLimits';
import { isNumbers, transformPoint } from './matrix';
import type { DrawnMesh } from './walkScene';

export type Point = [x: number, y: number, z: number];

/** An upright box around the model in its starting pose, metres; `size` is its extent along x, y (up) and z. */
export interface BoundingBox {
	min: Point;
	max: Point;
	size: Point;
}

/** Largest stored value of normalised integers by component type (glTF 2.0, "Accessor Data Types"). */
const NORMALIZED_MAX: Record<number, number> = { 5120: 127, 5121: 255, 5122: 32767, 5123: 65535 };

/**
 * The box around everything drawn, or null where it cannot be known from the description alone: nothing is drawn, an
 * accessor lacks `min` and `max` although the format asks for them, or instances are placed by data in the binary.
 */
export function boundingBoxOf(gltf: Gltf, drawn: readonly DrawnMesh[]): BoundingBox | null {
	const min: Point = [Infinity, Infinity, Infinity];
	const max: Point = [-Infinity, -Infinity, -Infinity];
	for (const { mesh, world, instances } of drawn) {
		if (instances > 1) return null;
		for (const primitive of listOf(mesh.primitives)) {
			const accessor = at(gltf.accessors, primitive?.attributes?.POSITION);
			if (!accessor) continue;
			const bounds = accessorBounds(accessor);
			if (!bounds) return null;
			for (let corner = 0; corner < 8; corner++) {
				const [x, y, z] = [0, 1, 2].map((axis) => bounds[(corner >> axis) & 1][axis]);
				transformPoint(world, x, y, z).forEach((value, axis) => {
					min[axis] = Math.min(min[axis], value);
					max[axis] = Math.max(max[axis], value);
				});
			}
		}
	}
	return min.every(Number.isFinite) && max.every(Number.isFinite) ? toBoundingBox(min, max) : null;
}

/** A box from its two corners, rounded to what is worth reading. */
export function toBoundingBox(min: Point, max: Point): BoundingBox {
	const size: Point = [max[0] - min[0], max[1] - min[1], max[2] - min[2]];
	return { min: rounded(min), max: rounded(max), size: rounded(size) };
}

function accessorBounds(accessor: GltfAccessor): [min: number[], max: number[]] | undefined {
	const { min, max } = accessor;
	if (!isNumbers(min, 3) || !isNumbers(max, 3)) return undefined;
	const divisor = accessor.normalized ? (NORMALIZED_MAX[accessor.componentType ?? 0] ?? 1) : 1;
	return [min.map((value) => value / divisor), max.map((value) => value / divisor)];
}

function rounded(point: Point): Point {
	const factor = 10 ** MODEL_LIMITS.coordinateDecimals;
	// `+ 0` turns a rounded -0 into 0.
	return point.map((value) => Math.round(value * factor) / factor + 0) as Point;
}
