/** Damaged and absurd models through every converter and the inspection: a sentence, in bounded time and memory. */
import * as fc from '../../../../harness/fuzz';
import { type ConvertFormat, convertModel } from '../../../../glb/operations/convert/convertModel';
import { inspectModel } from '../../../../glb/operations/inspect/inspectModel';
import { damaged } from '../../../../harness/glb/damage';
import { BOMBS } from '../../../../harness/glb/bombs';
import type { MeasuredWork } from '../../../../harness/glb/bombs/convertAll';
import { BombSite } from '../../../../harness/glb/bombs/bombSite';
import { GlbBuilder, primitiveOf, quadShape } from '../../../../harness/glb/glbBuilder';
import { structureScene } from '../../../../harness/glb/scenes';
import { timing } from '../../../../harness/glb/timing';

/** The promise is 50 ms; here others use the machine, too. */
const MAX_STRETCH_MS = 1_000;
const MAX_MEMORY_BYTES = 256 * 1024 * 1024;
const MAX_MADE_BYTES = 256 * 1024 * 1024;
const FORMATS: readonly ConvertFormat[] = ['stl', '3mf', 'usdz', 'obj'];

function expectSentence(text: string): void {
	expect(text).toMatch(/^[A-Z0-9][^\n]*\.$/);
	// A finding may name every kind of damage.
	expect(text.length).toBeLessThan(1_000);
}

it('converts and inspects no bomb for longer than it may', async () => {
	const site = new BombSite('convertAll.ts');
	await site.prepare();
	try {
		const measured = await site.measure<MeasuredWork[]>(
			BOMBS.map(({ build, sizes }) => build(sizes[1])),
			300,
		);
		expect(measured).toHaveLength(BOMBS.length);
		for (const { said, longestMs, memoryBytes, made } of measured.flat()) {
			said.forEach(expectSentence);
			for (const sentence of said) expect(sentence).not.toContain('does not follow the file format');
			expect(longestMs).toBeLessThan(MAX_STRETCH_MS);
			expect(memoryBytes).toBeLessThan(MAX_MEMORY_BYTES);
			expect(made).toBeLessThan(MAX_MADE_BYTES);
		}
	} finally {
		site.clear();
	}
}, 90_000);

it(
	'answers for any damage',
	async () => {
		const files = [await structureScene(), ...BOMBS.map(({ build, sizes }) => build(sizes[0]))].map((file) =>
			Buffer.from(file),
		);
		await fc.assert(
			fc.asyncProperty(
				fc.constantFrom(...files),
				fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 20 }),
				fc.constantFrom(...FORMATS, 'inspect' as const),
				async (file, changes, what) => {
					const glb = damaged(file, changes);
					const options = { ...timing, maxWorkMs: 100 };
					if (what === 'inspect') {
						const result = await inspectModel(glb, { ...options, forPrinting: true });
						if (result.ok) result.findings.forEach(expectSentence);
						else expectSentence(result.reason);
					} else {
						const result = await convertModel(glb, { ...options, format: what });
						if (result.ok) result.changes.forEach(expectSentence);
						else expectSentence(result.reason);
					}
				},
			),
			{ numRuns: 100 },
		);
	},
	fc.timeLimit(60_000),
);

describe.each(FORMATS)('%s', (format) => {
	const square = (change: (builder: GlbBuilder) => void, shape = quadShape()) => {
		const builder = new GlbBuilder();
		builder.node({ mesh: builder.mesh(primitiveOf(builder, shape, builder.material({}))) });
		change(builder);
		return convertModel(builder.toGlb(), { ...timing, format });
	};

	it.each<[what: string, because: string, change: (builder: GlbBuilder) => void]>([
		['Draco', 'The model uses Draco compression, which cannot be read.', ({ gltf }) => { gltf.extensionsRequired = ['KHR_draco_mesh_compression']; }], // prettier-ignore
		[
			'nothing to see',
			'The model has no triangles',
			({ gltf }) => {
				gltf.nodes = [{}];
			},
		],
	])('says why it does not convert %s', async (_what, because, change) => {
		const result = await square(change);
		if (result.ok) throw new Error('converted');
		expect(result.reason).toContain(because);
		expectSentence(result.reason);
	});

	it.each([Number.NaN, Number.POSITIVE_INFINITY, 3e38])('answers for a corner at %s', async (place) => {
		const shape = quadShape();
		shape.positions[0] = place;
		const result = await square(() => undefined, shape);
		if (!result.ok) expectSentence(result.reason);
		else expect(Buffer.from(result.file).toString('latin1')).not.toMatch(/NaN|Infinity/);
	});

	it('ends when it is called off', async () => {
		const options = { ...timing, format, signal: { aborted: true } };
		const result = await convertModel(await structureScene(), options);
		expect(result).toEqual({ ok: false, reason: 'This was canceled before it was finished.' });
	});
});
