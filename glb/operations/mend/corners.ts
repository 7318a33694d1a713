/** Corners that are nowhere: places of vertices in, a copy with a place for each out, or nothing where all have one. */
import type { TimeSlicer } from '../../timeSlicer';
import { Unmendable } from './repairs';
import type { Numbers } from './storage';

/** The mended places, and which vertices had none. */
export interface FoundPlaces {
	places: Numbers;
	lost: ReadonlySet<number>;
}

/**
 * Viewers leave out a face with a corner that is nowhere. Here its corners come to lie on one that is somewhere.
 *
 * @param areFaces whether each three vertices are a face; else a list says which are
 */
export async function findPlaces(
	places: Numbers,
	areFaces: boolean,
	slicer: TimeSlicer,
): Promise<FoundPlaces | undefined> {
	const lost = new Set<number>();
	let somewhere = -1;
	await slicer.inBatches(places.length / 3, 32_768, (from, to) => {
		for (let vertex = from; vertex < to; vertex++) {
			const isFound = Number.isFinite(places[vertex * 3] + places[vertex * 3 + 1] + places[vertex * 3 + 2]);
			if (isFound && somewhere < 0) somewhere = vertex;
			else if (!isFound && isNowhere(places, vertex)) lost.add(vertex);
		}
	});
	if (lost.size === 0) return undefined;
	if (somewhere < 0) throw new Unmendable('none of its vertices has a position');
	const found = places.slice();
	const moved = areFaces ? [...lost].flatMap((vertex) => facesOf(vertex)) : lost;
	for (const vertex of moved) {
		for (let axis = 0; axis < 3; axis++) {
			if (vertex * 3 + axis < found.length) found[vertex * 3 + axis] = places[somewhere * 3 + axis];
		}
	}
	return { places: found, lost };
}

/** The sum of three large numbers may be none, too. */
function isNowhere(places: Numbers, vertex: number): boolean {
	return ![0, 1, 2].every((axis) => Number.isFinite(places[vertex * 3 + axis]));
}

function facesOf(vertex: number): number[] {
	const first = vertex - (vertex % 3);
	return [first, first + 1, first + 2];
}
