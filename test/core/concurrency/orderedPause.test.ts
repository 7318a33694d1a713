import { OrderedPause } from '../../../nodes/shared/core/concurrency/orderedPause';

describe('OrderedPause', () => {
	it('lets nobody through before those who asked earlier, however short the own pause is', async () => {
		const ends: Array<() => void> = [];
		const long = async () => await new Promise<void>((resolve) => ends.push(resolve));
		const pauses = [long, async () => undefined, async () => undefined];
		const pause = new OrderedPause(async () => await pauses.shift()!());
		const through: number[] = [];
		const all = [0, 1, 2].map(async (index) => {
			await pause.take();
			through.push(index);
		});
		await new Promise(setImmediate);
		expect(through).toEqual([]);
		ends[0]();
		await Promise.all(all);
		expect(through).toEqual([0, 1, 2]);
	});
});
