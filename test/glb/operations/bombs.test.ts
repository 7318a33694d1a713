/** Small files that ask for very much, and damaged ones, through everything that changes models. */
import * as fc from 'fast-check';
import { validateBytes } from 'gltf-validator';
import { fitModel, resizeModel } from '../../../glb/operations';
import { BOMBS } from '../../../harness/glb/bombs';
import type { Changed } from '../../../harness/glb/bombs/change';
import { BombSite } from '../../../harness/glb/bombs/measure';
import { boxGlb } from '../../../harness/engine/modelNode';
import { changeByte } from '../../../harness/glb/damage';
import { GlbBuilder, gridShape, primitiveOf } from '../../../harness/glb/glbBuilder';
import { timing } from '../../../harness/glb/timing';

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

async function errorsIn(glb: Uint8Array): Promise<unknown[]> {
	const { issues } = await validateBytes(glb);
	return issues.messages.filter(({ severity }) => severity === 0);
}

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
		reason: 'The model file is damaged: the order of its corners is no list of numbers.',
	});
});

it('answers for any damage in a sentence, and writes no file that the validator refuses', async () => {
	const file = Buffer.from(await boxGlb());
	await fc.assert(
		fc.asyncProperty(
			fc.array(fc.tuple(fc.nat(file.length - 21), fc.nat(255)), { minLength: 1, maxLength: 6 }),
			async (changes) => {
				const glb = Buffer.from(file);
				for (const [place, value] of changes) changeByte(glb, 20 + place, value);
				const wasValid = (await errorsIn(glb)).length === 0;
				const fitted = await fitModel(glb, { ...timing, limits: { maxFaces: 8 }, compression: 'quantize' });
				if (!fitted.ok) expectReason(fitted.reason);
				const resized = await resizeModel(glb, {
					...timing,
					dimension: 'longest',
					lengthM: 1,
					pivot: 'center',
				});
				if (!resized.ok) expectReason(resized.reason);
				if (fitted.ok) expect(await errorsIn(fitted.glb)).toEqual([]);
				if (resized.ok && wasValid) expect(await errorsIn(resized.glb)).toEqual([]);
			},
		),
		{ numRuns: 150 },
	);
}, 120_000);
