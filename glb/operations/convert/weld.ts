/**
 * Vertices at one place as one: places in, the number of each place out. A shape that is closed for the eye has its
 * vertices doubled where a texture's seam runs; what looks at edges needs them joined. Places are rounded as a file writes
 * them: programs that make models work out the two sides of a seam on different ways.
 */
import type { TimeSlicer } from '../../timeSlicer';
import { CannotConvert } from './cannotConvert';

/** Vertices by their place. */
export interface Welded {
	/** The number of the place of each vertex. */
	places: Uint32Array;
	/** Where each place is. */
	points: Float32Array;
}

/** Tries for a free slot after which the places are an attack on the table: 0.6 full, a few hundred never happen. */
const MAX_TRIES = 4096;

/**
 * @param positions three numbers per vertex; no not-a-number
 * @param decimals that are looked at
 */
export async function weld(positions: Float32Array, decimals: number, slicer: TimeSlicer): Promise<Welded> {
	const count = positions.length / 3;
	const places = new Uint32Array(count);
	const points = new Float32Array(count * 3);
	const mask = 2 ** Math.ceil(Math.log2(Math.max(2, count * 1.6))) - 1;
	/** The number of a place plus one; 0 is free. */
	const table = new Uint32Array(mask + 1);
	const scale = 10 ** decimals;
	// Adding 0 makes the two zeros one.
	await slicer.inBatches(positions.length, 65_536, (from, to) => {
		for (let i = from; i < to; i++) points[i] = Math.round(positions[i] * scale) / scale + 0;
	});
	const bits = new Uint32Array(points.buffer);
	let found = 0;
	await slicer.inBatches(count, 4096, (from, to) => {
		for (let vertex = from; vertex < to; vertex++) {
			const [x, y, z] = [bits[vertex * 3], bits[vertex * 3 + 1], bits[vertex * 3 + 2]];
			let slot = mixed(x, y, z) & mask;
			for (let tries = 0; ; tries++) {
				const place = table[slot] - 1;
				if (place < 0) {
					// Places are kept in the same array: there are never more of them than vertices looked at.
					bits[found * 3] = x;
					bits[found * 3 + 1] = y;
					bits[found * 3 + 2] = z;
					table[slot] = ++found;
					places[vertex] = found - 1;
					break;
				}
				if (bits[place * 3] === x && bits[place * 3 + 1] === y && bits[place * 3 + 2] === z) {
					places[vertex] = place;
					break;
				}
				if (tries > MAX_TRIES)
					throw new CannotConvert('Comparing the vertices of the model would take too long.');
				slot = (slot + 1) & mask;
			}
		}
	});
	return { places, points: points.subarray(0, found * 3) };
}

function mixed(x: number, y: number, z: number): number {
	let hash = Math.imul(x, 0x9e3779b1) ^ Math.imul(y, 0x85ebca6b) ^ Math.imul(z, 0xc2b2ae35);
	hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
	hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
	return (hash ^ (hash >>> 15)) >>> 0;
}
