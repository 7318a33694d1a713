/** Curved surfaces as functions of u and v, and their grids of triangles with exact smooth normals. */
import { emptyMesh, type Mesh } from './mesh';
import { across, cross, normalize, subtract, type Vec3 } from './vector';

/** A point for u and v in [0, 1]; u × v, as directions, points outwards. */
export type Surface = (u: number, v: number) => Vec3;

/** A step small against any detail, and large against rounding. */
const STEP = 1e-4;

/**
 * Meshes a surface.
 * @param faces about how many triangles are wanted.
 * @param aspect columns per row of the grid.
 */
export function meshSurface(surface: Surface, faces: number, aspect = 1.5): Mesh {
	const rows = Math.max(3, Math.round(Math.sqrt(faces / 2 / aspect)));
	const columns = Math.max(3, Math.round(faces / 2 / rows));
	const mesh = emptyMesh((rows + 1) * (columns + 1), rows * columns * 2);
	let vertex = 0;
	for (let row = 0; row <= rows; row += 1) {
		for (let column = 0; column <= columns; column += 1) {
			writeVertex(mesh, vertex++, surface, column / columns, row / rows);
		}
	}
	let index = 0;
	for (let row = 0; row < rows; row += 1) {
		for (let column = 0; column < columns; column += 1) {
			const a = row * (columns + 1) + column;
			const b = a + columns + 1;
			mesh.indices.set([a, a + 1, b + 1, a, b + 1, b], index);
			index += 6;
		}
	}
	return mesh;
}

function writeVertex(mesh: Mesh, vertex: number, surface: Surface, u: number, v: number): void {
	// At a pole the directions vanish; a step aside they do not.
	const insideU = Math.min(1 - 2 * STEP, Math.max(2 * STEP, u));
	const insideV = Math.min(1 - 2 * STEP, Math.max(2 * STEP, v));
	const alongU = subtract(surface(insideU + STEP, insideV), surface(insideU - STEP, insideV));
	const alongV = subtract(surface(insideU, insideV + STEP), surface(insideU, insideV - STEP));
	const normal = normalize(cross(alongU, alongV), [0, 1, 0]);
	mesh.positions.set(surface(u, v), vertex * 3);
	mesh.normals.set(normal, vertex * 3);
	mesh.tangents.set([...across(alongU, normal), 1], vertex * 4);
	mesh.uvs.set([u, 1 - v], vertex * 2);
}

/** `surface` scaled and moved. */
export function place(surface: Surface, scale: Vec3, offset: Vec3): Surface {
	return (u, v) => {
		const [x, y, z] = surface(u, v);
		return [x * scale[0] + offset[0], y * scale[1] + offset[1], z * scale[2] + offset[2]];
	};
}

/** The unit sphere. */
export const sphere: Surface = (u, v) => superellipsoid(u, v, 1);

/** A box of half-extent 1 with rounded edges. */
export const roundedBox: Surface = (u, v) => superellipsoid(u, v, 0.22);

function superellipsoid(u: number, v: number, exponent: number): Vec3 {
	const around = 2 * Math.PI * u;
	const up = Math.PI * (v - 0.5);
	const ring = power(Math.cos(up), exponent);
	return [
		ring * power(Math.sin(around), exponent),
		power(Math.sin(up), exponent),
		ring * power(Math.cos(around), exponent),
	];
}

function power(value: number, exponent: number): number {
	// What sine and cosine leave instead of 0 is no longer small under a low exponent: the seam would gape.
	return Math.abs(value) < 1e-12 ? 0 : Math.sign(value) * Math.abs(value) ** exponent;
}

/** A ring around the axis `x` (a wheel) or `y` (lying). */
export function torus(tube: number, axis: 'x' | 'y' = 'y'): Surface {
	return (u, v) => {
		const around = 2 * Math.PI * u;
		const section = 2 * Math.PI * v;
		const ring = 1 + tube * Math.cos(section);
		const lying: Vec3 = [ring * Math.sin(around), tube * Math.sin(section), ring * Math.cos(around)];
		return axis === 'y' ? lying : [lying[1], lying[2], lying[0]];
	};
}

/** A profile (radius, height) turned around the vertical axis; from the bottom outwards and up. */
export function lathe(profile: ReadonlyArray<readonly [number, number]>): Surface {
	return (u, v) => {
		const around = 2 * Math.PI * u;
		const [radius, height] = along(profile, v);
		return [radius * Math.sin(around), height, radius * Math.cos(around)];
	};
}

/** A smooth curve through the points (Catmull-Rom), t in [0, 1]; radii never go below zero. */
function along(points: ReadonlyArray<readonly [number, number]>, t: number): [number, number] {
	const at = Math.min(points.length - 1 - 1e-9, Math.max(0, t * (points.length - 1)));
	const index = Math.floor(at);
	const f = at - index;
	const [a, b, c, d] = [-1, 0, 1, 2].map(
		(step) => points[Math.min(points.length - 1, Math.max(0, index + step))],
	);
	const blend = (axis: 0 | 1) =>
		b[axis] +
		0.5 *
			f *
			(c[axis] -
				a[axis] +
				f *
					(2 * a[axis] -
						5 * b[axis] +
						4 * c[axis] -
						d[axis] +
						f * (3 * (b[axis] - c[axis]) + d[axis] - a[axis])));
	return [Math.max(0, blend(0)), blend(1)];
}

/** A tube along a (p, q) torus knot. */
export function knot(p: number, q: number, tube: number): Surface {
	const centre = (t: number): Vec3 => {
		const angle = 2 * Math.PI * t;
		const radius = 2 + Math.cos(q * angle);
		return [radius * Math.sin(p * angle), Math.sin(q * angle), radius * Math.cos(p * angle)];
	};
	return (u, v) => {
		const forward = normalize(subtract(centre(u + STEP), centre(u - STEP)), [1, 0, 0]);
		const middle = centre(u);
		const outward = across(middle, forward);
		const side = cross(outward, forward);
		const angle = 2 * Math.PI * v;
		const [c, s] = [tube * Math.cos(angle), tube * Math.sin(angle)];
		return [0, 1, 2].map((axis) => middle[axis] + c * outward[axis] + s * side[axis]) as Vec3;
	};
}
