/** For points of one surface the nearest points of another: on which face each lies, and where on it. */
import type { TimeSlicer } from '../../timeSlicer';
import { FaceTree } from './faceTree';
import type { Places } from './leastSquares';
import { findNearest, near } from './nearestOnFace';
import type { Samples } from './samples';
import type { UsedVertices } from './surface';

/**
 * How far apart in what they carry two points may be, compared with how far apart in space, to be the same: enough to tell
 * the two sides of a sheet, or of a seam.
 */
const PULL = 0.02;

/** Where the samples lie: between the places of the surface, and between its vertices. */
export interface Counterparts {
	amongPlaces: Places;
	amongVertices: Places;
	/** The face on which each lies. */
	faces: Uint32Array;
}

/**
 * Faces that are looked at, for each sample in the mean: some twenty are, but where thousands lie across each other no box
 * tells them apart.
 */
const MAX_LOOKS = 200;

/**
 * Undefined where it would take too long.
 *
 * @param lengths the length that a difference of 1 in each column stands for
 */
export async function findCounterparts(
	{ columns: asked, weights }: Samples,
	{ axes, columns, faces, vertices }: UsedVertices,
	lengths: readonly number[],
	slicer: TimeSlicer,
): Promise<Counterparts | undefined> {
	const shares = new Float32Array(weights.length * 3);
	const amongPlaces = new Uint32Array(shares.length);
	const amongVertices = new Uint32Array(shares.length);
	const onFaces = new Uint32Array(weights.length);
	const pulls = Float64Array.from(lengths, (length) => (length * PULL) ** 2);
	const px = axes[0];
	const py = axes[1];
	const pz = axes[2];
	let sample = 0;
	let x = 0;
	let y = 0;
	let z = 0;
	let least = 0;
	let found = 0;
	let looks = 0;
	const costOf = (face: number): number => {
		looks++;
		const at = face * 3;
		const a = faces[at];
		const b = faces[at + 1];
		const c = faces[at + 2];
		findNearest(axes, a, b, c, x, y, z);
		const shareA = near.a;
		const shareB = near.b;
		const shareC = near.c;
		const dx = shareA * px[a] + shareB * px[b] + shareC * px[c] - x;
		const dy = shareA * py[a] + shareB * py[b] + shareC * py[c] - y;
		const dz = shareA * pz[a] + shareB * pz[b] + shareC * pz[c] - z;
		let cost = dx * dx + dy * dy + dz * dz;
		for (let i = 0; i < pulls.length && cost < least; i++) {
			const numbers = columns[i];
			const mixed =
				shareA * numbers[vertices[at]] +
				shareB * numbers[vertices[at + 1]] +
				shareC * numbers[vertices[at + 2]];
			const difference = mixed - asked[3 + i][sample];
			cost += pulls[i] * difference * difference;
		}
		if (cost >= least) return cost;
		least = cost;
		found = face;
		shares[sample * 3] = shareA;
		shares[sample * 3 + 1] = shareB;
		shares[sample * 3 + 2] = shareC;
		return cost;
	};
	const maxLooks = weights.length * MAX_LOOKS;
	const tree = new FaceTree(axes, faces);
	await slicer.pause();
	await slicer.inBatches(weights.length, 512, (from, to) => {
		for (sample = from; sample < to && looks < maxLooks; sample++) {
			x = asked[0][sample];
			y = asked[1][sample];
			z = asked[2][sample];
			least = Number.POSITIVE_INFINITY;
			// Samples come in an order in which each is near the one before: a good first guess.
			costOf(found);
			tree.search(x, y, z, least, costOf);
			onFaces[sample] = found;
			for (let i = 0; i < 3; i++) {
				amongPlaces[sample * 3 + i] = faces[found * 3 + i];
				amongVertices[sample * 3 + i] = vertices[found * 3 + i];
			}
		}
	});
	if (looks >= maxLooks) return undefined;
	return {
		amongPlaces: { corners: amongPlaces, shares, weights },
		amongVertices: { corners: amongVertices, shares, weights },
		faces: onFaces,
	};
}
