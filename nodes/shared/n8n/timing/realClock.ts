/**
 * The real clock: n8n's sleep, which n8n lets a community node use where timers are not allowed. A wait ends early with its
 * signal.
 */
import { sleep } from 'n8n-workflow';
import type { Clock } from '../../core/concurrency/clock';

export const realClock: Clock = {
	now: () => Date.now(),
	random: () => Math.random(),
	sleep: async (ms, signal) => {
		if (signal?.aborted) return;
		if (signal === undefined) return await sleep(ms);
		// A signal of its own for every sleep: many sleepers on one signal make Node.js warn of a leak.
		const stop = new AbortController();
		const own = AbortSignal.any([signal, stop.signal]);
		// n8n before 2.x takes no signal: the race ends the wait there, and the timer runs out by itself.
		const aborted = new Promise<void>((resolve) =>
			own.addEventListener('abort', () => resolve(), { once: true }),
		);
		await Promise.race([sleep(ms, own).catch(() => undefined), aborted]);
		stop.abort();
	},
};
