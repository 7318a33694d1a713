/** Where the parts of a mesh meet: the places of each primitive in, the vertices that must not move on their own out. */
import type { Primitive } from '@gltf-transform/core';
import { MeshoptSimplifier } from 'meshoptimizer/simplifier';

/** For each part of a mesh, 1 for the vertices that lie where another part of it has one, too. */
export function jointsOf(places: ReadonlyMap<Primitive, Float32Array>): Map<Primitive, Uint8Array> {
	const joints = new Map<Primitive, Uint8Array>();
	const parts = [...places].map(([primitive, positions]) => ({ primitive, positions }));
	if (parts.length < 2) return joints;
	const all = new Float32Array(parts.reduce((sum, { positions }) => sum + positions.length, 0));
	let first = 0;
	for (const { positions } of parts) {
		all.set(positions, first);
		first += positions.length;
	}
	const sameAs = MeshoptSimplifier.generatePositionRemap(all, 3);
	/** The part that has a vertex at a place, plus one; `MANY` where several have. */
	const owner = new Uint32Array(sameAs.length);
	const MANY = parts.length + 1;
	const visit = (look: (part: number, vertex: number, place: number) => void) => {
		let vertex = 0;
		parts.forEach(({ positions }, part) => {
			for (let own = 0; own < positions.length / 3; own++, vertex++) look(part, own, sameAs[vertex]);
		});
	};
	visit((part, _, place) => {
		owner[place] = owner[place] === 0 || owner[place] === part + 1 ? part + 1 : MANY;
	});
	const locks = parts.map(({ positions }) => new Uint8Array(positions.length / 3));
	visit((part, own, place) => {
		if (owner[place] === MANY) locks[part][own] = 1;
	});
	parts.forEach(({ primitive }, part) => joints.set(primitive, locks[part]));
	return joints;
}
