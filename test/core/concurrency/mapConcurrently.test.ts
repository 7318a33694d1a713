import { mapConcurrently } from '../../../nodes/shared/core/concurrency/mapConcurrently';
import { VirtualClock } from '../../../harness/simulation/virtualClock';

const never = () => false;

describe('mapConcurrently', () => {
	it('starts in order, keeps the lanes full and gives the results in the order of the items', async () => {
		const clock = new VirtualClock(0);
		const durations = [50, 10, 10, 40, 10];
		const started: Array<[number, number]> = [];
		const results = await clock.run(
			mapConcurrently(
				durations.length,
				2,
				async (index) => {
					started.push([index, clock.now()]);
					await clock.sleep(durations[index]);
					return `item ${index}`;
				},
				never,
			),
		);
		expect(results).toEqual(['item 0', 'item 1', 'item 2', 'item 3', 'item 4']);
		// Not in waves: a lane that is free takes the next item.
		expect(started).toEqual([
			[0, 0],
			[1, 0],
			[2, 10],
			[3, 20],
			[4, 50],
		]);
		expect(clock.now()).toBe(60);
	});

	it.each([
		[1, 1],
		[3, 3],
		[10, 4],
	])('works on at most that many at a time: %i lanes, 4 items', async (lanes, expected) => {
		const clock = new VirtualClock(0);
		let [running, most] = [0, 0];
		const work = async () => {
			most = Math.max(most, ++running);
			await clock.sleep(10);
			running--;
		};
		await clock.run(mapConcurrently(4, lanes, work, never));
		expect(most).toBe(expected);
	});

	it('starts nothing more once told to stop, and lets what runs come to its end', async () => {
		const clock = new VirtualClock(0);
		let isStopped = false;
		const started: number[] = [];
		const results = await clock.run(
			mapConcurrently(
				5,
				2,
				async (index) => {
					started.push(index);
					await clock.sleep(10 * (index + 1));
					if (index === 0) isStopped = true;
					return index;
				},
				() => isStopped,
			),
		);
		expect(started).toEqual([0, 1]);
		expect(results).toEqual([0, 1, undefined, undefined, undefined]);
		expect(results).toHaveLength(5);
	});

	it('gives nothing for no items', async () => {
		expect(await mapConcurrently(0, 5, async () => 1, never)).toEqual([]);
	});
});
