/** Small files that ask for very much, and damaged ones, through everything that changes models. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as fc from '../../../harness/fuzz';
import { buildPage, fitModel, prepareForPage, resizeModel, toPlainGlb } from '../../../glb/operations';
import { renderPreview } from '../../../glb/preview';
import { BOMBS } from '../../../harness/glb/bombs';
import type { Changed } from '../../../harness/glb/bombs/change';
import { BombSite } from '../../../harness/glb/bombs/bombSite';
import { boxGlb } from '../../../harness/engine/modelNode';
import { DAMAGE, damaged, MALFORMATIONS, malformed } from '../../../harness/glb/damage';
import { GlbBuilder, gridShape, primitiveOf } from '../../../harness/glb/glbBuilder';
import { timing } from '../../../harness/glb/timing';
import { validatorErrors } from '../../../harness/glb/validatorErrors';

/** Others use the machine, too; WebAssembly's own longest stretch is in docs/models.md. */
const MAX_STRETCH_MS = 2_000;
const MAX_MEMORY_BYTES = 512 * 1024 * 1024;

function expectReason(reason: string): void {
	expect(reason).toMatch(/^[A-Z].*\.$/s);
	expect(reason.length).toBeLessThan(600);
}

describe('a bomb harms nobody who changes it', () => {
	const site = new BombSite('change.ts');
	beforeAll(async () => await site.prepare());
	afterAll(() => site.clear());

	it.each(BOMBS)(
		'$name',
		async ({ build, sizes }) => {
			const [, middle] = sizes;
			for (const { reasons, longestMs, memoryBytes } of await site.measure<Changed>([build(middle)], 0)) {
				for (const reason of Object.values(reasons)) if (reason !== undefined) expectReason(reason);
				expect(longestMs).toBeLessThan(MAX_STRETCH_MS);
				expect(memoryBytes).toBeLessThan(MAX_MEMORY_BYTES);
			}
		},
		120_000,
	);
});

it.each([
	{ type: 'VEC3', componentType: 5123, count: 12 },
	{ type: 'SCALAR', componentType: 5122, count: 36 },
])('refuses a model whose corners are ordered by %j', async (order) => {
	const builder = new GlbBuilder();
	const primitive = primitiveOf(
		builder,
		gridShape(3, 2, (u, v) => ({ point: [u, v, 0], normal: [0, 0, 1] })),
	);
	const bufferView = builder.view(new Uint8Array(72));
	primitive.indices = builder.gltf.accessors.push({ bufferView, ...order }) - 1;
	builder.node({ mesh: builder.mesh(primitive) });
	const fitted = await fitModel(builder.toGlb(), {
		...timing,
		limits: { maxFaces: 1 },
		compression: 'quantize',
	});
	expect(fitted).toEqual({
		ok: false,
		reason: 'The model file is damaged: the order of its vertices is not a list of numbers.',
	});
});

const corpus = (name: string) => async () =>
	readFileSync(path.resolve(__dirname, `../../../harness/glb/corpus/glb/${name}.glb`));

it('says of a file whose parts do not fit together what the validator says', async () => {
	const glb = damaged(Buffer.from(await corpus('BoxTextured')()), [[1018930042, 37]]);
	expect(await validatorErrors(glb)).toMatchObject([{ code: 'BUFFER_VIEW_TOO_LONG' }]);
	const fitted = await fitModel(glb, { ...timing, limits: {} });
	if (!fitted.ok) throw new Error(fitted.reason);
	expect(fitted.changes).toContain('Removed references to parts that do not exist.');
	expect(await validatorErrors(fitted.glb)).toEqual([]);
});

describe('answers for any damage in a sentence, and writes no file that the validator refuses', () => {
	it.each<[name: string, build: () => Promise<Uint8Array>]>([
		['a box', async () => await boxGlb()],
		['BoxTextured', corpus('BoxTextured')],
		['SimpleSkin', corpus('SimpleSkin')],
		['AnimatedMorphCube', corpus('AnimatedMorphCube')],
	])(
		'%s',
		async (_name, build) => {
			const file = Buffer.from(await build());
			await fc.assert(
				fc.asyncProperty(
					fc.oneof(
						DAMAGE.map((changes) => damaged(file, changes)),
						MALFORMATIONS.map((changes) => malformed(file, changes)),
					),
					fc.constantFrom('none' as const, 'quantize' as const, 'meshopt' as const),
					async (glb, compression) => {
						const fit = { ...timing, limits: { maxFaces: 8, maxTextureSide: 32 }, compression };
						const size = { ...timing, dimension: 'longest', lengthM: 1, pivot: 'center' } as const;
						const resized = await resizeModel(glb, size);
						const results = [
							resized,
							await fitModel(glb, fit),
							await fitModel(glb, { ...timing, limits: {} }),
						];
						if (resized.ok) results.push(await fitModel(resized.glb, fit));
						for (const result of results) {
							if (!result.ok) expectReason(result.reason);
							else expect(await validatorErrors(result.glb)).toEqual([]);
						}
						const plain = await toPlainGlb(glb);
						if (!plain.ok) expectReason(plain.reason);
						else {
							const picture = await renderPreview(plain.glb, { ...timing, size: 16 });
							if (!picture.ok) expectReason(picture.reason);
						}
						const prepared = await prepareForPage(glb, timing);
						if (!prepared.ok) expectReason(prepared.reason);
						else {
							if (prepared.damage === undefined) expect(await validatorErrors(prepared.glb)).toEqual([]);
							expect(buildPage({ title: 'damaged', model: prepared.glb }).ok).toBe(true);
						}
					},
				),
				{ numRuns: 60 },
			);
		},
		fc.timeLimit(120_000),
	);
});
