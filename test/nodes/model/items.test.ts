/** Image3D Model and its items: fields, names, failures, several at once, and an agent. */
import { agents, asTool, askAgent } from '../../../harness/sandbox/agent';
import { usePack } from '../../../harness/sandbox/pack';
import { boxGlb, Image3dModel, itemOf, runModel } from '../../../harness/engine/modelNode';

const pack = usePack();

const RESIZE = { operation: 'resize', dimension: 'height', length: 1, unit: 'm' };

it('keeps the order of three items when the middle one fails', async () => {
	const good = await boxGlb();
	const items = [
		await itemOf(pack.engine, good, { n: 1 }),
		await itemOf(pack.engine, Buffer.from('<html>gone</html>'), { n: 2 }),
		await itemOf(pack.engine, good, { n: 3 }),
	];
	const result = await runModel(pack.engine, RESIZE, items, { onError: 'continueRegularOutput' });
	expect(result.items.map(({ json, pairedItem }) => [json.n ?? json.error, pairedItem])).toEqual([
		[1, { item: 0 }],
		[expect.stringContaining('it is a web page'), { item: 1 }],
		[3, { item: 2 }],
	]);
});

it('reads and writes the fields that it is told, and keeps the others', async () => {
	const { binary } = await itemOf(pack.engine, await boxGlb());
	const items = [{ json: {}, binary: { model: binary!.data } }];
	const parameters = { ...RESIZE, binaryPropertyName: 'model', outputBinaryField: 'sized' };
	const [item] = (await runModel(pack.engine, parameters, items)).items;
	expect(Object.keys(item.binary!).sort()).toEqual(['model', 'sized']);
});

it('names the fields that there are where the one that was named is none', async () => {
	const parameters = { ...RESIZE, binaryPropertyName: 'model' };
	const { error } = await runModel(pack.engine, parameters, [await itemOf(pack.engine, await boxGlb())]);
	expect(error?.message).toBe('The item has no file in the field "model"');
	expect(error?.description).toContain('It has: data.');
});

it('says that an item has no files at all', async () => {
	const { error } = await runModel(pack.engine, RESIZE, [{ json: {} }]);
	expect(error?.description).toContain('It has no files. An earlier step must add the GLB file.');
});

it('reads and writes the usual field where an expression left its name empty, and names a file without one', async () => {
	const file = await pack.engine.binary(Buffer.from(await boxGlb()), { mimeType: 'model/gltf-binary' });
	const { fileName: _none, ...unnamed } = file;
	const parameters = { ...RESIZE, binaryPropertyName: '={{ null }}', outputBinaryField: '={{ " " }}' };
	const [{ binary }] = (await runModel(pack.engine, parameters, [{ json: {}, binary: { data: unnamed } }]))
		.items;
	expect(Object.keys(binary!)).toEqual(['data']);
	expect(binary!.data.fileName).toBe('model.glb');
});

it('calls what comes of a file that is all ending "model"', async () => {
	const item = await itemOf(pack.engine, await boxGlb(), {}, '.glb');
	const [{ binary }] = (await runModel(pack.engine, RESIZE, [item])).items;
	expect(binary!.data.fileName).toBe('model.glb');
});

it('keeps an expression that names a step which is gone to its item', async () => {
	const items = await Promise.all(
		[1, 0, 1].map(async (meters) => await itemOf(pack.engine, await boxGlb(), { meters })),
	);
	const parameters = { ...RESIZE, length: '={{ $json.meters || $("Gone").item.json.meters }}' };
	const result = await runModel(pack.engine, parameters, items, { onError: 'continueRegularOutput' });
	expect(result.items.map(({ json }) => 'error' in json)).toEqual([false, true, false]);
	expect(result.items[1].json.error).toBe("Referenced node doesn't exist");
});

it('knows no operation of a later version', async () => {
	const item = await itemOf(pack.engine, await boxGlb());
	const { error } = await runModel(pack.engine, { operation: 'shrink' }, [item]);
	expect(error?.message).toBe('There is no operation "shrink"');
});

it('takes the file itself from an expression', async () => {
	const item = await itemOf(pack.engine, await boxGlb());
	const parameters = { ...RESIZE, binaryPropertyName: '={{ $binary.data }}' };
	const [{ json }] = (await runModel(pack.engine, parameters, [item])).items;
	expect(json.model).toMatchObject({ bounding_box: { size: [0.5, 1, 1.5] } });
});

describe.each(Object.keys(agents) as Array<keyof typeof agents>)('a %s agent', (agent) => {
	it('gets the facts in JSON, and no file', async () => {
		const data = Buffer.from(await boxGlb()).toString('base64');
		const file = `={{ ({ data: '${data}', mimeType: 'model/gltf-binary', fileName: 'box.glb' }) }}`;
		const parameters = {
			...RESIZE,
			binaryPropertyName: file,
			length: "={{ $fromAI('height', 'Meters', 'string') }}",
		};
		const tool = { type: asTool(Image3dModel), account: await pack.account(), parameters };
		const { answer, result } = await askAgent(pack, agent, tool, { height: '3' });
		expect(result.error()).toBeUndefined();
		expect(answer).toEqual([
			expect.objectContaining({ model: expect.objectContaining({ faces: 12 }), changes: expect.any(Array) }),
		]);
		expect(JSON.stringify(answer)).not.toContain('base64');
	});
});
