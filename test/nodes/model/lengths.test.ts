/** Lengths as factories write them: what is read, what is refused, and what the refusal says to do. */
import type { Engine } from '../../../harness/engine';
import { boxGlb, itemOf, openEngine, runModel } from '../../../harness/engine/modelNode';
import { readLength } from '../../../nodes/Image3dModel/readLength';

describe('readLength', () => {
	it.each<[value: unknown, unit: string, meters: number]>([
		['82,5', 'cm', 0.825],
		['0,825', 'm', 0.825],
		['1.250,00', 'mm', 1.25],
		['1,250.0', 'mm', 1.25],
		['1 250', 'mm', 1.25],
		["1'250", 'mm', 1.25],
		["12'345.5", 'mm', 12.3455],
		// As the refusal of 12.125 says to write it.
		['12.1250', 'mm', 0.012125],
		// What a search in a list gives.
		[[82], 'cm', 0.82],
		['1.25', 'm', 1.25],
		['.5', 'm', 0.5],
		// As n8n has what an expression computed.
		[0.1 + 0.2, 'm', 0.3],
		[82 * 2.54, 'cm', 2.0828],
		[`${82 * 2.54} cm`, 'm', 2.0828],
		[1.125, 'in', 0.028575],
		// Read as thousands it would be longer than any product.
		['82,500', 'cm', 0.825],
		['1.125', 'in', 0.028575],
	])('reads the number %j in %s', (value, unit, meters) => {
		const result = readLength(value, unit);
		if (!result.ok) throw new Error(result.failure.message);
		expect(result.value.meters).toBeCloseTo(meters, 9);
	});

	it.each<[text: string, meters: number]>([
		['820 mm', 0.82],
		['82 cm', 0.82],
		['82cm.', 0.82],
		['82 CM', 0.82],
		['82\u00a0cm', 0.82],
		[`82${' '.repeat(80)}cm`, 0.82],
		['82 centimeters', 0.82],
		['0.82 m', 0.82],
		['0,82 Metres', 0.82],
		['32 inches', 0.8128],
		['32 In.', 0.8128],
		['32"', 0.8128],
		['3 ft', 0.9144],
		['3 feet', 0.9144],
		["3'", 0.9144],
		[`6'2"`, 1.8796],
		['6 ft. 2.5 in.', 1.8923],
		['5′ 11″', 1.8034],
		["1'250 mm", 1.25],
		[`1'250"`, 31.75],
	])('lets the unit in the text %j count for more than the field', (text, meters) => {
		const result = readLength(text, 'ft');
		if (!result.ok) throw new Error(result.failure.message);
		expect(result.value.meters).toBeCloseTo(meters, 9);
	});

	it.each(['CM', 'cm.', 'Centimeters', ' cm '])('knows the unit %j of an expression', (unit) => {
		expect(readLength(82, unit)).toEqual({ ok: true, value: { meters: expect.closeTo(0.82, 9) } });
	});

	it.each([
		['82 cm high', 'height'],
		['82 cm H', 'height'],
		['Height: 82 cm', 'height'],
		['82 cm wide', 'width'],
		['W 82', 'width'],
		['82 deep', 'depth'],
		['82 cm long', undefined],
		['82 cm', undefined],
	])('reads of which side %j is', (text, dimension) => {
		expect(readLength(text, 'cm')).toEqual({
			ok: true,
			value: { meters: expect.closeTo(0.82, 9), dimension },
		});
	});

	it.each<[value: unknown, unit: string, message: string, hint: string]>([
		['', 'cm', '"Length" is empty', 'Enter how long'],
		['  ', 'cm', '"Length" is empty', 'Enter how long'],
		[null, 'cm', '"Length" is empty', 'Enter how long'],
		[undefined, 'cm', '"Length" is empty', 'Enter how long'],
		['tall', 'cm', '"Length" is "tall", which is not a length', 'Enter one number'],
		['ca. 82 cm', 'cm', '"Length" is "ca. 82 cm", which is not a length', 'Enter one number'],
		['82 x 40 x 40 cm', 'cm', '"Length" is "82 x 40 x 40 cm", which is not a length', 'Enter one number'],
		['82-85 cm', 'cm', '"Length" is "82-85 cm", which is not a length', 'Enter one number'],
		['5 km', 'cm', '"Length" is "5 km", which is not a length', 'Enter one number'],
		['-3', 'cm', '"Length" is "-3", which is not a length', 'Enter one number'],
		['1e9', 'cm', '"Length" is "1e9", which is not a length', 'Enter one number'],
		['#REF!', 'cm', '"Length" is "#REF!", which is not a length', 'Enter one number'],
		["6' 2", 'cm', '"Length" is "6\' 2", which is not a length', 'Enter one number'],
		[Number.NaN, 'cm', '"Length" is "NaN", which is not a length', 'Enter one number'],
		[true, 'cm', '"Length" is "true", which is not a length', 'Enter one number'],
		[{ cm: 82 }, 'cm', '"Length" is "an object", which is not a length', 'Enter one number'],
		[[82, 40], 'cm', '"Length" is "a list", which is not a length', 'Enter one number'],
		['9'.repeat(5000), 'cm', `"Length" is "${'9'.repeat(60)}…", which is not a length`, 'Enter one number'],
		['0', 'cm', 'A length of 0 cm is too small or too large for a model', 'Check the length and its unit.'],
		['5000 m', 'cm', 'A length of 5000 m is too small or too large for a model', 'Check the length'],
		['82', '', '"Unit" is empty', 'Choose mm, cm, m, in or ft.'],
		['82', 'Zoll', '"Unit" is "Zoll", which is not known', 'Choose mm, cm, m, in or ft.'],
		['1,250', 'mm', '"Length" is "1,250", which may be 1.25 or 1250', 'Write 1.25 or 1250.'],
		['1.250', 'mm', '"Length" is "1.250", which may be 1.25 or 1250', 'Write 1.25 or 1250.'],
		['12.125', 'mm', '"Length" is "12.125", which may be 12.125 or 12125', 'Write 12.1250 or 12125.'],
		['5 ft 120 in', 'cm', '"Length" is "5 ft 120 in", which is not a length', 'Enter one number'],
		['1,250', 'cm', '"Length" is "1,250", which may be 1.25 or 1250', 'Write 1.25 or 1250.'],
	])('refuses %j in %j and says what to do', (value, unit, message, hint) => {
		const result = readLength(value, unit);
		if (result.ok) throw new Error(`read as ${result.value.meters} m`);
		expect(result.failure.message).toBe(message);
		expect(result.failure.hint).toContain(hint);
	});
});

