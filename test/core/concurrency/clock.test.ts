import { withTimeLimit } from '../../../nodes/shared/core/concurrency/clock';
import { VirtualClock, settleMicrotasks } from '../../../harness/simulation/virtualClock';

describe('withTimeLimit', () => {
	it('gives the value that comes in time, and leaves no timer running', async () => {
		const clock = new VirtualClock(0);
		const work = clock.sleep(10).then(() => 'done');
		expect(await clock.run(withTimeLimit(work, 1_000, clock))).toBe('done');
		expect(clock.now()).toBe(10);
		expect(clock.pending).toBe(0);
	});

	it('gives up exactly at the limit', async () => {
		const clock = new VirtualClock(0);
		expect(await clock.run(withTimeLimit(new Promise(() => {}), 30_000, clock))).toBe('timedOut');
		expect(clock.now()).toBe(30_000);
	});

	it('hands on the rejection that comes in time, and leaves no timer running', async () => {
		const clock = new VirtualClock(0);
		const work = clock.sleep(10).then(() => Promise.reject(new Error('broken')));
		await expect(clock.run(withTimeLimit(work, 1_000, clock))).rejects.toThrow('broken');
		expect(clock.pending).toBe(0);
	});

	it('takes care of a rejection that comes too late', async () => {
		const clock = new VirtualClock(0);
		const unhandled = jest.fn();
		process.on('unhandledRejection', unhandled);
		try {
			const work = clock.sleep(2_000).then(() => Promise.reject(new Error('late')));
			expect(await clock.run(withTimeLimit(work, 1_000, clock))).toBe('timedOut');
			await clock.run(clock.sleep(5_000));
			await settleMicrotasks();
			expect(unhandled).not.toHaveBeenCalled();
		} finally {
			process.off('unhandledRejection', unhandled);
		}
	});
});
