/** The file of an item: what is found, what is refused before it fills the memory, and what the refusal says to do. */
import type { Engine } from '../../../harness/engine';
import { boxGlb, itemOf, openEngine, runModel } from '../../../harness/engine/modelNode';

const OPERATIONS = ['convert', 'fit', 'inspect', 'page', 'picture', 'resize'];
const RESIZE = { operation: 'resize', length: 1, unit: 'm' };
const NEXT = 'Enter the field that holds a GLB file in "Input Binary Field".';

let engine: Engine;
beforeAll(async () => {
	engine = await openEngine();
});
afterAll(async () => await engine.close());

async function refusalOf(parameters: object, items: Parameters<typeof runModel>[2]) {
	const { error } = await runModel(engine, parameters as never, items);
	return { message: error?.message, description: error?.description };
}

describe.each(OPERATIONS)('%s', (operation) => {
	it.each([
		['a glTF as text', JSON.stringify({ asset: { version: '2.0' } }), 'it is JSON'],
		['a ZIP', 'PK\x03\x04\x14\0', 'it is a ZIP archive'],
		['an OBJ', '# Blender 4.2\nmtllib chair.mtl\n', 'it is an OBJ file'],
		['a photo', '\xff\xd8\xff\xe0\0\x10JFIF\0', 'it is a picture'],
		['a text', 'hello', 'it does not begin with "glTF"'],
	])('says of %s what it is and what to do', async (_what, text, says) => {
		const item = await itemOf(engine, Buffer.from(text, 'latin1'), {}, 'chair.glb');
		const { message, description } = await refusalOf({ ...RESIZE, operation, format: 'stl' }, [item]);
		expect(message).toContain(`The file is not a GLB model: ${says}`);
		expect(description).toContain(`${NEXT} The file that came in is unchanged. Nothing was charged.`);
	});

	it('says of an empty file that it is', async () => {
		const item = await itemOf(engine, Buffer.alloc(0));
		const { message } = await refusalOf({ ...RESIZE, operation, format: 'stl' }, [item]);
		expect(message).toBe('The model file is empty');
	});
});

it('names the fields to choose from', async () => {
	const { data } = (await itemOf(engine, await boxGlb())).binary!;
	const parameters = { ...RESIZE, binaryPropertyName: 'model' };
	expect(await refusalOf(parameters, [{ json: {}, binary: { data, preview: data } }])).toEqual({
		message: 'The item has no file in the field "model"',
		description: expect.stringContaining(
			'It has: data, preview. Enter one of these names in "Input Binary Field".',
		),
	});
	expect(await refusalOf(parameters, [{ json: {}, binary: { data } }])).toMatchObject({
		description: expect.stringContaining('It has: data. Enter this name in "Input Binary Field".'),
	});
	expect(await refusalOf(parameters, [{ json: {} }])).toMatchObject({
		description: expect.stringContaining('An earlier step must add the GLB file.'),
	});
});

it('takes the model that is named where an item has two', async () => {
	const [first, second] = [
		await itemOf(engine, Buffer.from('no model')),
		await itemOf(engine, await boxGlb()),
	];
	const item = { json: {}, binary: { data: first.binary!.data, sized: second.binary!.data } };
	const parameters = { ...RESIZE, binaryPropertyName: 'sized', outputBinaryField: 'sized' };
	const [{ json, binary }] = (await runModel(engine, parameters, [item])).items;
	expect(json).toMatchObject({ model: { faces: 12 } });
	expect(binary!.data).toEqual(first.binary!.data);
	expect(binary!.sized).not.toEqual(second.binary!.data);
});

it('says what an expression must return that returns all files of an item', async () => {
	const item = await itemOf(engine, await boxGlb());
	expect(await refusalOf({ ...RESIZE, binaryPropertyName: '={{ $binary }}' }, [item])).toEqual({
		message: '"Input Binary Field" is neither the name of a field nor a file',
		description: expect.stringContaining('{{ $binary.data }}'),
	});
});

it('refuses a file that is too large before it reads it', async () => {
	const item = await itemOf(engine, Buffer.alloc(257 * 1024 * 1024));
	const before = process.memoryUsage().arrayBuffers;
	expect(await refusalOf(RESIZE, [item])).toEqual({
		message: 'The file has 257 MB, more than this node takes into memory',
		description: expect.stringContaining('Models of up to 256 MB can be worked on.'),
	});
	expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50_000_000);
});

describe('a file name', () => {
	it.each([
		['Stühle/Größe 3.glb', 'Größe 3'],
		['../../etc/passwd.glb', 'passwd'],
		['chair.GLB', 'chair'],
		['chair.v2.glb', 'chair.v2'],
		['chair', 'chair'],
		['椅子 "3".glb', '椅子 "3"'],
		['.glb', 'model'],
	])('%j keeps its stem', async (fileName, stem) => {
		for (const [parameters, ending] of [
			[{ operation: 'convert', format: 'obj' }, 'zip'],
			[{ operation: 'convert', format: 'usdz' }, 'usdz'],
			[{ operation: 'page' }, 'html'],
			[RESIZE, 'glb'],
		] as const) {
			const item = await itemOf(engine, await boxGlb(), {}, fileName);
			const [{ binary }] = (await runModel(engine, parameters, [item])).items;
			expect(binary!.data.fileName).toBe(`${stem}.${ending}`);
		}
	});
});

// The last of all: it takes the files of every test.
it('says of a file that n8n has deleted how to get it again, and not where it was', async () => {
	const item = await itemOf(engine, await boxGlb());
	await engine.pruneBinary();
	const { message, description } = await refusalOf(RESIZE, [item]);
	expect(message).toBe('n8n no longer has the file "Red Chair.glb"');
	expect(description).toContain('Run the step that made the file again.');
	expect(`${message} ${description}`).not.toMatch(/ENOENT|binary-data|executions\//);
});
