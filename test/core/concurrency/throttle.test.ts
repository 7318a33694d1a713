import { Throttle } from '../../../nodes/shared/core/concurrency/throttle';
import { VirtualClock } from '../../../harness/simulation/virtualClock';

describe('Throttle', () => {
	it('lets callers go one gap apart, in the order of asking', async () => {
		const clock = new VirtualClock(1_000);
		const pace = new Throttle(clock, 100);
		const gone: Array<[string, number]> = [];
		const go = async (name: string) => {
			await pace.turn();
			gone.push([name, clock.now()]);
		};
		await clock.run(Promise.all(['a', 'b', 'c'].map(go)));
		expect(gone).toEqual([
			['a', 1_000],
			['b', 1_100],
			['c', 1_200],
		]);
	});

	it('lets a caller go at once when the gap has passed anyway', async () => {
		const clock = new VirtualClock(1_000);
		const pace = new Throttle(clock, 100);
		await clock.run(pace.turn());
		await clock.run(clock.sleep(150));
		await clock.run(pace.turn());
		expect(clock.now()).toBe(1_150);
	});

	it('ends the wait of a caller that is cancelled', async () => {
		const clock = new VirtualClock(1_000);
		const pace = new Throttle(clock, 60_000);
		const cancel = new AbortController();
		await pace.turn();
		clock.after(5, () => cancel.abort());
		await clock.run(pace.turn(cancel.signal));
		expect(clock.now()).toBe(1_005);
	});
});
