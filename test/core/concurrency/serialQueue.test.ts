/** Steps that take turns: in the order of asking, never two between two yields. */
import { SerialQueue } from '../../../nodes/shared/core/concurrency/serialQueue';

/** A SerialQueue, each of whose yields ends when the test says so, and a log of the steps that it has run. */
function openQueue() {
	const yields: Array<() => void> = [];
	const queue = new SerialQueue(async () => await new Promise<void>((resolve) => yields.push(resolve)));
	const log: string[] = [];
	const note = async (name: string) => await queue.take(() => log.push(name));
	/** Everything that needs no further yield has happened. */
	const settle = async () => await new Promise((resolve) => setImmediate(resolve));
	return { queue, yields, log, note, settle };
}

describe('SerialQueue', () => {
	it('takes one step at a time, in the order of asking, with a yield between two', async () => {
		const { yields, log, note, settle } = openQueue();
		void Promise.all(['first', 'second', 'third'].map(async (name) => await note(name)));
		await settle();
		expect(log).toEqual(['first']);
		yields.shift()!();
		await settle();
		expect(log).toEqual(['first', 'second']);
		yields.shift()!();
		await settle();
		expect(log).toEqual(['first', 'second', 'third']);
	});

	it('hands on what a step throws, and goes on with the next', async () => {
		const { queue, yields, settle } = openQueue();
		const broken = queue.take(() => {
			throw new Error('not a picture');
		});
		const next = queue.take(() => 'a picture');
		await expect(broken).rejects.toThrow('not a picture');
		await settle();
		yields.shift()!();
		await expect(next).resolves.toBe('a picture');
	});
});
