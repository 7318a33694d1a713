/**
 * Numbers at the corners of faces that, mixed within each face, come as near as they can to those asked for at many places:
 * the square of the difference, summed over all places, is least.
 */

/** Places on faces: which corners each lies between, and how near to which. */
export interface Places {
	/** Three corners per place. */
	corners: Uint32Array;
	/** The share of each of them, together 1. */
	shares: Float32Array;
	/** How much a place counts. */
	weights: Float32Array;
}

/** How much a number is held to what it was, beside what the places ask of it: for corners that hardly any place is near. */
const INERTIA = 0.01;
/** Each takes about half of what is left; after a dozen nothing is. */
const STEPS = 12;

/**
 * Changes the numbers, by conjugate gradients.
 *
 * @param held 1 for a corner whose number is to stay
 */
export function fitNumbers(
	numbers: Float64Array,
	asked: Float32Array,
	places: Places,
	held?: Uint8Array,
): void {
	const { corners, shares, weights } = places;
	const count = numbers.length;
	const own = new Float64Array(count);
	const rest = new Float64Array(count);
	for (let place = 0, at = 0; place < weights.length; place++, at += 3) {
		const a = corners[at];
		const b = corners[at + 1];
		const c = corners[at + 2];
		const sa = shares[at];
		const sb = shares[at + 1];
		const sc = shares[at + 2];
		const weight = weights[place];
		const missing = weight * (asked[place] - sa * numbers[a] - sb * numbers[b] - sc * numbers[c]);
		rest[a] += sa * missing;
		rest[b] += sb * missing;
		rest[c] += sc * missing;
		own[a] += weight * sa * sa;
		own[b] += weight * sb * sb;
		own[c] += weight * sc * sc;
	}
	let sum = 0;
	for (const value of own) sum += value;
	const inertia = (sum / count) * INERTIA;
	if (!(inertia > 0)) return;
	for (let i = 0; i < count; i++) {
		own[i] = 1 / (own[i] + inertia);
		if (held?.[i]) rest[i] = 0;
	}
	const way = new Float64Array(count);
	const effect = new Float64Array(count);
	let before = 0;
	for (let step = 0; step < STEPS; step++) {
		let size = 0;
		for (let i = 0; i < count; i++) size += rest[i] * rest[i] * own[i];
		if (!(size > 0)) return;
		const keep = before > 0 ? size / before : 0;
		before = size;
		for (let i = 0; i < count; i++) {
			way[i] = rest[i] * own[i] + keep * way[i];
			effect[i] = inertia * way[i];
		}
		for (let place = 0, at = 0; place < weights.length; place++, at += 3) {
			const a = corners[at];
			const b = corners[at + 1];
			const c = corners[at + 2];
			const sa = shares[at];
			const sb = shares[at + 1];
			const sc = shares[at + 2];
			const moved = weights[place] * (sa * way[a] + sb * way[b] + sc * way[c]);
			effect[a] += sa * moved;
			effect[b] += sb * moved;
			effect[c] += sc * moved;
		}
		let slope = 0;
		for (let i = 0; i < count; i++) slope += way[i] * effect[i];
		const length = size / slope;
		if (!Number.isFinite(length)) return;
		for (let i = 0; i < count; i++) {
			if (held?.[i]) continue;
			numbers[i] += length * way[i];
			rest[i] -= length * effect[i];
		}
	}
}
