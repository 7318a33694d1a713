/** From the pixels of a block to its quantized coefficients: the forward cosine transform (AAN, as in `transform.ts`). */

const work = new Float64Array(64);

/** Scale that the AAN algorithm leaves in the coefficients: cos(kπ/16)·√2, and 1 for k = 0. */
const AAN = Float64Array.from({ length: 8 }, (_, k) =>
	k === 0 ? 1 : Math.cos((k * Math.PI) / 16) * Math.SQRT2,
);

/** What each coefficient of the transform is multiplied by to be quantized: `quantization` in natural order. */
export function prepareDivisors(quantization: Uint8Array): Float64Array {
	return Float64Array.from(
		quantization,
		(value, place) => 1 / (value * AAN[place >> 3] * AAN[place & 7] * 8),
	);
}

/** Quantized coefficients of `block` (64 values around 0, row by row) in natural order. */
export function forwardTransform(
	block: Float64Array,
	divisors: Float64Array,
	coefficients: Int16Array,
): void {
	work.set(block);
	for (let row = 0; row < 8; row++) transformLine(row * 8, 1);
	for (let column = 0; column < 8; column++) transformLine(column, 8);
	for (let place = 0; place < 64; place++) coefficients[place] = Math.round(work[place] * divisors[place]);
}

function transformLine(start: number, step: number): void {
	const sum07 = work[start] + work[start + 7 * step];
	const difference07 = work[start] - work[start + 7 * step];
	const sum16 = work[start + step] + work[start + 6 * step];
	const difference16 = work[start + step] - work[start + 6 * step];
	const sum25 = work[start + 2 * step] + work[start + 5 * step];
	const difference25 = work[start + 2 * step] - work[start + 5 * step];
	const sum34 = work[start + 3 * step] + work[start + 4 * step];
	const difference34 = work[start + 3 * step] - work[start + 4 * step];
	const outer = sum07 + sum34;
	const outerDifference = sum07 - sum34;
	const inner = sum16 + sum25;
	const innerDifference = sum16 - sum25;
	work[start] = outer + inner;
	work[start + 4 * step] = outer - inner;
	const even = (innerDifference + outerDifference) * 0.7071067811865476;
	work[start + 2 * step] = outerDifference + even;
	work[start + 6 * step] = outerDifference - even;
	const odd0 = difference34 + difference25;
	const odd1 = difference25 + difference16;
	const odd2 = difference16 + difference07;
	const shared = (odd0 - odd2) * 0.3826834323650898;
	const rotated0 = 0.5411961001461969 * odd0 + shared;
	const rotated2 = 1.3065629648763766 * odd2 + shared;
	const middle = odd1 * 0.7071067811865476;
	const plus = difference07 + middle;
	const minus = difference07 - middle;
	work[start + 5 * step] = minus + rotated0;
	work[start + 3 * step] = minus - rotated0;
	work[start + step] = plus + rotated2;
	work[start + 7 * step] = plus - rotated2;
}
