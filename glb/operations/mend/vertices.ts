/**
 * The numbers of vertices put right: an attribute's numbers in, a copy that the format allows out, or nothing where they are
 * right as they are.
 */
import { COMPONENT, LARGEST_OF_KIND } from '../../facts/componentType';
import type { GltfAccessor } from '../../facts/gltf';
import type { TimeSlicer } from '../../timeSlicer';
import type { Numbers } from './storage';

/** How far the length of a vector and of a turn may be from 1: the Khronos validator's own bounds. */
const UNIT_WITHIN = 0.00674;
export const TURN_WITHIN = 0.00769;

/** Below this, a vector points nowhere. */
const SHORTEST = 1e-6;

/** What a stored number has to be divided by to be the one that is meant. */
export function oneOfKind({ componentType, normalized }: GltfAccessor): number {
	return normalized ? (LARGEST_OF_KIND[componentType!] ?? 1) : 1;
}

/** What is meant by numbers, as floats. `Float32Array.from` asks for each number on its own, which takes ten times as long. */
export function divided(numbers: Numbers, one: number): Float32Array {
	const floats = new Float32Array(numbers);
	if (one !== 1) for (let i = 0; i < floats.length; i++) floats[i] = numbers[i] / one;
	return floats;
}

/** Vectors of length 1: `width` of every `stride` numbers, `instead` where one points nowhere. */
export async function unitVectors(
	numbers: Numbers,
	accessor: GltfAccessor,
	{ stride, width, within = UNIT_WITHIN, instead, first = 0 }: UnitVectors,
	slicer: TimeSlicer,
): Promise<Numbers | undefined> {
	const one = oneOfKind(accessor);
	let copy: Float32Array | undefined;
	await slicer.inBatches(Math.floor(numbers.length / stride), 16_384, (from, to) => {
		for (let at = from * stride + first; at < to * stride; at += stride) {
			let squares = 0;
			for (let i = 0; i < width; i++) squares += (numbers[at + i] / one) ** 2;
			const length = Math.sqrt(squares);
			const isSigned = width === stride || width === 4 || Math.abs(numbers[at + 3] / one) === 1;
			if (Math.abs(length - 1) <= within && isSigned) continue;
			copy ??= divided(numbers, one);
			const isUsable = length > SHORTEST && Number.isFinite(length);
			if (!(Math.abs(length - 1) <= within))
				for (let i = 0; i < width; i++) copy[at + i] = isUsable ? copy[at + i] / length : instead[i];
			// The fourth number of a tangent says on which side the third axis is: 1 or −1.
			if (!isSigned) copy[at + 3] = copy[at + 3] < 0 ? -1 : 1;
		}
	});
	return copy && (await stored(copy, accessor, slicer));
}

/** Which numbers make a vector. */
export interface UnitVectors {
	stride: number;
	width: number;
	within?: number;
	instead: readonly number[];
	/** Where the vector begins within its stride. */
	first?: number;
}

/** Shorts are exact enough for what bytes were not, and take the place that bytes take with the gap behind them. */
async function stored(values: Float32Array, accessor: GltfAccessor, slicer: TimeSlicer): Promise<Numbers> {
	if (accessor.componentType === COMPONENT.float) return values;
	accessor.componentType = COMPONENT.short;
	accessor.normalized = true;
	const shorts = new Int16Array(values.length);
	await slicer.inBatches(values.length, 65_536, (from, to) => {
		for (let i = from; i < to; i++) shorts[i] = Math.round(values[i] * 32_767);
	});
	return shorts;
}

/** Numbers from 0 to 1. */
export async function shares(numbers: Numbers, slicer: TimeSlicer): Promise<Numbers | undefined> {
	let copy: Numbers | undefined;
	await slicer.inBatches(numbers.length, 65_536, (from, to) => {
		for (let i = from; i < to; i++) {
			if (numbers[i] >= 0 && numbers[i] <= 1) continue;
			copy ??= numbers.slice();
			copy[i] = Math.min(1, Math.max(0, numbers[i]));
		}
	});
	return copy;
}

/** A joint counts once for a vertex. */
export interface Influences {
	/** Four per vertex and set. */
	joints: Numbers[];
	/** As they are stored. */
	weights: Numbers[];
	/** What 1 is stored as, per set. */
	ones: number[];
	jointCount: number;
}

/** How far a sum of weights may be from 1, for each weight that counts (the Khronos validator's own bound). */
const WEIGHT_WITHIN = 2e-7;

/**
 * Joints that exist, each once for a vertex, and weights that add up to 1; a vertex without any hangs on the first joint.
 * Weights come out as floats. Nothing where all are right.
 */
export async function mendInfluences(
	{ joints, weights, ones, jointCount }: Influences,
	slicer: TimeSlicer,
): Promise<{ joints: Numbers[]; weights: Float32Array[] } | undefined> {
	let mended: { joints: Numbers[]; weights: Float32Array[] } | undefined;
	const sets = joints.length;
	const named = new Int32Array(sets * 4);
	await slicer.inBatches(joints[0].length / 4, 8_192, (from, to) => {
		for (let vertex = from; vertex < to; vertex++) {
			let [sum, counted, isRight] = [0, 0, true];
			for (let i = 0; i < 4 * sets; i++) {
				const [set, at] = [i >> 2, vertex * 4 + (i & 3)];
				const weight = weights[set][at] / ones[set];
				const joint = joints[set][at];
				if (joint >= jointCount || !(weight >= 0)) isRight = false;
				if (!(weight > 0)) continue;
				for (let k = 0; k < counted; k++) if (named[k] === joint) isRight = false;
				named[counted++] = joint;
				sum = Math.fround(sum + weight);
			}
			if (isRight && Math.abs(sum - 1) <= WEIGHT_WITHIN * counted) continue;
			mended ??= {
				joints: joints.map((each) => each.slice()),
				weights: weights.map((each, set) => divided(each, ones[set])),
			};
			mendVertex(mended, vertex, jointCount);
		}
	});
	return mended;
}

function mendVertex(
	mended: { joints: Numbers[]; weights: Float32Array[] },
	vertex: number,
	jointCount: number,
): void {
	const shareOf = new Map<number, number>();
	mended.joints.forEach((joints, set) => {
		for (let at = vertex * 4; at < vertex * 4 + 4; at++) {
			const weight = mended.weights[set][at];
			if (joints[at] < jointCount && weight > 0 && Number.isFinite(weight))
				shareOf.set(joints[at], (shareOf.get(joints[at]) ?? 0) + weight);
		}
	});
	if (shareOf.size === 0) shareOf.set(0, 1);
	const total = [...shareOf.values()].reduce((sum, weight) => sum + weight, 0);
	const rest = [...shareOf].map(([joint, weight]) => [joint, Math.fround(weight / total)] as const);
	// What rounding takes or gives, the first one has.
	const others = rest.slice(1).reduce((sum, [, weight]) => Math.fround(sum + weight), 0);
	rest[0] = [rest[0][0], Math.fround(1 - others)];
	mended.joints.forEach((joints, set) => {
		for (let at = vertex * 4; at < vertex * 4 + 4; at++) {
			const [joint, weight] = rest.shift() ?? [0, 0];
			joints[at] = joint;
			mended.weights[set][at] = weight;
		}
	});
}
