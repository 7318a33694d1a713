/** Text mode: picks a shape from the words of a prompt. */
import { hashOf } from './color';
import { type Vec3 } from './meshArrays';
import { box as unitBox, knot, lathe, place, type Solid, sphere, torus } from './solid';

/** `main` takes the prompt's color, the others are fixed. */
export type Finish = 'main' | 'dark' | 'light';

export interface Part {
	solid: Solid;
	finish: Finish;
	/** Share of the faces, relative to the other parts. */
	weight: number;
}

const one = (solid: Solid): Part[] => [{ solid, finish: 'main', weight: 1 }];
const box = (half: Vec3, at: Vec3, finish: Finish = 'main', weight = 1): Part => ({
	solid: place(unitBox, half, at),
	finish,
	weight,
});
const corners = (x: number, z: number): Array<[number, number]> => [
	[x, z],
	[-x, z],
	[x, -z],
	[-x, -z],
];
const legs = (x: number, z: number, height: number): Part[] =>
	corners(x, z).map(([atX, atZ]) => box([0.05, height / 2, 0.05], [atX, height / 2, atZ], 'dark', 0.4));

const VASE = lathe([
	[0, 0],
	[0.3, 0],
	[0.42, 0.25],
	[0.5, 0.6],
	[0.36, 1],
	[0.22, 1.25],
	[0.3, 1.5],
	[0.26, 1.5],
	[0.17, 1.25],
	[0.3, 1],
	[0.43, 0.6],
	[0.3, 0.15],
	[0, 0.1],
]);
const CUP = lathe([
	[0, 0],
	[0.3, 0],
	[0.4, 0.4],
	[0.46, 0.9],
	[0.4, 0.9],
	[0.34, 0.4],
	[0.2, 0.1],
	[0, 0.1],
]);
const CONE = lathe([
	[0, 0],
	[0.55, 0],
	[0.45, 0.25],
	[0.3, 0.7],
	[0.15, 1.15],
	[0, 1.5],
]);
const SHADE = lathe([
	[0, 1.1],
	[0.42, 1.1],
	[0.36, 1.3],
	[0.25, 1.6],
	[0, 1.62],
]);
const FOOT = lathe([
	[0, 0],
	[0.3, 0],
	[0.28, 0.05],
	[0.05, 0.1],
	[0.04, 0.6],
	[0.04, 1.15],
	[0, 1.2],
]);

const SHAPES: ReadonlyArray<{ words: RegExp; parts: () => Part[] }> = [
	{ words: /\b(car|taxi|truck|van|bus|vehicle)s?\b/, parts: car },
	{ words: /\b(sofa|couch|armchair|settee)(e?s)?\b/, parts: sofa },
	{ words: /\b(chair|stool|throne)s?\b/, parts: chair },
	{ words: /\b(table|desk|bench)(es|s)?\b/, parts: table },
	{ words: /\b(lamp|lantern|light)s?\b/, parts: lamp },
	{ words: /\b(vase|urn|pot|jar|jug|bottle|amphora)s?\b/, parts: () => one(VASE) },
	{ words: /\b(cup|mug|glass|bowl|goblet|bucket)(es|s)?\b/, parts: () => one(CUP) },
	{ words: /\b(ring|donut|doughnut|wheel|tyre|tire|bracelet|torus)s?\b/, parts: () => one(torus(0.32)) },
	{ words: /\b(cone|tree|tower|rocket|hat|mountain|pyramid)s?\b/, parts: () => one(CONE) },
	{
		words: /\b(box|crate|cube|brick|book|phone|house|suitcase)(es|s)?\b/,
		parts: () => [box([1, 0.7, 0.8], [0, 0, 0])],
	},
	{ words: /\b(knot|rope|pretzel|sculpture|abstract)s?\b/, parts: () => one(knot(2, 3, 0.4)) },
	{ words: /\b(ball|sphere|globe|planet|moon|apple|orange|orb|egg)s?\b/, parts: () => one(sphere) },
];

/** The parts that make up what the prompt names, or, where it names nothing known, what its hash picks. */
export function pickShape(prompt: string): Part[] {
	const text = prompt.toLowerCase();
	const named = SHAPES.find(({ words }) => words.test(text));
	return (named ?? SHAPES[hashOf(text) % SHAPES.length]).parts();
}

function car(): Part[] {
	const wheel = place(torus(0.45, 'x'), [0.2, 0.2, 0.2], [0, 0, 0]);
	return [
		box([0.5, 0.22, 1.1], [0, 0.42, 0], 'main', 2),
		box([0.42, 0.22, 0.55], [0, 0.78, -0.1], 'light', 1.5),
		...corners(0.48, 0.68).map(
			([x, z]): Part => ({
				solid: place(wheel, [1, 1, 1], [x, 0.26, z]),
				finish: 'dark',
				weight: 0.6,
			}),
		),
	];
}

function sofa(): Part[] {
	return [
		box([1, 0.2, 0.45], [0, 0.35, 0], 'main', 2),
		box([1, 0.4, 0.14], [0, 0.75, -0.4], 'main', 1.5),
		box([0.14, 0.33, 0.5], [-1, 0.5, 0]),
		box([0.14, 0.33, 0.5], [1, 0.5, 0]),
		...legs(0.9, 0.35, 0.2),
	];
}

function chair(): Part[] {
	return [
		box([0.4, 0.06, 0.4], [0, 0.8, 0], 'main', 2),
		box([0.38, 0.45, 0.05], [0, 1.28, -0.35], 'main', 2),
		...legs(0.33, 0.33, 0.8),
	];
}

function table(): Part[] {
	return [box([1, 0.06, 0.6], [0, 0.9, 0], 'main', 3), ...legs(0.88, 0.48, 0.9)];
}

function lamp(): Part[] {
	return [
		{ solid: SHADE, finish: 'main', weight: 1.5 },
		{ solid: FOOT, finish: 'dark', weight: 1 },
	];
}
