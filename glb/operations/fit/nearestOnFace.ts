/** Where a face comes nearest to a place: three corners and a place in, the share of each corner out. */

/** The shares of the last question, together 1; one for all, to allocate nothing. */
export const near = { a: 1, b: 0, c: 0 };

/** Coordinates of all corners, axis by axis. */
export type Axes = readonly [x: Float64Array, y: Float64Array, z: Float64Array];

/** Puts the point of the face that is nearest to `x, y, z` into `near` (Ericson, Real-Time Collision Detection, 5.1.5). */
export function findNearest(
	axes: Axes,
	a: number,
	b: number,
	c: number,
	x: number,
	y: number,
	z: number,
): void {
	const px = axes[0];
	const py = axes[1];
	const pz = axes[2];
	const ax = px[a];
	const ay = py[a];
	const az = pz[a];
	const bx = px[b] - ax;
	const by = py[b] - ay;
	const bz = pz[b] - az;
	const cx = px[c] - ax;
	const cy = py[c] - ay;
	const cz = pz[c] - az;
	const alongB = bx * (x - ax) + by * (y - ay) + bz * (z - az);
	const alongC = cx * (x - ax) + cy * (y - ay) + cz * (z - az);
	if (alongB <= 0 && alongC <= 0) return put(1, 0, 0);
	// The same as seen from b and from c: all that the rest needs are these lengths.
	const bb = bx * bx + by * by + bz * bz;
	const bc = bx * cx + by * cy + bz * cz;
	const cc = cx * cx + cy * cy + cz * cz;
	const fromBAlongB = alongB - bb;
	const fromBAlongC = alongC - bc;
	if (fromBAlongB >= 0 && fromBAlongC <= fromBAlongB) return put(0, 1, 0);
	const partC = alongB * fromBAlongC - fromBAlongB * alongC;
	if (partC <= 0 && alongB >= 0 && fromBAlongB <= 0) return putBetween('ab', alongB / bb);
	const fromCAlongB = alongB - bc;
	const fromCAlongC = alongC - cc;
	if (fromCAlongC >= 0 && fromCAlongB <= fromCAlongC) return put(0, 0, 1);
	const partB = fromCAlongB * alongC - alongB * fromCAlongC;
	if (partB <= 0 && alongC >= 0 && fromCAlongC <= 0) return putBetween('ac', alongC / cc);
	const partA = fromBAlongB * fromCAlongC - fromCAlongB * fromBAlongC;
	const towardsC = fromBAlongC - fromBAlongB;
	const towardsB = fromCAlongB - fromCAlongC;
	if (partA <= 0 && towardsC >= 0 && towardsB >= 0) return putBetween('bc', towardsC / (towardsC + towardsB));
	const whole = partA + partB + partC;
	put(partA / whole, partB / whole, partC / whole);
}

function putBetween(edge: 'ab' | 'ac' | 'bc', share: number): void {
	// An edge without a length has no share: its two ends are one.
	const second = Number.isFinite(share) ? share : 0;
	if (edge === 'ab') put(1 - second, second, 0);
	else if (edge === 'ac') put(1 - second, 0, second);
	else put(0, 1 - second, second);
}

function put(a: number, b: number, c: number): void {
	near.a = a;
	near.b = b;
	near.c = c;
}
