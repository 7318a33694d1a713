/**
 * Prediction of a block from the pixels above and to its left, and what is added to it: in place, in a plane that has a
 * border of one column and one row for the blocks at the edge (RFC 6386, sections 12 and 14).
 */

/** Ways to predict; the first four also exist for whole macroblocks. */
export const MODE = {
	dc: 0,
	trueMotion: 1,
	vertical: 2,
	horizontal: 3,
	rightDown: 4,
	verticalRight: 5,
	leftDown: 6,
	verticalLeft: 7,
	horizontalDown: 8,
	horizontalUp: 9,
} as const;

/** Samples of one color; `origin` is the place of the first one inside the border. */
export interface Plane {
	samples: Uint8Array;
	stride: number;
	origin: number;
}

/** A plane of so many samples, with its border: 127 above, 129 to the left (12.2). */
export function newPlane(width: number, height: number): Plane {
	// Four more to the right, because a block looks at what is above its right neighbor.
	const stride = width + 5;
	const samples = new Uint8Array(stride * (height + 1));
	samples.fill(127, 0, stride);
	for (let y = 1; y <= height; y++) samples[y * stride] = 129;
	return { samples, stride, origin: stride + 1 };
}

/** Makes the last line of a plane the one above it. */
export function keepLastLine({ samples, stride }: Plane): void {
	samples.copyWithin(0, samples.length - stride);
}

/** Predicts a square of a macroblock: 16 wide for luma, 8 for chroma. */
export function predictSquare(
	{ samples, stride }: Plane,
	at: number,
	side: number,
	mode: number,
	hasAbove: boolean,
	hasLeft: boolean,
): void {
	if (mode === MODE.trueMotion) return predictTrueMotion(samples, stride, at, side);
	if (mode === MODE.dc) {
		const value = meanOfBorder(samples, stride, at, side, hasAbove, hasLeft);
		for (let y = 0; y < side; y++) samples.fill(value, at + y * stride, at + y * stride + side);
		return;
	}
	for (let y = 0; y < side; y++) {
		const row = at + y * stride;
		if (mode === MODE.vertical) samples.copyWithin(row, at - stride, at - stride + side);
		else samples.fill(samples[row - 1], row, row + side);
	}
}

function meanOfBorder(
	samples: Uint8Array,
	stride: number,
	at: number,
	side: number,
	hasAbove: boolean,
	hasLeft: boolean,
): number {
	let sum = 0;
	let count = 0;
	if (hasAbove) {
		for (let x = 0; x < side; x++) sum += samples[at - stride + x];
		count += side;
	}
	if (hasLeft) {
		for (let y = 0; y < side; y++) sum += samples[at + y * stride - 1];
		count += side;
	}
	return count > 0 ? Math.floor((sum + count / 2) / count) : 128;
}

function predictTrueMotion(samples: Uint8Array, stride: number, at: number, side: number): void {
	const corner = samples[at - stride - 1];
	for (let y = 0; y < side; y++) {
		const row = at + y * stride;
		const base = samples[row - 1] - corner;
		for (let x = 0; x < side; x++) samples[row + x] = clamp(base + samples[at - stride + x]);
	}
}

/**
 * The directional predictions of a 4 × 4 block as places on its edge, which runs from the lower left corner up and
 * then to the right, its ends doubled: 0 and 1 the lowest of the left column, 5 the corner, 6 to 13 above. An entry
 * below 16 is the mean of a place and the next; 16 more is the mean of three around a place, the middle counted twice.
 */
