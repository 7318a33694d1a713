/** Faces in boxes in boxes, so that those near a place are found without a look at all of them. */
import type { Axes } from './nearestOnFace';

/** Faces in the smallest boxes. */
const LEAF = 4;
/** Steps of the curve along each axis, as a power of two: three axes and the number of a face fit a double's 53 bits. */
const CURVE_BITS = 9;

/** Does not see where faces move later. */
export class FaceTree {
	/** Faces along a curve that fills space: what is near on it is near in space. */
	private readonly order: Uint32Array;
	/** Of each box its lower and its upper corner; the two boxes in box i are 2 i + 1 and 2 i + 2. */
	private readonly boxes: Float64Array;
	/** Boxes to look into, each with the faces that are in it; deeper than any tree. */
	private readonly waiting = new Uint32Array(3 * 64);

	constructor(
		private readonly axes: Axes,
		private readonly corners: Uint32Array,
	) {
		this.order = alongCurve(axes, corners);
		let boxes = 1;
		for (let faces = this.order.length; faces > LEAF; faces = Math.ceil(faces / 2)) boxes = boxes * 2 + 1;
		this.boxes = new Float64Array(boxes * 6);
		this.fitBox(0, 0, this.order.length);
	}

	/**
	 * Calls `costOf` with the faces near a place, the nearer boxes first, until no other can cost less than the least so
	 * far. A face costs the square of its distance or more.
	 *
	 * @param most what a face may cost to be of interest
	 */
	search(x: number, y: number, z: number, most: number, costOf: (face: number) => number): void {
		const { waiting, order } = this;
		let least = most;
		let count = 0;
		waiting[count++] = 0;
		waiting[count++] = 0;
		waiting[count++] = order.length;
		while (count > 0) {
			const to = waiting[--count];
			const from = waiting[--count];
			const box = waiting[--count];
			if (this.distance(box, x, y, z) >= least) continue;
			if (to - from <= LEAF) {
				for (let i = from; i < to; i++) {
					const cost = costOf(order[i]);
					if (cost < least) least = cost;
				}
				continue;
			}
			const middle = (from + to + 1) >> 1;
			const low = box * 2 + 1;
			const isLowNearer = this.distance(low, x, y, z) < this.distance(low + 1, x, y, z);
			// The last to be put there is the first to be looked into.
			for (let second = 0; second < 2; second++) {
				const isLow = (second === 1) === isLowNearer;
				waiting[count++] = isLow ? low : low + 1;
				waiting[count++] = isLow ? from : middle;
				waiting[count++] = isLow ? middle : to;
			}
		}
	}

	/** The square of it. */
	private distance(box: number, x: number, y: number, z: number): number {
		const { boxes } = this;
		const at = box * 6;
		const dx = outside(x, boxes[at], boxes[at + 3]);
		const dy = outside(y, boxes[at + 1], boxes[at + 4]);
		const dz = outside(z, boxes[at + 2], boxes[at + 5]);
		return dx * dx + dy * dy + dz * dz;
	}

	private fitBox(box: number, from: number, to: number): void {
		const { boxes, axes, corners, order } = this;
		const at = box * 6;
		if (to - from > LEAF) {
			const middle = (from + to + 1) >> 1;
			this.fitBox(box * 2 + 1, from, middle);
			this.fitBox(box * 2 + 2, middle, to);
			const [low, high] = [(box * 2 + 1) * 6, (box * 2 + 2) * 6];
			for (let i = 0; i < 3; i++) {
				boxes[at + i] = Math.min(boxes[low + i], boxes[high + i]);
				boxes[at + 3 + i] = Math.max(boxes[low + 3 + i], boxes[high + 3 + i]);
			}
			return;
		}
		for (let i = 0; i < 3; i++) {
			let [least, most] = [Infinity, -Infinity];
			for (let at = from; at < to; at++) {
				for (let corner = 0; corner < 3; corner++) {
					const value = axes[i][corners[order[at] * 3 + corner]];
					if (value < least) least = value;
					if (value > most) most = value;
				}
			}
			boxes[at + i] = least;
			boxes[at + 3 + i] = most;
		}
	}
}

function outside(value: number, least: number, most: number): number {
	return value < least ? least - value : value > most ? value - most : 0;
}

/** The faces in the order of the Morton codes of their middles. */
function alongCurve(axes: Axes, corners: Uint32Array): Uint32Array {
	const count = corners.length / 3;
	const codes = new Float64Array(count);
	for (const [axis, values] of axes.entries()) {
		let [least, most] = [Infinity, -Infinity];
		for (const value of values) {
			if (value < least) least = value;
			if (value > most) most = value;
		}
		const scale = (2 ** CURVE_BITS - 1) / (3 * (most - least) || 1);
		for (let face = 0; face < count; face++) {
			const at = face * 3;
			const sum = values[corners[at]] + values[corners[at + 1]] + values[corners[at + 2]];
			codes[face] += spread(Math.floor((sum - 3 * least) * scale)) * 2 ** axis;
		}
	}
	for (let face = 0; face < count; face++) codes[face] = codes[face] * count + face;
	codes.sort();
	return Uint32Array.from(codes, (code) => code % count);
}

/** The bits of a number with two zeros between each. */
function spread(value: number): number {
	let bits = 0;
	for (let bit = 0; bit < CURVE_BITS; bit++) bits |= ((value >> bit) & 1) << (bit * 3);
	return bits;
}
