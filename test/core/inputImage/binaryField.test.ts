import { findBinaryField } from '../../../nodes/shared/core/inputImage/binaryField';
import { failureIn, valueOf } from '../../../harness/simulation/outcomes';

describe('findBinaryField', () => {
	it.each([
		['data', ['data', 'preview'], 'data'],
		['Product photo', ['Product_photo'], 'Product_photo'],
		['Product_photo', ['Product photo'], 'Product photo'],
		['Foto (groß)', ['Foto__gro__'], 'Foto__gro__'],
		['Product photo', ['Product photo', 'Product_photo'], 'Product photo'],
		['Product photo', ['Product_photo_0', 'Invoice'], 'Product_photo_0'],
		['files', ['files0'], 'files0'],
		['data', ['data', 'data_0', 'data_1'], 'data'],
	])('finds "%s" among %j', (wanted, fields, expected) => {
		expect(valueOf(findBinaryField(wanted, fields))).toBe(expected);
	});

	it.each([
		['Product photo', ['Product_photo_0', 'Product_photo_1', 'Invoice']],
		['files', ['files0', 'files1']],
	])('says of several files for "%s" that one is taken, and how to split them', (wanted, fields) => {
		const found = fields.filter((field) => field !== 'Invoice');
		const failure = failureIn(findBinaryField(wanted, fields));
		expect(failure.message).toBe(`The item has 2 files for the field "${wanted}": ${found.join(', ')}`);
		expect(failure.hint).toMatch(
			/^Each item can have one picture\. Put a Split Out node.*\$binary.*Nothing was charged\.$/,
		);
	});

	it('names what there is where nothing fits', () => {
		expect(failureIn(findBinaryField('data', ['photo', 'database']))).toMatchObject({
			message: 'The item has no file in the field "data"',
			hint: expect.stringContaining('The item has: photo, database.'),
		});
		expect(failureIn(findBinaryField('data', [])).hint).toContain('The item has no file at all');
		expect(failureIn(findBinaryField('', ['data'])).message).toBe('"Input Binary Field" is empty');
	});
});
