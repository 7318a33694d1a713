import { FairQueue, type QueueWait } from '../../../nodes/shared/core/concurrency/fairQueue';
import { VirtualClock } from '../../../harness/simulation/virtualClock';

const WAIT: QueueWait = { maxWaitMs: 60_000 };

/** A queue in which every work takes a second, and what ran in it, in order. */
function openQueue() {
	const clock = new VirtualClock(0);
	const queue = new FairQueue(clock);
	const log: string[] = [];
	const run = async (owner: object, name: string, wait: Partial<QueueWait> = {}, ms = 1000) =>
		await queue.run(
			owner,
			async () => {
				log.push(name);
				await clock.sleep(ms);
				return name;
			},
			{ ...WAIT, ...wait },
		);
	return { clock, queue, log, run };
}

describe('FairQueue', () => {
	it('runs one work at a time, an owner’s in the order of asking', async () => {
		const { clock, log, run } = openQueue();
		const owner = {};
		const all = Promise.all(['a', 'b', 'c'].map(async (name) => await run(owner, name)));
		expect(await clock.run(all)).toEqual(['a', 'b', 'c'].map((value) => ({ ok: true, value })));
		expect(log).toEqual(['a', 'b', 'c']);
		expect(clock.now()).toBe(3000);
	});

	it('lets another owner wait for the running work alone, however many wait before it', async () => {
		const { clock, log, run } = openQueue();
		const [batch, single] = [{}, {}];
		const all = Array.from({ length: 50 }, async (_, index) => await run(batch, `batch ${index}`));
		await clock.run(run(single, 'single'));
		expect(clock.now()).toBe(2000);
		await clock.run(Promise.all(all));
		expect(log.slice(0, 3)).toEqual(['batch 0', 'single', 'batch 1']);
	});

	it('goes around among many owners', async () => {
		const { clock, log, run } = openQueue();
		const [a, b, c] = [{}, {}, {}];
		const works = [
			[a, 'a1'],
			[a, 'a2'],
			[a, 'a3'],
			[b, 'b1'],
			[b, 'b2'],
			[c, 'c1'],
		] as const;
		await clock.run(Promise.all(works.map(async ([owner, name]) => await run(owner, name))));
		expect(log).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
	});

	it('ends a wait that lasts too long, and forgets it', async () => {
		const { clock, log, run } = openQueue();
		const long = run({}, 'long', {}, 90_000);
		const impatient = run({}, 'impatient', { maxWaitMs: 5_000 });
		expect(await clock.run(impatient)).toEqual({ ok: false, cause: 'waitedTooLong' });
		expect(clock.now()).toBe(5_000);
		await clock.run(long);
		expect(await clock.run(run({}, 'next'))).toMatchObject({ ok: true });
		expect(log).toEqual(['long', 'next']);
	});

	it('ends a wait that is called off, and begins nothing for a signal that has been', async () => {
		const { clock, log, run } = openQueue();
		const stop = new AbortController();
		const long = run({}, 'long', {}, 90_000);
		const waiting = run({}, 'waiting', { signal: stop.signal });
		clock.after(3_000, () => stop.abort());
		expect(await clock.run(waiting)).toEqual({ ok: false, cause: 'aborted' });
		expect(clock.now()).toBe(3_000);
		await clock.run(long);
		expect(await run({}, 'late', { signal: stop.signal })).toEqual({ ok: false, cause: 'aborted' });
		expect(log).toEqual(['long']);
		expect(clock.pending).toBe(0);
	});

	it('hands on what a work throws, and goes on with the next', async () => {
		const { clock, queue, run } = openQueue();
		const broken = queue.run({}, async () => await Promise.reject(new Error('not stored')), WAIT);
		const next = run({}, 'next');
		await expect(clock.run(broken)).rejects.toThrow('not stored');
		expect(await clock.run(next)).toMatchObject({ ok: true });
	});
});
