import { readToldName } from '../../../nodes/shared/core/delivery/taskName';

describe('readToldName', () => {
	it.each([
		[{ file_name: 'chair.glb' }, 'chair', true],
		[{ file_name: 'chair.jpg' }, 'chair', true],
		[{ fileName: 'photos/chair.jpg' }, 'chair', true],
		[{ file_name: '', prompt: 'a vase' }, 'a vase', false],
		[{ file_name: null, label: 'chair.jpg', prompt: 'x' }, 'chair', false],
		[{ file_name: 'a.glb', fileName: 'b.jpg', prompt: 'c' }, 'a', true],
		[{ prompt: 'a 1/2 inch bolt' }, 'a 1-2 inch bolt', false],
	])('of %j', (fields, stem, isFileName) => {
		expect(readToldName(fields)).toEqual({ stem, isFileName });
	});

	it.each([{}, { prompt: 7 }, { file_name: '///' }, { name: 'x' }])('is none of %j', (fields) => {
		expect(readToldName(fields)).toBeUndefined();
	});
});
