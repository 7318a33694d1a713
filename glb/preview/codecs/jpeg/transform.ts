/**
 * From the coefficients of a block to its pixels: the inverse cosine transform, at 8, 4, 2 or 1 pixels per side. A block
 * that is wanted smaller is transformed from its low frequencies only, which is both quick and free of aliasing.
 */

const work = new Float64Array(64);

/** Pixels per side that an 8 × 8 block can become. */
export type BlockSide = 1 | 2 | 4 | 8;

/** Turns one block into pixels in a plane: coefficients in natural order times the factors of `prepareFactors`. */
export type InverseTransform = (
	coefficients: Int16Array,
	offset: number,
	factors: Float32Array,
	plane: Uint8ClampedArray,
	at: number,
	stride: number,
) => void;

/** Scale factors of the AAN algorithm (Arai, Agui, Nakajima 1988): cos(kπ/16)·√2, and 1 for k = 0. */
const AAN = Float64Array.from({ length: 8 }, (_, k) =>
	k === 0 ? 1 : Math.cos((k * Math.PI) / 16) * Math.SQRT2,
);

/** The quantization table with the transform's own scale multiplied in. */
export function prepareFactors(quantization: Float32Array, side: BlockSide): Float32Array {
	return quantization.map((value, place) => {
		const [row, column] = [place >> 3, place & 7];
		if (side === 8) return (value * AAN[row] * AAN[column]) / 8;
		const scale = (side / 8) * orthonormal(row, side) * orthonormal(column, side);
		// With two pixels the only cosine is ±√½, which is left to the factors.
		return value * scale * (side === 2 ? Math.SQRT1_2 ** ((row > 0 ? 1 : 0) + (column > 0 ? 1 : 0)) : 1);
	});
}

function orthonormal(frequency: number, side: number): number {
	return Math.sqrt((frequency === 0 ? 1 : 2) / side);
}

/** The transform that makes blocks of `side` × `side` pixels. */
export function inverseTransform(side: BlockSide): InverseTransform {
	return { 1: transform1, 2: transform2, 4: transform4, 8: transform8 }[side];
}

const transform1: InverseTransform = (coefficients, offset, factors, plane, at) => {
	plane[at] = coefficients[offset] * factors[0] + 128;
};

const transform2: InverseTransform = (coefficients, offset, factors, plane, at, stride) => {
	const a = coefficients[offset] * factors[0] + 128;
	const b = coefficients[offset + 1] * factors[1];
	const c = coefficients[offset + 8] * factors[8];
	const d = coefficients[offset + 9] * factors[9];
	plane[at] = a + b + c + d;
	plane[at + 1] = a - b + c - d;
	plane[at + stride] = a + b - c - d;
	plane[at + stride + 1] = a - b - c + d;
};

/** cos(π/8) and cos(3π/8). */
const COS_1 = Math.cos(Math.PI / 8);
const COS_3 = Math.cos((3 * Math.PI) / 8);

const transform4: InverseTransform = (coefficients, offset, factors, plane, at, stride) => {
	for (let row = 0; row < 4; row++) {
		const place = row * 8;
		const s0 = coefficients[offset + place] * factors[place];
		const s1 = coefficients[offset + place + 1] * factors[place + 1];
		const s2 = coefficients[offset + place + 2] * factors[place + 2] * Math.SQRT1_2;
		const s3 = coefficients[offset + place + 3] * factors[place + 3];
		const odd0 = s1 * COS_1 + s3 * COS_3;
		const odd1 = s1 * COS_3 - s3 * COS_1;
		work[row * 4] = s0 + s2 + odd0;
		work[row * 4 + 1] = s0 - s2 + odd1;
		work[row * 4 + 2] = s0 - s2 - odd1;
		work[row * 4 + 3] = s0 + s2 - odd0;
	}
	for (let x = 0; x < 4; x++) {
		const s0 = work[x] + 128;
		const s2 = work[8 + x] * Math.SQRT1_2;
		const odd0 = work[4 + x] * COS_1 + work[12 + x] * COS_3;
		const odd1 = work[4 + x] * COS_3 - work[12 + x] * COS_1;
		plane[at + x] = s0 + s2 + odd0;
		plane[at + stride + x] = s0 - s2 + odd1;
		plane[at + 2 * stride + x] = s0 - s2 - odd1;
		plane[at + 3 * stride + x] = s0 + s2 - odd0;
	}
};

const transform8: InverseTransform = (coefficients, offset, factors, plane, at, stride) => {
	for (let place = 0; place < 64; place++) work[place] = coefficients[offset + place] * factors[place];
	for (let column = 0; column < 8; column++) transformLine(column, 8);
	for (let row = 0; row < 8; row++) {
		transformLine(row * 8, 1);
		const line = at + row * stride;
		for (let x = 0; x < 8; x++) plane[line + x] = work[row * 8 + x] + 128;
	}
};

/** One line of eight in place: the AAN flow graph, five multiplications. */
function transformLine(start: number, step: number): void {
	const s0 = work[start];
	const s1 = work[start + step];
	const s2 = work[start + 2 * step];
	const s3 = work[start + 3 * step];
	const s4 = work[start + 4 * step];
	const s5 = work[start + 5 * step];
	const s6 = work[start + 6 * step];
	const s7 = work[start + 7 * step];
	const sum04 = s0 + s4;
	const difference04 = s0 - s4;
	const sum26 = s2 + s6;
	const rotated26 = (s2 - s6) * 1.414213562373095 - sum26;
	const even0 = sum04 + sum26;
	const even3 = sum04 - sum26;
	const even1 = difference04 + rotated26;
	const even2 = difference04 - rotated26;
	const sum53 = s5 + s3;
	const difference53 = s5 - s3;
	const sum17 = s1 + s7;
	const difference17 = s1 - s7;
	const odd0 = sum17 + sum53;
	const shared = (difference53 + difference17) * 1.847759065022573;
	const odd1 = shared - difference53 * 2.613125929752753 - odd0;
	const odd2 = (sum17 - sum53) * 1.414213562373095 - odd1;
	const odd3 = shared - difference17 * 1.082392200292394 - odd2;
	work[start] = even0 + odd0;
	work[start + 7 * step] = even0 - odd0;
	work[start + step] = even1 + odd1;
	work[start + 6 * step] = even1 - odd1;
	work[start + 2 * step] = even2 + odd2;
	work[start + 5 * step] = even2 - odd2;
	work[start + 3 * step] = even3 + odd3;
	work[start + 4 * step] = even3 - odd3;
}
