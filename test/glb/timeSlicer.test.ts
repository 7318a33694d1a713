import * as fc from 'fast-check';
import { PREVIEW_LIMITS } from '../../glb/preview/previewLimits';
import { Pacer } from '../../glb/timeSlicer';

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
	return { clock, pacer: new Pacer(timing) };
}

describe('Pacer', () => {
	it('does all the work, in order, each part once', async () => {
		await fc.assert(
			fc.asyncProperty(fc.nat(5000), fc.integer({ min: 1, max: 600 }), async (count, first) => {
				const { clock, pacer } = workClock();
				const done: number[] = [];
				await pacer.inBatches(count, first, (from, to) => {
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
		const { clock, pacer } = workClock();
		await pacer.inBatches(20_000, 1, (from, to) => {
			clock.now += (to - from) * unitMs;
		});
		expect(clock.longest).toBeLessThan(PREVIEW_LIMITS.stretchMs + 2 * PREVIEW_LIMITS.batchMs + unitMs);
		expect(clock.pauses).toBeGreaterThanOrEqual(Math.floor((20_000 * unitMs) / 30));
	});

	it('bears work that turns five times as hard', async () => {
		const { clock, pacer } = workClock();
		await pacer.inBatches(100_000, 64, (from, to) => {
			for (let i = from; i < to; i++) clock.now += i < 50_000 ? 0.001 : 0.005;
		});
		expect(clock.longest).toBeLessThan(PREVIEW_LIMITS.stretchMs + 12);
	});

	it('goes by the amount of work that its steps count', async () => {
		const { clock, pacer } = workClock();
		let item = 0;
		await pacer.inSteps(16, (amount) => {
			for (let left = amount; item < 20_000 && left > 0; item++) {
				const cost = item < 10_000 ? 1 : 500;
				left -= cost;
				clock.now += cost * 0.001;
			}
			return item < 20_000;
		});
		expect(clock.longest).toBeLessThan(PREVIEW_LIMITS.stretchMs + 2 * PREVIEW_LIMITS.batchMs);
	});

	it('does not pause for a moment of work', async () => {
		const { clock, pacer } = workClock();
		await pacer.inBatches(10, 1, () => {
			clock.now += 0.1;
		});
		expect(clock.pauses).toBe(0);
	});
});
