import * as fc from '../../harness/fuzz';
import { BATCH_MS, STRETCH_MS, TimeSlicer, WorkStopped, type WorkLimits } from '../../glb/timeSlicer';

/** A clock that only work moves, and a count of the pauses with the longest time between two of them. */
function workClock(limits?: WorkLimits) {
	const clock = { now: 0, pauses: 0, lastPause: 0, longest: 0, pauseMs: 0, onPause: () => undefined as void };
	const timing = {
		now: () => clock.now,
		yieldToEventLoop: async () => {
			clock.pauses += 1;
			clock.longest = Math.max(clock.longest, clock.now - clock.lastPause);
			clock.now += clock.pauseMs;
			clock.onPause();
			clock.lastPause = clock.now;
		},
	};
	return { clock, slicer: new TimeSlicer(timing, limits) };
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

	/** Units of 1 ms that were done before the work ended, and how it ended. */
	async function unitsDone(slicer: TimeSlicer, clock: { now: number }) {
		let done = 0;
		const end = await slicer
			.inBatches(1000, 1, (from, to) => {
				clock.now += to - from;
				done = to;
			})
			.then(
				() => 'done',
				(error: unknown) => (error instanceof WorkStopped ? error.cause : 'another error'),
			);
		return { done, end };
	}

	it('ends work that has gone on for too long, and does not count what others did meanwhile', async () => {
		const { clock, slicer } = workClock({ maxWorkMs: 300 });
		clock.pauseMs = 5_000;
		const { done, end } = await unitsDone(slicer, clock);
		expect(end).toBe('outOfTime');
		expect(done).toBeGreaterThan(300);
		expect(done).toBeLessThan(300 + 2 * BATCH_MS + 2);
	});

	it('counts the work of all loops together', async () => {
		const { clock, slicer } = workClock({ maxWorkMs: 1500 });
		expect((await unitsDone(slicer, clock)).end).toBe('done');
		const second = await unitsDone(slicer, clock);
		expect(second.end).toBe('outOfTime');
		expect(second.done).toBeLessThan(510);
	});

	it('ends at the pause in which it is called off, and begins nothing after that', async () => {
		const signal = { aborted: false };
		const { clock, slicer } = workClock({ signal });
		clock.onPause = () => {
			if (clock.pauses === 3) signal.aborted = true;
		};
		const { done, end } = await unitsDone(slicer, clock);
		expect(end).toBe('aborted');
		expect(done).toBeLessThan(4 * (STRETCH_MS + 2 * BATCH_MS));
		expect(clock.pauses).toBe(3);
		await expect(slicer.pause()).rejects.toThrow(WorkStopped);
	});
});
