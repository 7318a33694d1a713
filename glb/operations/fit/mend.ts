/**
 * Numbers that the format does not allow, put right: a document in, whether anything was wrong out. A damaged file may say
 * that a normal has no length or a turn is none; viewers guess what is meant, and the Khronos validator refuses the file.
 */
import type { Accessor, Document } from '@gltf-transform/core';

/** How far a length may be from 1 (the Khronos validator's own bound is 0.00674 for vectors and quaternions). */
const UNIT_WITHIN = 0.005;
const UP = [0, 0, 1];
const NO_TURN = [0, 0, 0, 1];

/** Changes the numbers in place; returns whether any was wrong. */
export function mendNumbers(document: Document): boolean {
	const root = document.getRoot();
	let isMended = false;
	const mend = (accessor: Accessor | null, change: (array: Float32Array) => boolean) => {
		const array = accessor?.getArray();
		if (array instanceof Float32Array && change(array)) isMended = true;
	};
	for (const accessor of root.listAccessors()) mend(accessor, makeFinite);
	for (const primitive of root.listMeshes().flatMap((mesh) => mesh.listPrimitives())) {
		mend(primitive.getAttribute('NORMAL'), (array) => makeUnits(array, 3, 3, UP));
		mend(primitive.getAttribute('TANGENT'), (array) => {
			const hadOthers = makeUnits(array, 4, 3, [1, 0, 0]);
			return makeSigns(array) || hadOthers;
		});
		if (unpackOddWeights(primitive.getAttribute('WEIGHTS_0'))) isMended = true;
		mend(primitive.getAttribute('WEIGHTS_0'), (array) =>
			primitive.getAttribute('WEIGHTS_1') === null ? makeSharesOfOne(array) : false,
		);
	}
	for (const channel of root.listAnimations().flatMap((animation) => animation.listChannels())) {
		const sampler = channel.getSampler();
		if (channel.getTargetPath() !== 'rotation' || sampler?.getInterpolation() === 'CUBICSPLINE') continue;
		mend(sampler?.getOutput() ?? null, (array) => makeUnits(array, 4, 4, NO_TURN));
	}
	for (const skin of root.listSkins()) mend(skin.getInverseBindMatrices(), makeAffine);
	for (const animation of root.listAnimations()) {
		for (const channel of animation.listChannels()) {
			if (isRising(channel.getSampler()?.getInput()?.getArray())) continue;
			channel.dispose();
			isMended = true;
		}
		for (const sampler of animation.listSamplers())
			if (!isRising(sampler.getInput()?.getArray())) sampler.dispose();
		if (animation.listChannels().length === 0) animation.dispose();
	}
	return isMended;
}

/** Times of an animation go up from 0 or later; one that runs backwards plays nowhere, and is left out. */
function isRising(times: ArrayLike<number> | null | undefined): boolean {
	if (!times || times.length === 0 || times[0] < 0) return false;
	for (let i = 1; i < times.length; i++) if (times[i] <= times[i - 1]) return false;
	return true;
}

function makeFinite(array: Float32Array): boolean {
	let isChanged = false;
	for (let i = 0; i < array.length; i++) {
		if (Number.isFinite(array[i])) continue;
		array[i] = 0;
		isChanged = true;
	}
	return isChanged;
}

/** Makes the first `width` of every `stride` numbers a vector of length 1. */
function makeUnits(array: Float32Array, stride: number, width: number, instead: readonly number[]): boolean {
	let isChanged = false;
	for (let at = 0; at + stride <= array.length; at += stride) {
		const length = Math.hypot(...array.subarray(at, at + width));
		if (Math.abs(length - 1) <= UNIT_WITHIN) continue;
		const isUsable = length > 1e-6 && Number.isFinite(length);
		for (let i = 0; i < width; i++) array[at + i] = isUsable ? array[at + i] / length : instead[i];
		isChanged = true;
	}
	return isChanged;
}

/** The fourth number of a tangent says on which side the third axis is: 1 or −1. */
function makeSigns(array: Float32Array): boolean {
	let isChanged = false;
	for (let at = 3; at < array.length; at += 4) {
		if (Math.abs(array[at]) === 1) continue;
		array[at] = array[at] < 0 ? -1 : 1;
		isChanged = true;
	}
	return isChanged;
}

/** Weights in whole numbers that do not add up to 1 become numbers that can be put right. */
function unpackOddWeights(accessor: Accessor | null): boolean {
	if (accessor === null || accessor.getArray() instanceof Float32Array) return false;
	const floats = new Float32Array(accessor.getCount() * 4);
	const element: number[] = [];
	for (let i = 0; i < accessor.getCount(); i++)
		floats.set(accessor.getElement(i, element).slice(0, 4), i * 4);
	if (!makeSharesOfOne(floats)) return false;
	accessor.setNormalized(false).setArray(floats);
	return true;
}

/** The last row of a joint's matrix is 0, 0, 0, 1. */
function makeAffine(array: Float32Array): boolean {
	let isChanged = false;
	for (let at = 3; at < array.length; at += 4) {
		const right = at % 16 === 15 ? 1 : 0;
		if (array[at] === right) continue;
		array[at] = right;
		isChanged = true;
	}
	return isChanged;
}

/** Weights of the joints of a corner add up to 1. */
function makeSharesOfOne(array: Float32Array): boolean {
	let isChanged = false;
	for (let at = 0; at + 4 <= array.length; at += 4) {
		const weights = array.subarray(at, at + 4);
		const sum = weights.reduce((a, b) => a + Math.max(0, b), 0);
		if (Math.abs(sum - 1) <= 1e-4 && weights.every((weight) => weight >= 0)) continue;
		for (let i = 0; i < 4; i++) weights[i] = sum > 0 ? Math.max(0, weights[i]) / sum : i === 0 ? 1 : 0;
		isChanged = true;
	}
	return isChanged;
}
