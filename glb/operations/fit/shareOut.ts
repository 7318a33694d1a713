/**
 * How many faces each part of a model keeps: parts and the faces of all in, so many for each out that no face would do more
 * good in another part. A screw with more faces than the case that it holds is common; a quarter of both would ruin the case.
 */
import { MeshoptSimplifier } from 'meshoptimizer/simplifier';
import type { TimeSlicer } from '../../timeSlicer';
import type { Part } from './parts';
import { FLAGS } from './simplifierFlags';

/** Faces of a model that is looked at so closely: each step takes as long as the reduction itself, a second per million. */
const MAX_COMPARED = 100_000;

/** The least error that is tried, as a part of the most; each step halves what is left between the two, as a power. */
const LEAST = 1e-4;
const STEPS = 8;

/**
 * How much more a small part may move than a large one, as a power of how much smaller it is. A surface of the area A with
 * the radius R that has n faces is off by A / (R n); the square of that, added up over the surface, falls by the same for
 * one more face of each where it is off by R to the power of −1/3. Half as much, and none, were less alike.
 */
const BY_SIZE = 1 / 3;

/**
 * Three times the faces that each part keeps.
 *
 * @param share of all faces, 0 to 1
 * @param maxError how far a surface may move, in the world
 */
export async function shareOut(
	parts: readonly Part[],
	share: number,
	maxError: number,
	slicer: TimeSlicer,
): Promise<number[]> {
	const evenly = parts.map(({ corners }) => Math.max(1, Math.floor((corners.length / 3) * share)) * 3);
	const all = sumOf(parts.map(({ corners }) => corners.length));
	if (parts.length === 1 || all > MAX_COMPARED * 3 || !(maxError > 0)) return evenly;
	const wanted = all * share;
	const size = Math.max(...parts.map(sizeOf));
	const counts = async (error: number): Promise<number[]> => {
		const found: number[] = [];
		for (const part of parts) {
			const own = error * (size / sizeOf(part)) ** BY_SIZE;
			found.push(cornersAt(part, Math.min(own, maxError) || error));
			await slicer.pause();
		}
		return found;
	};
	let [coarse, fine] = [await counts(maxError), parts.map(({ corners }) => corners.length)];
	if (sumOf(coarse) >= wanted) return coarse;
	let [low, high] = [maxError * LEAST, maxError];
	for (let step = 0; step < STEPS; step++) {
		const error = Math.sqrt(low * high);
		const tried = await counts(error);
		if (sumOf(tried) > wanted) [low, fine] = [error, tried];
		else [high, coarse] = [error, tried];
	}
	const between = (wanted - sumOf(coarse)) / (sumOf(fine) - sumOf(coarse));
	return coarse.map((least, part) =>
		Math.max(3, Math.floor((least + (fine[part] - least) * between) / 3) * 3),
	);
}

/** Its longest side in the world. */
function sizeOf({ extent, scale }: Part): number {
	return extent * scale;
}

/** What is left of a part that may move so far and no farther. */
function cornersAt({ positions, corners, attributes, locks, scale }: Part, error: number): number {
	const { values, weights } = attributes;
	const given = [positions, 3, values, weights.length, weights, locks, 0, error / (scale || 1)] as const;
	return MeshoptSimplifier.simplifyWithAttributes(corners, ...given, FLAGS)[0].length;
}

function sumOf(counts: readonly number[]): number {
	return counts.reduce((sum, count) => sum + count, 0);
}
