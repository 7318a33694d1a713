/** The loop filter of VP8, which smooths the edges of blocks where they are not edges of the picture (RFC 6386, 15). */
import type { FilterStrength } from './vp8Header';
import type { Plane } from './vp8Predict';

/** What the filter needs to know of a macroblock. */
export interface FilteredMacroblock {
	strength: FilterStrength;
	/** Whether the edges of its blocks are smoothed too. */
	hasInnerEdges: boolean;
}

/** Changes the planes in place: the edges at the left and above, and those within the macroblock. */
export function filterMacroblock(
	planes: { luma: Plane; blue: Plane; red: Plane },
	column: number,
	row: number,
	{ strength, hasInnerEdges }: FilteredMacroblock,
	isSimple: boolean,
): void {
	if (strength.level === 0) return;
	const outer = { ...strength, level: strength.level + 4 };
	const lines = isSimple
		? [{ plane: planes.luma, side: 16 }]
		: [
				{ plane: planes.luma, side: 16 },
				{ plane: planes.blue, side: 8 },
				{ plane: planes.red, side: 8 },
			];
	for (const { plane, side } of lines) {
		const { samples, stride, origin } = plane;
		const at = origin + row * side * stride + column * side;
		const filter = isSimple ? smoothTwo : smooth;
		if (column > 0) filter(samples, at, stride, 1, side, outer, true);
		if (hasInnerEdges)
			for (let x = 4; x < side; x += 4) filter(samples, at + x, stride, 1, side, strength, false);
		if (row > 0) filter(samples, at, 1, stride, side, outer, true);
		if (hasInnerEdges) {
			for (let y = 4; y < side; y += 4) filter(samples, at + y * stride, 1, stride, side, strength, false);
		}
	}
}

/**
 * Smooths across an edge of `length` samples.
 *
 * @param along from one sample of the edge to the next
 * @param across from one side of the edge to the other
 */
function smooth(
	samples: Uint8Array,
	at: number,
	along: number,
	across: number,
	length: number,
	{ level, interior, highVariance }: FilterStrength,
	isOuter: boolean,
): void {
	for (let i = 0; i < length; i++, at += along) {
		const p3 = samples[at - 4 * across];
		const p2 = samples[at - 3 * across];
		const p1 = samples[at - 2 * across];
		const p0 = samples[at - across];
		const q0 = samples[at];
		const q1 = samples[at + across];
		const q2 = samples[at + 2 * across];
		const q3 = samples[at + 3 * across];
		if (Math.abs(p0 - q0) * 2 + (Math.abs(p1 - q1) >> 1) > level) continue;
		if (Math.abs(p3 - p2) > interior || Math.abs(p2 - p1) > interior || Math.abs(p1 - p0) > interior)
			continue;
		if (Math.abs(q1 - q0) > interior || Math.abs(q2 - q1) > interior || Math.abs(q3 - q2) > interior)
			continue;
		if (Math.abs(p1 - p0) > highVariance || Math.abs(q1 - q0) > highVariance) {
			moveTogether(samples, at, across, p0, q0, 3 * (q0 - p0) + toSigned(p1 - q1));
		} else if (isOuter) {
			const w = toSigned(3 * (q0 - p0) + toSigned(p1 - q1));
			const a = (27 * w + 63) >> 7;
			const b = (18 * w + 63) >> 7;
			const c = (9 * w + 63) >> 7;
			samples[at - 3 * across] = clamp(p2 + c);
			samples[at - 2 * across] = clamp(p1 + b);
			samples[at - across] = clamp(p0 + a);
			samples[at] = clamp(q0 - a);
			samples[at + across] = clamp(q1 - b);
			samples[at + 2 * across] = clamp(q2 - c);
		} else {
			const half = (moveTogether(samples, at, across, p0, q0, 3 * (q0 - p0)) + 1) >> 1;
			samples[at - 2 * across] = clamp(p1 + half);
			samples[at + across] = clamp(q1 - half);
		}
	}
}

/** The simple filter, which looks at two samples on each side and moves one. */
function smoothTwo(
	samples: Uint8Array,
	at: number,
	along: number,
	across: number,
	length: number,
	{ level }: FilterStrength,
): void {
	for (let i = 0; i < length; i++, at += along) {
		const p1 = samples[at - 2 * across];
		const p0 = samples[at - across];
		const q0 = samples[at];
		const q1 = samples[at + across];
		if (Math.abs(p0 - q0) * 2 + (Math.abs(p1 - q1) >> 1) > level) continue;
		moveTogether(samples, at, across, p0, q0, 3 * (q0 - p0) + toSigned(p1 - q1));
	}
}

/** Moves the two samples at the edge towards each other; returns how far the second one moved. */
function moveTogether(
	samples: Uint8Array,
	at: number,
	across: number,
	p0: number,
	q0: number,
	difference: number,
): number {
	const first = toStep((difference + 3) >> 3);
	const second = toStep((difference + 4) >> 3);
	samples[at - across] = clamp(p0 + first);
	samples[at] = clamp(q0 - second);
	return second;
}

function toSigned(value: number): number {
	return value < -128 ? -128 : value > 127 ? 127 : value;
}

function toStep(value: number): number {
	return value < -16 ? -16 : value > 15 ? 15 : value;
}

function clamp(value: number): number {
	return value < 0 ? 0 : value > 255 ? 255 : value;
}
