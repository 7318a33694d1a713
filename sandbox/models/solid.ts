/** Solids as three.js makes them: how many triangles are wanted in, a closed shape with outward normals out. */
import type { Mesh, Vec3 } from './meshArrays';
import type { Three } from './three';

/** Makes a shape of about so many triangles, in units of its own. */
export type Solid = (three: typeof Three, faces: number) => Three.BufferGeometry;

/** Columns per row of the grids. */
const ASPECT = 1.5;

/** A grid of about so many triangles, two for each place. */
function gridOf(faces: number): { columns: number; rows: number } {
	const rows = Math.max(3, Math.round(Math.sqrt(faces / 2 / ASPECT)));
	return { rows, columns: Math.max(3, Math.round(faces / 2 / rows)) };
}

/** The unit sphere; the rows at its poles have one triangle a place. */
export const sphere: Solid = (three, faces) => {
	const { columns, rows } = gridOf(faces);
	return new three.SphereGeometry(1, columns, rows + 1);
};

/** A box of half-extent 1, each side a grid. */
export const box: Solid = (three, faces) => {
	const segments = Math.max(1, Math.round(Math.sqrt(faces / 12)));
	return new three.BoxGeometry(2, 2, 2, segments, segments, segments);
};

/** A ring around the axis `x` (a wheel) or `y` (lying). */
export const torus =
	(tube: number, axis: 'x' | 'y' = 'y'): Solid =>
	(three, faces) => {
		const { columns, rows } = gridOf(faces);
		const ring = new three.TorusGeometry(1, tube, rows, columns);
		return axis === 'x' ? ring.rotateY(Math.PI / 2) : ring.rotateX(Math.PI / 2);
	};

/** A tube along a (p, q) torus knot, lying. */
export const knot =
	(p: number, q: number, tube: number): Solid =>
	(three, faces) => {
		// A tube is far longer than it is round.
		const around = Math.max(6, Math.round(Math.sqrt(faces / 2 / 8)));
		const along = Math.max(3, Math.round(faces / 2 / around));
		return new three.TorusKnotGeometry(2, tube, along, around, p, q).rotateX(Math.PI / 2);
	};

/** A smooth curve through the points (radius, height), turned around the vertical axis; from the bottom outwards and up. */
export const lathe =
	(points: ReadonlyArray<readonly [radius: number, height: number]>): Solid =>
	(three, faces) => {
		const { columns, rows } = gridOf(faces);
		const profile = new three.SplineCurve(points.map(([x, y]) => new three.Vector2(x, y))).getPoints(rows);
		for (const point of profile) point.x = Math.max(0, point.x);
		return new three.LatheGeometry(profile, columns);
	};

/** `solid` scaled and moved. */
export const place =
	(solid: Solid, [x, y, z]: Vec3, [toX, toY, toZ]: Vec3): Solid =>
	(three, faces) =>
		solid(three, faces).scale(x, y, z).translate(toX, toY, toZ);

/** The arrays of a solid, its texture coordinates counted from the top as glTF does. */
export function meshSolid(three: typeof Three, solid: Solid, faces: number): Mesh {
	const geometry = solid(three, faces);
	geometry.computeTangents();
	const arrayOf = (name: string) => geometry.getAttribute(name).array as Float32Array;
	const uvs = Float32Array.from(arrayOf('uv'), (value, at) => (at % 2 === 0 ? value : 1 - value));
	const tangents = arrayOf('tangent');
	// At a pole, where no triangle has an area, there is none.
	for (let at = 0; at < tangents.length; at += 4) {
		if (Math.hypot(tangents[at], tangents[at + 1], tangents[at + 2]) < 0.5) tangents.set([1, 0, 0, 1], at);
	}
	const indices = Uint32Array.from(geometry.index!.array);
	return { positions: arrayOf('position'), normals: arrayOf('normal'), tangents, uvs, indices };
}
