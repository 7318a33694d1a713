import * as fc from 'fast-check';
import { BATCH_MS, STRETCH_MS, TimeSlicer } from '../../glb/timeSlicer';

/** A clock that only work moves, and a count of the pauses with the longest time between two of them. */
function workClock() {
	const clock = { now: 0, pauses: 0, lastPause: 0, longest: 0 };
	const timing = {
		now: () => clock.now,
		yieldToEventLoop: async () => {
			clock.pauses += 1;
			clock.longest = Math.max(clock.longest, clock.now - clock.lastPause);
			clock.lastPause = clock.now;
		},
	};
	return { clock, slicer: new TimeSlicer(timing) };
}

describe('TimeSlicer', () => {
	it('does all the work, in order, each part once', async () => {
		await fc.assert(
			fc.asyncProperty(fc.nat(5000), fc.integer({ min: 1, max: 600 }), async (count, first) => {
				const { clock, slicer } = workClock();
				const done: number[] = [];
				await slicer.inBatches(count, first, (from, to) => {
					for (let i = from; i < to; i++) done.push(i);
					clock.now += (to - from) * 0.01;
				});
				expect(done).toEqual(Array.from({ length: count }, (_, index) => index));
			}),
			{ numRuns: 50 },
		);
	});

	it.each([
		['quick', 0.0001],
		['middling', 0.05],
		['slow', 2],
	])('pauses often enough when each unit of work is %s', async (_, unitMs) => {
		const { clock, slicer } = workClock();
		await slicer.inBatches(20_000, 1, (from, to) => {
			clock.now += (to - from) * unitMs;
		});
		expect(clock.longest).toBeLessThan(STRETCH_MS + 2 * BATCH_MS + unitMs);
		expect(clock.pauses).toBeGreaterThanOrEqual(Math.floor((20_000 * unitMs) / 30));
	});

	it('bears work that turns five times as hard', async () => {
		const { clock, slicer } = workClock();
		await slicer.inBatches(100_000, 64, (from, to) => {
			for (let i = from; i < to; i++) clock.now += i < 50_000 ? 0.001 : 0.005;
		});
		expect(clock.longest).toBeLessThan(STRETCH_MS + 12);
	});

	it('goes by the amount of work that its steps count', async () => {
		const { clock, slicer } = workClock();
		let item = 0;
		await slicer.inSteps(16, (amount) => {
			for (let left = amount; item < 20_000 && left > 0; item++) {
				const cost = item < 10_000 ? 1 : 500;
				left -= cost;
				clock.now += cost * 0.001;
			}
			return item < 20_000;
		});
		expect(clock.longest).toBeLessThan(STRETCH_MS + 2 * BATCH_MS);
	});

	it('does not pause for a moment of work', async () => {
		const { clock, slicer } = workClock();
		await slicer.inBatches(10, 1, () => {
			clock.now += 0.1;
		});
		expect(clock.pauses).toBe(0);
	});
});