const DIRECTIONS: Readonly<Record<number, readonly number[]>> = {
	[MODE.vertical]: [22, 23, 24, 25, 22, 23, 24, 25, 22, 23, 24, 25, 22, 23, 24, 25],
	[MODE.horizontal]: [20, 20, 20, 20, 19, 19, 19, 19, 18, 18, 18, 18, 17, 17, 17, 17],
	[MODE.rightDown]: [21, 22, 23, 24, 20, 21, 22, 23, 19, 20, 21, 22, 18, 19, 20, 21],
	[MODE.verticalRight]: [5, 6, 7, 8, 21, 22, 23, 24, 20, 5, 6, 7, 19, 21, 22, 23],
	[MODE.leftDown]: [23, 24, 25, 26, 24, 25, 26, 27, 25, 26, 27, 28, 26, 27, 28, 29],
	[MODE.verticalLeft]: [6, 7, 8, 9, 23, 24, 25, 26, 7, 8, 9, 27, 24, 25, 26, 28],
	[MODE.horizontalDown]: [4, 21, 22, 23, 3, 20, 4, 21, 2, 19, 3, 20, 1, 18, 2, 19],
	[MODE.horizontalUp]: [3, 19, 2, 18, 2, 18, 1, 17, 1, 17, 0, 0, 0, 0, 0, 0],
};

const edge = new Uint8Array(15);

/** Predicts a 4 × 4 block; `aboveRight` is the place of the four samples above its right neighbor. */
export function predictBlock({ samples, stride }: Plane, at: number, mode: number, aboveRight: number): void {
	if (mode === MODE.trueMotion) return predictTrueMotion(samples, stride, at, 4);
	if (mode === MODE.dc) return predictSquare({ samples, stride, origin: 0 }, at, 4, mode, true, true);
	for (let i = 0; i < 4; i++) {
		edge[4 - i] = samples[at + i * stride - 1];
		edge[6 + i] = samples[at - stride + i];
		edge[10 + i] = samples[aboveRight + i];
	}
	edge[0] = edge[1];
	edge[5] = samples[at - stride - 1];
	edge[14] = edge[13];
	const places = DIRECTIONS[mode];
	for (let i = 0; i < 16; i++) {
		const place = places[i] & 15;
		samples[at + (i >> 2) * stride + (i & 3)] =
			places[i] < 16
				? (edge[place] + edge[place + 1] + 1) >> 1
				: (edge[place - 1] + 2 * edge[place] + edge[place + 1] + 2) >> 2;
	}
}

/** 65,536 times √2·cos(π/8), and times √2·sin(π/8). */
const COSINE = 85_627;
const SINE = 35_468;

const rows = new Int32Array(16);

/** Adds the inverse transform of a block's coefficients to what was predicted (14.4). */
export function addResidual({ samples, stride }: Plane, at: number, values: Int16Array, from: number): void {
	for (let i = 0; i < 4; i++) {
		const [v0, v1, v2, v3] = [
			values[from + i],
			values[from + 4 + i],
			values[from + 8 + i],
			values[from + 12 + i],
		];
		const c = ((v1 * SINE) >> 16) - ((v3 * COSINE) >> 16);
		const d = ((v1 * COSINE) >> 16) + ((v3 * SINE) >> 16);
		rows[i * 4] = v0 + v2 + d;
		rows[i * 4 + 1] = v0 - v2 + c;
		rows[i * 4 + 2] = v0 - v2 - c;
		rows[i * 4 + 3] = v0 + v2 - d;
	}
	for (let y = 0; y < 4; y++) {
		const v0 = rows[y] + 4;
		const v2 = rows[8 + y];
		const c = ((rows[4 + y] * SINE) >> 16) - ((rows[12 + y] * COSINE) >> 16);
		const d = ((rows[4 + y] * COSINE) >> 16) + ((rows[12 + y] * SINE) >> 16);
		const row = at + y * stride;
		samples[row] = clamp(samples[row] + ((v0 + v2 + d) >> 3));
		samples[row + 1] = clamp(samples[row + 1] + ((v0 - v2 + c) >> 3));
		samples[row + 2] = clamp(samples[row + 2] + ((v0 - v2 - c) >> 3));
		samples[row + 3] = clamp(samples[row + 3] + ((v0 + v2 - d) >> 3));
	}
}

/** The same for a block that has a first coefficient only. */
export function addConstant({ samples, stride }: Plane, at: number, first: number): void {
	const value = (first + 4) >> 3;
	for (let y = 0; y < 4; y++) {
		for (let x = 0; x < 4; x++) samples[at + y * stride + x] = clamp(samples[at + y * stride + x] + value);
	}
}

function clamp(value: number): number {
	return value < 0 ? 0 : value > 255 ? 255 : value;
}
