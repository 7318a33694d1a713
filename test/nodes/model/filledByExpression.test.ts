/** Fields of Image3D Model that a sheet's cells or an agent fill in: odd case, units, empty cells, and what is none of it. */
import type { IDataObject } from 'n8n-workflow';
import sharp from 'sharp';
import type { Engine } from '../../../harness/engine';
import { boxGlb, itemOf, openEngine, runModel } from '../../../harness/engine/modelNode';
import { GlbBuilder, primitiveOf, quadShape } from '../../../harness/glb/glbBuilder';
import { buildBenchModel } from '../../../harness/preview/benchModels';

let engine: Engine;
let box: Uint8Array;

beforeAll(async () => {
	engine = await openEngine();
	box = await boxGlb();
});

afterAll(async () => await engine.close());

const cell = (value: unknown) => `={{ ${JSON.stringify(value)} }}`;
const run = async (parameters: IDataObject, glb = box) =>
	await runModel(engine, parameters as never, [await itemOf(engine, glb)]);

async function expectRefusal(parameters: IDataObject, message: string, hint: string): Promise<void> {
	const { error } = await run(parameters);
	expect(error?.message).toBe(message);
	expect(error?.description).toContain(hint);
}

describe('a choice', () => {
	it.each<[name: string, called: string, parameters: IDataObject, values: string]>([
		[
			'dimension',
			'dimension',
			{ operation: 'resize', length: 1, unit: 'm' },
			'longest, height, width, depth',
		],
		['pivot', 'pivot', { operation: 'resize', length: 1, unit: 'm' }, 'bottomCenter, center, keep'],
		['preset', 'preset', { operation: 'fit', maxFaces: 100 }, 'custom, shopify, arQuickLook, amazon'],
		['preset', 'preset', { operation: 'inspect' }, 'custom, shopify, arQuickLook, amazon'],
		['compression', 'compression', { operation: 'fit' }, 'none, quantize, meshopt'],
		['textureFormat', 'texture format', { operation: 'fit' }, 'keep, jpeg'],
		['view', 'view', { operation: 'picture', size: 16 }, 'threeQuarter, front, back'],
		['arScale', 'AR scale', { operation: 'page' }, 'auto, fixed'],
	])(
		'of %s that the list does not have is refused, and never taken for another',
		async (name, called, parameters, values) => {
			const expected = [`There is no ${called} "something else"`, `Choose one of: ${values}`] as const;
			await expectRefusal({ ...parameters, [name]: cell('something else') }, ...expected);
			await expectRefusal(
				{ ...parameters, [name]: cell('constructor') },
				`There is no ${called} "constructor"`,
				'Choose one of: ',
			);
		},
	);

	it('is read in any case, and the first of its list where the cell is empty', async () => {
		const parameters = {
			operation: 'resize',
			length: 1,
			unit: 'm',
			dimension: cell(' Height '),
			pivot: cell(null),
		};
		const [{ json }] = (await run(parameters)).items;
		expect(json).toMatchObject({
			model: { bounding_box: { min: [-0.25, 0, -0.75], size: [0.5, 1, 1.5] } },
			changes: ['Height changed from 4 m to 1 m.', 'The model stands on the ground, centered.'],
		});
	});

	it('of a preset in another case has its limits', async () => {
		const [{ json }] = (await run({ operation: 'inspect', preset: cell('ARQUICKLOOK') })).items;
		expect(json.budget).toEqual({ passed: true, reasons: [] });
	});

	it('of a format is read in any case', async () => {
		const [{ binary }] = (await run({ operation: 'convert', format: cell('STL') })).items;
		expect(binary!.data.fileName).toBe('Red Chair.stl');
	});
});

describe('a limit', () => {
	it.each<[name: string, value: unknown, reason: string]>([
		['maxFileSizeMb', '0,001 MB', 'File size: 0.0017 MB, at most 0.001 MB allowed.'],
		['maxFileSizeMb', 0.001, 'File size: 0.0017 MB, at most 0.001 MB allowed.'],
		['maxFaces', '11 faces', 'Faces: 12, at most 11 allowed.'],
		['maxFaces', '11', 'Faces: 12, at most 11 allowed.'],
	])('%s is read from %j', async (name, value, reason) => {
		const [{ json }] = (await run({ operation: 'inspect', preset: 'custom', [name]: cell(value) })).items;
		expect(json.budget).toEqual({ passed: false, reasons: [reason] });
	});

	it('of a hundred thousand faces is that, however the thousands are grouped', async () => {
		const glb = await buildBenchModel({ name: '', faces: 2_000, textureSide: 0, format: 'jpeg' });
		for (const maxFaces of ['1,500', '1.500', '1 500', '1500']) {
			const [{ json }] = (
				await run({ operation: 'inspect', preset: 'custom', maxFaces: cell(maxFaces) }, glb)
			).items;
			expect(json.budget).toMatchObject({ reasons: [expect.stringContaining('at most 1,500 allowed')] });
		}
	});

	it.each(['1e5', 1e21, Number.MAX_SAFE_INTEGER])('of %j faces is one that a box keeps', async (value) => {
		const [{ json }] = (await run({ operation: 'inspect', preset: 'custom', maxFaces: cell(value) })).items;
		expect(json.budget).toEqual({ passed: true, reasons: [] });
	});

	it.each(['', null, 0, '0'])('that is %j is none', async (value) => {
		const [{ json }] = (await run({ operation: 'inspect', preset: 'custom', maxFaces: cell(value) })).items;
		expect(json).not.toHaveProperty('budget');
	});

	it.each(['many', '-5', '1e999', 'Infinity', '15 kB'])(
		'that is "%s" is refused, with the field to look at',
		async (value) => {
			const parameters = { operation: 'fit', preset: 'custom', maxFileSizeMb: cell(value) };
			await expectRefusal(
				parameters,
				`The limit "${value}" is not a number`,
				'Enter a number in "Max File Size (MB)"',
			);
		},
	);
});

describe('a size of a picture', () => {
	it.each([
		['32 px', 32],
		[32.4, 32],
		['32', 32],
	])('%j is read', async (size, side) => {
		const [{ binary }] = (await run({ operation: 'picture', size: cell(size) })).items;
		expect(await sharp(await engine.readBinary(binary!.data)).metadata()).toMatchObject({ width: side });
	});

	it.each(['large', '-1', '5000', '0'])('"%s" is refused', async (size) => {
		await expectRefusal(
			{ operation: 'picture', size: cell(size) },
			`A picture of ${size} pixels cannot be drawn`,
			'Enter a number from 16 to 2048 in "Size (Pixels)".',
		);
	});
});

it.each([
	[true, true],
	['TRUE', true],
	['yes', true],
	[1, true],
	['no', false],
	['', false],
	[false, false],
])('a switch that a cell has as %j is %s', async (value, isOn) => {
	const builder = new GlbBuilder();
	builder.node({ mesh: builder.mesh(primitiveOf(builder, quadShape(1))) });
	const [{ json }] = (await run({ operation: 'inspect', forPrinting: cell(value) }, builder.toGlb())).items;
	expect((json.findings as string[]).some((each) => each.includes('not closed'))).toBe(isOn);
});
