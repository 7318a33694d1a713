import { validateBytes } from 'gltf-validator';
import { resizeModel, type ResizeOptions } from '../../../glb/operations/resizeModel';
import { cubePrimitive, newDocument, toGlb } from '../../../harness/glb/buildGlb';
import { GlbBuilder, primitiveOf, quadShape } from '../../../harness/glb/glbBuilder';
import { timing } from '../../../harness/glb/timing';
import { readModelFacts } from '../../../glb/facts';

/** A box of 2 × 4 × 6 m whose middle is at (10, 0, 0). */
async function box(): Promise<Uint8Array> {
	const { document, scene } = newDocument();
	const mesh = document.createMesh().addPrimitive(cubePrimitive(document));
	scene.addChild(document.createNode('box').setMesh(mesh).setScale([2, 4, 6]).setTranslation([10, 0, 0]));
	return toGlb(document);
}

async function resize(options: Partial<ResizeOptions>) {
	const result = await resizeModel(await box(), {
		dimension: 'longest',
		lengthM: 0.6,
		pivot: 'bottomCenter',
		...timing,
		...options,
	});
	if (!result.ok) throw new Error(result.reason);
	const facts = await readModelFacts(
		async (offset, length) => result.glb.subarray(offset, offset + length),
		result.glb.length,
	);
	if (!facts.ok) throw new Error(facts.reason);
	return { result, box: facts.facts.bounding_box! };
}

describe('resizeModel', () => {
	it.each([
		['longest', [0.2, 0.4, 0.6]],
		['depth', [0.2, 0.4, 0.6]],
		['height', [0.3, 0.6, 0.9]],
		['width', [0.6, 1.2, 1.8]],
	] as const)('gives the %s the wanted length and keeps the proportions', async (dimension, size) => {
		const { box } = await resize({ dimension });
		box.size.forEach((value, axis) => expect(value).toBeCloseTo(size[axis], 5));
	});

	it.each([
		['bottomCenter', [-0.1, 0, -0.3]],
		['center', [-0.1, -0.2, -0.3]],
		['keep', [0.9, -0.2, -0.3]],
	] as const)('puts the origin where the pivot %s says', async (pivot, min) => {
		const { box, result } = await resize({ pivot });
		box.min.forEach((value, axis) => expect(value).toBeCloseTo(min[axis], 5));
		expect(result.boundingBox).toEqual(box);
	});

	it('says that a flat model has no depth', async () => {
		const builder = new GlbBuilder();
		builder.node({ mesh: builder.mesh(primitiveOf(builder, quadShape(2))) });
		const options = { ...timing, dimension: 'depth', lengthM: 1, pivot: 'keep' } as const;
		expect(await resizeModel(builder.toGlb(), options)).toEqual({
			ok: false,
			reason: 'The model has no depth that could be changed.',
		});
	});

	it('does not tear apart what two scenes share', async () => {
		const builder = new GlbBuilder();
		const node = builder.node({ mesh: builder.mesh(primitiveOf(builder, quadShape(2))) });
		builder.gltf.scenes!.push({ nodes: [node] });
		const options = { ...timing, dimension: 'longest', lengthM: 1, pivot: 'keep' } as const;
		expect(await resizeModel(builder.toGlb(), options)).toEqual({
			ok: false,
			reason: 'Two scenes of the model share a part, so it cannot be resized.',
		});
	});

	it('writes a file in which the Khronos validator finds no error', async () => {
		const { result } = await resize({});
		const report = await validateBytes(result.glb);
		expect(report.issues.messages.filter(({ severity }) => severity === 0)).toEqual([]);
	});
});
