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
const each = (surface: Pick<Surface, 'positions'>) =>
	Uint32Array.from({ length: surface.positions.length / 3 }, (_, i) => i);

it('a ball of few faces comes nearer to the ball of many, half of it outside', async () => {
	const [fine, coarse] = [ball(64), ball(10)];
	const farthest = ({ positions }: Surface) =>
		Math.max(...Array.from(each({ positions }), (i) => Math.hypot(...positions.subarray(i * 3, i * 3 + 3))));
	expect(farthest(coarse)).toBeCloseTo(1, 5);
	const used = new UsedVertices(coarse, each(coarse), () => false);
	await settle(used, fine, { lengths: [], normal: undefined, outline: [] }, newSlicer());
	expect(farthest(used.result)).toBeGreaterThan(1.005);
	expect(farthest(used.result)).toBeLessThan(1.1);
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

describe('normals', () => {
	/** A roof of two sides, each of `faces` by `faces` squares, with normals that break at the ridge or do not. */
	const roof = (faces: number, isSharp: boolean): Surface => {
		const [positions, values, corners]: [number[], number[], number[]] = [[], [], []];
		for (const side of [-1, 1]) {
			const first = positions.length / 3;
			for (let row = 0; row <= faces; row++) {
				for (let column = 0; column <= faces; column++) {
					const [along, down] = [column / faces, row / faces];
					positions.push(side * down, 1 - down, along);
					values.push(...(row === 0 && !isSharp ? [0, 1, 0] : [side * Math.SQRT1_2, Math.SQRT1_2, 0]));
					if (row === faces || column === faces) continue;
					const [a, b] = [first + row * (faces + 1) + column, first + (row + 1) * (faces + 1) + column];
					corners.push(...(side > 0 ? [a, a + 1, b, b, a + 1, b + 1] : [a, b, a + 1, b, b + 1, a + 1]));
				}
			}
		}
		return {
			positions: Float32Array.from(positions),
			values: Float32Array.from(values),
			width: 3,
			corners: Uint32Array.from(corners),
		};
	};

	/** Both sides of the ridge made one vertex, with a normal between those of both. */
	const oneRidge = (): Surface => {
		const surface = roof(1, false);
		return {
			...surface,
			corners: surface.corners.map((vertex) => (vertex === 4 || vertex === 5 ? vertex - 4 : vertex)),
		};
	};

	const settled = async (coarse: Surface, fine: Surface) => {
		const first = new Map<string, number>();
		const places = each(coarse).map((vertex) => {
			const place = coarse.positions.subarray(vertex * 3, vertex * 3 + 3).join();
			if (!first.has(place)) first.set(place, vertex);
			return first.get(place)!;
		});
		const used = new UsedVertices(coarse, places, () => false);
		await settle(used, fine, { lengths: [1, 1, 1], normal: 0, outline: [] }, newSlicer());
		return used.result;
	};

	it('break where the former faces that bent the light are gone', async () => {
		const { values, corners } = await settled(oneRidge(), roof(16, true));
		expect(values.length / 3).toBe(8);
		for (const vertex of corners) {
			const [x, y, z] = values.subarray(vertex * 3, vertex * 3 + 3);
			const cosine = ((Math.abs(x) + y) * Math.SQRT1_2) / Math.hypot(x, y, z);
			expect(cosine).toBeGreaterThan(Math.cos(Math.PI / 30));
		}
	});

	it('stay one where the surface is round', async () => {
		const round = (detail: number): Surface => {
			const surface = ball(detail);
			return { ...surface, values: surface.positions.slice(), width: 3 };
		};
		const [coarse, fine] = [round(12), round(48)];
		const { values } = await settled(coarse, fine);
		expect(values.length / 3).toBeLessThanOrEqual(coarse.positions.length / 3);
	});

	it('are at most a handful at the tip of a thousand faces', async () => {
		const faces = 1000;
		const [positions, values, corners]: [number[], number[], number[]] = [[0, 0, 0], [0, 1, 0], []];
		for (let face = 0; face < faces; face++) {
			const angle = (face / faces) * 2 * Math.PI;
			positions.push(Math.cos(angle), face % 2, Math.sin(angle));
			values.push(Math.cos(angle), 0, Math.sin(angle));
			corners.push(0, 1 + ((face + 1) % faces), 1 + face);
		}
		const tip: Surface = {
			positions: Float32Array.from(positions),
			values: Float32Array.from(values),
			width: 3,
			corners: Uint32Array.from(corners),
		};
		const { positions: found } = await settled(tip, { ...tip, positions: tip.positions.slice() });
		const atTip = Array.from({ length: found.length / 3 }, (_, i) => i).filter(
			(vertex) => Math.hypot(...found.subarray(vertex * 3, vertex * 3 + 3)) < 0.5,
		);
		expect(atTip.length).toBeLessThanOrEqual(8);
	});
});
