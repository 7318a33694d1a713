/** The vertices of a surface that lost faces are put where the former surface was. */
import { findCounterparts } from '../../../glb/operations/fit/counterparts';
import { FaceTree } from '../../../glb/operations/fit/faceTree';
import { fitNumbers } from '../../../glb/operations/fit/leastSquares';
import { type Axes, findNearest, near } from '../../../glb/operations/fit/nearestOnFace';
import { samplesOf } from '../../../glb/operations/fit/samples';
import { settle } from '../../../glb/operations/fit/settle';
import { type Surface, UsedVertices } from '../../../glb/operations/fit/surface';
import { sphereShape } from '../../../harness/glb/glbBuilder';
import { newSlicer } from '../../../harness/glb/timing';
import { seededRandom } from '../../../harness/simulation/seededRandom';

const axesOf = (positions: ArrayLike<number>): Axes => {
	const axis = (from: number) =>
		Float64Array.from({ length: positions.length / 3 }, (_, i) => positions[i * 3 + from]);
	return [axis(0), axis(1), axis(2)];
};

/** The square of how far a place is from a face. */
function distance(axes: Axes, corners: ArrayLike<number>, face: number, place: number[]): number {
	const [a, b, c] = [corners[face * 3], corners[face * 3 + 1], corners[face * 3 + 2]];
	findNearest(axes, a, b, c, place[0], place[1], place[2]);
	return axes.reduce(
		(sum, axis, i) => sum + (near.a * axis[a] + near.b * axis[b] + near.c * axis[c] - place[i]) ** 2,
		0,
	);
}

it('the boxes leave out no face that is nearest', () => {
	const random = seededRandom(7);
	const axes = axesOf(Array.from({ length: 900 }, random));
	const corners = Uint32Array.from({ length: 300 * 3 }, () => Math.floor(random() * 300));
	const tree = new FaceTree(axes, corners);
	for (let trial = 0; trial < 200; trial++) {
		const place = [random() * 2 - 0.5, random() * 2 - 0.5, random() * 2 - 0.5];
		let least = Number.POSITIVE_INFINITY;
		tree.search(place[0], place[1], place[2], least, (face) => {
			const found = distance(axes, corners, face, place);
			least = Math.min(least, found);
			return found;
		});
		const all = Array.from({ length: 300 }, (_, face) => distance(axes, corners, face, place));
		expect(least).toBe(Math.min(...all));
	}
});

it('no point of a face is nearer than the one that is found', () => {
	const random = seededRandom(11);
	for (let trial = 0; trial < 100; trial++) {
		const axes = axesOf(Array.from({ length: 9 }, random));
		const place = [random() * 3 - 1, random() * 3 - 1, random() * 3 - 1];
		const found = distance(axes, [0, 1, 2], 0, place);
		expect(near.a + near.b + near.c).toBeCloseTo(1, 9);
		expect(Math.min(near.a, near.b, near.c)).toBeGreaterThanOrEqual(-1e-9);
		for (let u = 0; u <= 10; u++) {
			for (let v = 0; u + v <= 10; v++) {
				const point = axes.map(([a, b, c]) => a + ((b - a) * u) / 10 + ((c - a) * v) / 10);
				const tried = point.reduce((sum, value, i) => sum + (value - place[i]) ** 2, 0);
				expect(tried).toBeGreaterThanOrEqual(found - 1e-9);
			}
		}
	}
});

it('finds the numbers that were mixed, and leaves alone what is held', () => {
	const random = seededRandom(13);
	const meant = Float64Array.from({ length: 20 }, random);
	const corners = Uint32Array.from({ length: 3000 }, () => Math.floor(random() * 20));
	const shares = new Float32Array(3000);
	const asked = Float32Array.from({ length: 1000 }, (_, place) => {
		const [u, v] = [random() / 2, random() / 2];
		shares.set([1 - u - v, u, v], place * 3);
		return [1 - u - v, u, v].reduce((sum, part, i) => sum + part * meant[corners[place * 3 + i]], 0);
	});
	const places = { corners, shares, weights: new Float32Array(1000).fill(1) };
	const numbers = new Float64Array(20);
	fitNumbers(numbers, asked, places);
	for (const [i, value] of numbers.entries()) expect(value).toBeCloseTo(meant[i], 1);
	const held = new Uint8Array(20);
	held[3] = 1;
	const some = new Float64Array(20);
	fitNumbers(some, asked, places, held);
	expect(some[3]).toBe(0);
});

const ball = (detail: number): Surface => {
	const { positions, indices } = sphereShape(1, detail);
	return {
		positions: Float32Array.from(positions),
		values: new Float32Array(0),
		width: 0,
		corners: Uint32Array.from(indices),
	};
};
const each = (surface: Surface) => Uint32Array.from({ length: surface.positions.length / 3 }, (_, i) => i);

it('a ball of few faces comes nearer to the ball of many, half of it outside', async () => {
	const [fine, coarse] = [ball(64), ball(10)];
	const radii = () =>
		Array.from({ length: coarse.positions.length / 3 }, (_, i) =>
			Math.hypot(...coarse.positions.subarray(i * 3, i * 3 + 3)),
		);
	expect(Math.max(...radii())).toBeCloseTo(1, 5);
	await settle(new UsedVertices(coarse, each(coarse), () => false), fine, [], [], newSlicer());
	expect(Math.max(...radii())).toBeGreaterThan(1.005);
	expect(Math.max(...radii())).toBeLessThan(1.1);
});

it('gives up where thousands of faces lie across each other', async () => {
	const random = seededRandom(17);
	const crossing = new Float32Array(2000 * 9);
	for (let face = 0; face < 2000; face++) {
		const [x, y, z] = [random() * 0.01, random() * 0.01, random() * 0.01];
		crossing.set([x, y, z, 1 + x, 1 + y, 1 + z, 1 + z, 1 + x, 1 + y], face * 9);
	}
	const surface: Surface = {
		positions: crossing,
		values: new Float32Array(0),
		width: 0,
		corners: Uint32Array.from({ length: 6000 }, (_, i) => i),
	};
	const used = new UsedVertices(surface, each(surface), () => false);
	const apart = { ...ball(32), positions: ball(32).positions.map((value) => value * 0.2 + 0.5) };
	expect(await findCounterparts(samplesOf(apart), used, [], newSlicer())).toBeUndefined();
});
