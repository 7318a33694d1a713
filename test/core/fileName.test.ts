import * as fc from 'fast-check';
import { modelFileName } from '../../nodes/shared/core/fileName';

describe('modelFileName', () => {
	it.each([
		['chair', 'chair.glb'],
		['chair.glb', 'chair.glb'],
		['chair.GLB', 'chair.glb'],
		[' Red chair (2) ', 'Red chair (2).glb'],
		['Стул – été', 'Стул – été.glb'],
		['v1.2', 'v1.2.glb'],
		['../../etc/passwd', 'etc-passwd.glb'],
		['C:\\models\\chair', 'C-models-chair.glb'],
		['a/b:c*d?"e<f>g|h', 'a-b-c-d-e-f-g-h.glb'],
		['line\nbreak\u0000', 'line-break.glb'],
		['.hidden.', 'hidden.glb'],
	])('makes a file name of the wish %j', (wish, expected) => {
		expect(modelFileName(wish, 't-1')).toBe(expected);
	});

	it.each([undefined, '', '   ', '.glb', '...', '///'])('falls back to the task id for %j', (wish) => {
		expect(modelFileName(wish, 't-1')).toBe('t-1.glb');
		expect(modelFileName(wish, 'a:1/b')).toBe('a-1-b.glb');
	});

	it('is always one safe path segment that ends with .glb', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary' }), (wish) => {
				const name = modelFileName(wish, 't-1');
				return /^[^\\/:*?"<>|\p{Cc}]+\.glb$/u.test(name) && !name.startsWith('.');
			}),
			{ numRuns: 500 },
		);
	});
});