describe('in a node', () => {
	let engine: Engine;
	beforeAll(async () => {
		engine = await openEngine();
	});
	afterAll(async () => await engine.close());

	it('makes the height what the sheet calls high, whichever side the field has', async () => {
		const item = await itemOf(engine, await boxGlb(), { size: '82 cm high', row: 7 });
		const parameters = { operation: 'resize', dimension: 'longest', length: '={{ $json.size }}', unit: 'm' };
		const [{ json }] = (await runModel(engine, parameters, [item])).items;
		expect(json).toMatchObject({
			row: 7,
			model: { bounding_box: { size: [0.41, 0.82, 1.23] } },
			changes: expect.arrayContaining(['Height changed from 4 m to 0.82 m.']),
		});
	});

	it('fails the row whose cell is empty, and no other', async () => {
		const items = await Promise.all(
			['82 cm', '', '1,2 m'].map(async (size) => await itemOf(engine, await boxGlb(), { size })),
		);
		const parameters = { operation: 'resize', dimension: 'height', length: '={{ $json.size }}', unit: 'cm' };
		const result = await runModel(engine, parameters, items, { onError: 'continueRegularOutput' });
		expect(
			result.items.map(
				({ json }) => json.error ?? (json.model as { bounding_box: { size: number[] } }).bounding_box.size[1],
			),
		).toEqual([0.82, expect.stringContaining('"Length" is empty'), 1.2]);
	});
});
