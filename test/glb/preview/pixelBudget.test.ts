import * as fc from '../../../harness/fuzz';
import { ImageContent } from '../../../glb/preview/scene/imageContent';
import { PixelBudget } from '../../../glb/preview/scene/pixelBudget';

describe('PixelBudget', () => {
	it('never gives out more than there is of either kind', () => {
		const costs = fc.array(fc.record({ read: fc.nat(100), kept: fc.nat(100) }));
		fc.assert(
			fc.property(costs, (wanted) => {
				const budget = new PixelBudget({ read: 300, kept: 200 });
				const given = wanted.filter((cost) => budget.take(cost));
				const total = (part: 'read' | 'kept') => given.reduce((sum, cost) => sum + cost[part], 0);
				expect(total('read')).toBeLessThanOrEqual(300);
				expect(total('kept')).toBeLessThanOrEqual(200);
			}),
		);
	});

	it('takes nothing where one of the two does not suffice, and goes on with a smaller image', () => {
		const budget = new PixelBudget({ read: 100, kept: 10 });
		expect(budget.take({ read: 50, kept: 11 })).toBe(false);
		expect(budget.take({ read: 100, kept: 10 })).toBe(true);
		budget.giveBack({ read: 0, kept: 4 });
		expect(budget.has({ read: 0, kept: 5 })).toBe(false);
		expect(budget.take({ read: 0, kept: 4 })).toBe(true);
	});
});

describe('ImageContent', () => {
	it('gives the same bytes the same key, wherever they lie', () => {
		const file = Buffer.from('..one image..one image..two image');
		const content = new ImageContent();
		const first = content.keyOf(file.subarray(2, 11));
		expect(content.keyOf(file.subarray(13, 22))).toBe(first);
		expect(content.keyOf(Buffer.from('one image'))).toBe(first);
		expect(content.keyOf(file.subarray(24, 33))).not.toBe(first);
	});

	it('keeps images apart that differ only where it does not look first', () => {
		const content = new ImageContent();
		const first = Buffer.alloc(50_000);
		const second = Buffer.alloc(50_000);
		second[7] = 1;
		expect(content.keyOf(second)).not.toBe(content.keyOf(first));
	});

	it('goes by their place where comparing would take long', () => {
		const content = new ImageContent();
		const zeros = Buffer.alloc(20_000_001);
		const first = content.keyOf(zeros.subarray(0, 20_000_000));
		expect(content.keyOf(Buffer.alloc(20_000_000))).toBe(first);
		expect(content.keyOf(zeros.subarray(0, 20_000_000))).toBe(first);
		expect(content.keyOf(zeros.subarray(1))).not.toBe(first);
	});
});
