/** Convert and Inspect of Image3D Model in n8n's engine: files, their names and types, and what the items say. */
import type { Engine } from '../../../harness/engine';
import { GlbBuilder, primitiveOf, quadShape } from '../../../harness/glb/glbBuilder';
import { boxGlb, itemOf, openEngine, runModel } from '../../../harness/engine/modelNode';

let engine: Engine;

beforeAll(async () => {
	engine = await openEngine();
});

afterAll(async () => await engine.close());

describe('convert', () => {
	it.each([
		['usdz', 'Red Chair.usdz', 'model/vnd.usdz+zip', 'PK'],
		['3mf', 'Red Chair.3mf', 'model/3mf', 'PK'],
		['obj', 'Red Chair.zip', 'application/zip', 'PK'],
		['stl', 'Red Chair.stl', 'model/stl', 'Bi'],
	])('%s has its name, its type and its facts', async (format, fileName, mimeType, magic) => {
		const glb = await boxGlb();
		const item = await itemOf(engine, glb, { sku: 'A1' });
		const [{ json, binary, pairedItem }] = (
			await runModel(engine, { operation: 'convert', format, outputBinaryField: 'made' }, [item])
		).items;
		const file = await engine.readBinary(binary!.made);
		expect(binary!.made).toMatchObject({ fileName, mimeType });
		expect(binary!.data).toMatchObject({ fileName: 'Red Chair.glb' });
		expect(file.toString('latin1', 0, 2)).toBe(magic);
		expect(json).toMatchObject({
			sku: 'A1',
			model: { faces: 12, file_size: file.length, bounding_box: { size: [2, 4, 6] } },
			model_before: { file_size: glb.length },
			changes: [],
		});
		expect(pairedItem).toEqual({ item: 0 });
	});

	it('names the task that has made a model which cannot be read', async () => {
		const bad = await itemOf(engine, (await boxGlb()).slice(0, -200), { task_id: 'abc-1' });
		const settings = { onError: 'continueRegularOutput' } as const;
		const { items } = await runModel(engine, { operation: 'convert', format: 'stl' }, [bad], settings);
		expect(items).toMatchObject([{ json: { task_id: 'abc-1', hint: expect.stringContaining('abc-1') } }]);
	});

	it('fails the item alone whose model cannot be read', async () => {
		const good = await itemOf(engine, await boxGlb());
		const bad = await itemOf(engine, (await boxGlb()).slice(0, -200));
		const { items } = await runModel(engine, { operation: 'convert', format: 'stl' }, [good, bad, good], {
			onError: 'continueRegularOutput',
		});
		expect(items.map(({ json }) => typeof json.error)).toEqual(['undefined', 'string', 'undefined']);
		expect(items[1].json.error).toContain('cut short');
	});

	it('says which formats there are where an expression gives another', async () => {
		const { error } = await runModel(engine, { operation: 'convert', format: 'fbx' }, [
			await itemOf(engine, await boxGlb()),
		]);
		expect(error?.message).toBe('Models cannot be converted to "fbx"');
	});
});

describe('inspect', () => {
	it('tells facts, the verdict and findings, and hands on the file as it was', async () => {
		const glb = await boxGlb();
		const parameters = { operation: 'inspect', preset: 'custom', maxFaces: 10, forPrinting: true };
		const [{ json, binary }] = (await runModel(engine, parameters, [await itemOf(engine, glb)])).items;
		expect(json).toMatchObject({
			model: { faces: 12 },
			budget: { passed: false, reasons: [expect.stringContaining('12')] },
			findings: [],
		});
		expect(json).not.toHaveProperty('model_before');
		expect(await engine.readBinary(binary!.data)).toEqual(Buffer.from(glb));
	});

	it('has no verdict where no limit was chosen', async () => {
		const item = await itemOf(engine, await boxGlb());
		const [{ json }] = (await runModel(engine, { operation: 'inspect' }, [item])).items;
		expect(json).not.toHaveProperty('budget');
	});

	it('tells what the description says of a model whose shape it cannot read, with that as a finding', async () => {
		const builder = new GlbBuilder();
		builder.node({ mesh: builder.mesh(primitiveOf(builder, quadShape(2))) });
		for (const view of builder.gltf.bufferViews) view.byteOffset = 1e6;
		const item = await itemOf(engine, builder.toGlb());
		const [{ json }] = (await runModel(engine, { operation: 'inspect' }, [item])).items;
		expect(json).toMatchObject({
			model: { faces: 2, bounding_box: { size: [2, 2, 0] } },
			findings: expect.arrayContaining([expect.stringContaining('The shape was not checked.')]),
		});
	});
});
