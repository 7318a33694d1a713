/** Which vertices in one place are one, and which breaks between two are to stay. */
import { Document, type Primitive } from '@gltf-transform/core';
import { MeshoptSimplifier } from 'meshoptimizer/simplifier';
import { seamsOf } from '../../../glb/operations/fit/seams';
import { LOCKED, PROTECTED } from '../../../glb/operations/fit/simplifierFlags';

type Carried = Record<string, number[][]>;

beforeAll(async () => await MeshoptSimplifier.ready);

/** Vertices in one place that carry what is given, one after another. */
function seamsOfCarried(carried: Carried, grown?: number[][]) {
	const document = new Document();
	const buffer = document.createBuffer();
	const accessor = (rows: number[][]) =>
		document
			.createAccessor()
			.setType(rows[0].length === 2 ? 'VEC2' : rows[0].length === 3 ? 'VEC3' : 'VEC4')
			.setArray(Float32Array.from(rows.flat()))
			.setBuffer(buffer);
	const count = Object.values(carried)[0].length;
	const positions = new Float32Array(count * 3).fill(0.5);
	const primitive: Primitive = document.createPrimitive();
	primitive.setAttribute('POSITION', accessor(Array.from({ length: count }, () => [0.5, 0.5, 0.5])));
	for (const [name, rows] of Object.entries(carried)) primitive.setAttribute(name, accessor(rows));
	if (grown) primitive.addTarget(document.createPrimitiveTarget().setAttribute('POSITION', accessor(grown)));
	const { merged, locks } = seamsOf(primitive, positions);
	return { merged: [...merged], locks: [...locks] };
}

const UP = [0, 1, 0];
const ALONG = [1, 0, 0];

describe('seamsOf', () => {
	it('takes vertices for one whose texture coordinates differ by a hair', () => {
		const found = seamsOfCarried({
			NORMAL: [UP, UP, UP],
			TEXCOORD_0: [
				[0.25, 0.75],
				[0.2500003, 0.75],
				[0.25, 0.7500006],
			],
		});
		expect(found).toEqual({ merged: [0, 0, 0], locks: [0, 0, 0] });
	});

	it('leaves an edge of the shape two, and free to move', () => {
		expect(seamsOfCarried({ NORMAL: [UP, ALONG, UP] })).toEqual({ merged: [0, 1, 0], locks: [0, 0, 0] });
	});

	it.each<{ what: string; carried: Carried; grown?: number[][] }>([
		{
			what: 'a texture',
			carried: {
				NORMAL: [UP, UP],
				TEXCOORD_0: [
					[0.25, 0.75],
					[0.26, 0.75],
				],
			},
		},
		{
			what: 'a second texture',
			carried: {
				TEXCOORD_1: [
					[0.25, 0.75],
					[0.26, 0.75],
				],
			},
		},
		{
			what: 'a color',
			carried: {
				COLOR_0: [
					[1, 0, 0],
					[0, 0, 1],
				],
			},
		},
		{
			what: 'a mirrored texture',
			carried: {
				TANGENT: [
					[1, 0, 0, 1],
					[1, 0, 0, -1],
				],
			},
		},
		{
			what: 'the joints',
			carried: {
				JOINTS_0: [
					[1, 0, 0, 0],
					[2, 0, 0, 0],
				],
			},
		},
		{ what: 'how it morphs', carried: { NORMAL: [UP, UP] }, grown: [UP, ALONG] },
	])('protects the seam of $what', ({ carried, grown }) => {
		expect(seamsOfCarried(carried, grown)).toEqual({ merged: [0, 1], locks: [PROTECTED, PROTECTED] });
	});

	it('takes no number for what is none', () => {
		expect(
			seamsOfCarried({
				NORMAL: [
					[Number.NaN, 0, 0],
					[Number.NaN, 0, 0],
				],
			}).merged,
		).toEqual([0, 1]);
	});

	it('ends at a point where thousands of different ones meet', () => {
		const rows = Array.from({ length: 5000 }, (_, i) => [i, 0, 0]);
		expect(new Set(seamsOfCarried({ NORMAL: rows }).merged).size).toBe(5000);
	});

	it.each([
		[128, 0],
		[129, LOCKED],
	])(
		'of %i vertices in one place locks %i, since the simplifier walks through all of them',
		(count, lock) => {
			const rows = Array.from({ length: count }, (_, i) => [i, 0, 0]);
			expect(new Set(seamsOfCarried({ NORMAL: rows }).locks)).toEqual(new Set([lock]));
		},
	);
});
