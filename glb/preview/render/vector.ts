/** Directions and points of three numbers. */
export type Vector = readonly [x: number, y: number, z: number];

/** Perpendicular to both, as long as the area that they span. */
export function cross(a: Vector, b: Vector): Vector {
	return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

/** The same direction with length 1; zeros stay zeros. */
export function normalize(a: Vector): Vector {
	const length = Math.hypot(...a) || 1;
	return [a[0] / length, a[1] / length, a[2] / length];
}

/** x · right + y · up + z · front. */
export function combine(x: number, y: number, z: number, right: Vector, up: Vector, front: Vector): Vector {
	return [
		x * right[0] + y * up[0] + z * front[0],
		x * right[1] + y * up[1] + z * front[1],
		x * right[2] + y * up[2] + z * front[2],
	];
}
