/**
 * The edges of a shape: triangles with joined vertices in; edges with one triangle, with more than two, and with triangles
 * that face different ways, out. A printer needs a shape without any of them.
 */
import type { TimeSlicer } from '../../timeSlicer';

/** All zero for a closed shape that can be printed as it is. */
export interface EdgeCounts {
	/** Edges of one triangle: a hole, or a sheet without thickness. */
	open: number;
	/** Edges where more than two triangles meet. */
	nonManifold: number;
	/** Edges whose two triangles face different ways. */
	turned: number;
}

/**
 * Half-edges are put in order by their lower vertex, then counted by their higher one: no table of edges is needed, and a
 * vertex with a million edges costs no more than a million with one.
 *
 * @param corners three places per triangle, which differ
 */
export async function countEdges(
	corners: Uint32Array,
	places: number,
	slicer: TimeSlicer,
): Promise<EdgeCounts> {
	const starts = new Uint32Array(places + 1);
	await overEdges(corners, slicer, (low) => starts[low + 1]++);
	await slicer.inBatches(places, 65_536, (from, to) => {
		for (let i = from; i < to; i++) starts[i + 1] += starts[i];
	});
	/** The higher vertex of each half-edge, the lowest bit of a second list telling its direction. */
	const highs = new Uint32Array(corners.length);
	const forward = new Uint8Array(corners.length);
	const filled = starts.slice();
	await overEdges(corners, slicer, (low, high, isForward) => {
		const at = filled[low]++;
		highs[at] = high;
		forward[at] = isForward ? 1 : 0;
	});
	return await countAll(starts, highs, forward, slicer);
}

async function overEdges(
	corners: Uint32Array,
	slicer: TimeSlicer,
	visit: (low: number, high: number, isForward: boolean) => void,
): Promise<void> {
	await slicer.inBatches(corners.length / 3, 4096, (from, to) => {
		for (let first = from * 3; first < to * 3; first += 3) {
			for (let i = 0; i < 3; i++) {
				const [a, b] = [corners[first + i], corners[first + ((i + 1) % 3)]];
				if (a < b) visit(a, b, true);
				else visit(b, a, false);
			}
		}
	});
}

async function countAll(
	starts: Uint32Array,
	highs: Uint32Array,
	forward: Uint8Array,
	slicer: TimeSlicer,
): Promise<EdgeCounts> {
	const counts: EdgeCounts = { open: 0, nonManifold: 0, turned: 0 };
	const places = starts.length - 1;
	/** Of the present lower vertex: triangles at each edge, and how many of them run forward. */
	const all = new Uint32Array(places);
	const ahead = new Uint32Array(places);
	/** Half-edges are gone through twice for each vertex: first to count, then to tell and to clear. */
	let [vertex, at, isTelling] = [0, 0, false];
	await slicer.inSteps(16_384, (amount) => {
		for (let step = 0; step < amount && vertex < places; step++) {
			const end = starts[vertex + 1];
			if (at >= end) {
				if (isTelling || starts[vertex] === end) {
					vertex++;
					isTelling = false;
				} else {
					at = starts[vertex];
					isTelling = true;
				}
				continue;
			}
			const high = highs[at];
			if (!isTelling) {
				all[high]++;
				ahead[high] += forward[at];
			} else if (all[high] > 0) {
				if (all[high] === 1) counts.open++;
				else if (all[high] > 2) counts.nonManifold++;
				else if (ahead[high] !== 1) counts.turned++;
				all[high] = ahead[high] = 0;
			}
			at++;
		}
		return vertex < places;
	});
	return counts;
}
