/**
 * From the coefficients of a block to its pixels: the inverse cosine transform, at 8, 4, 2 or 1 pixels per side. A block
 * that is wanted smaller is transformed from its low frequencies only, which is both quick and free of aliasing.
 */

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
		return (value * side * orthonormal(row, side) * orthonormal(column, side)) / 8;
	});
}

function orthonormal(frequency: number, side: number): number {
	return Math.sqrt((frequency === 0 ? 1 : 2) / side);
}

export function inverseTransform(side: BlockSide): InverseTransform {
	if (side === 8) return transform8;
	return side === 1 ? transform1 : transformSmall(side);
}

const transform1: InverseTransform = (coefficients, offset, factors, plane, at) => {
	plane[at] = coefficients[offset] * factors[0] + 128;
};

function transformSmall(side: 2 | 4): InverseTransform {
	const cosines = Float64Array.from({ length: side * side }, (_, index) => {
		const [x, frequency] = [Math.floor(index / side), index % side];
		return Math.cos(((2 * x + 1) * frequency * Math.PI) / (2 * side));
	});
	const rows = new Float64Array(side * side);
	return (coefficients, offset, factors, plane, at, stride) => {
		for (let row = 0; row < side; row++) {
			for (let x = 0; x < side; x++) {
				let sum = 0;
				for (let u = 0; u < side; u++) {
					const place = row * 8 + u;
					sum += coefficients[offset + place] * factors[place] * cosines[x * side + u];
				}
				rows[row * side + x] = sum;
			}
		}
		for (let y = 0; y < side; y++) {
			for (let x = 0; x < side; x++) {
				let sum = 128;
				for (let v = 0; v < side; v++) sum += rows[v * side + x] * cosines[y * side + v];
				plane[at + y * stride + x] = sum;
			}
		}
	};
}

const work = new Float64Array(64);

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
