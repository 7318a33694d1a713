/** Three numbers and what is done with them. */

export type Vec3 = [number, number, number];

export const subtract = (a: Vec3, b: Vec3): Vec3 => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];

const dot = (a: Vec3, b: Vec3): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

export const cross = (a: Vec3, b: Vec3): Vec3 => [
	a[1] * b[2] - a[2] * b[1],
	a[2] * b[0] - a[0] * b[2],
	a[0] * b[1] - a[1] * b[0],
];

/** Length 1, or `fallback` where there is no direction. */
export function normalize(a: Vec3, fallback: Vec3): Vec3 {
	const length = Math.hypot(...a);
	return length > 1e-12 ? [a[0] / length, a[1] / length, a[2] / length] : fallback;
}

/** The part of `a` across the unit vector `n`, with length 1. */
export function across(a: Vec3, n: Vec3): Vec3 {
	const along = dot(a, n);
	const rest: Vec3 = [a[0] - along * n[0], a[1] - along * n[1], a[2] - along * n[2]];
	const side: Vec3 = Math.abs(n[0]) < 0.9 ? [1, 0, 0] : [0, 1, 0];
	return normalize(rest, normalize(cross(cross(n, side), n), [1, 0, 0]));
}
