/** The real clock: n8n's sleep, which n8n lets a community node use where timers are not allowed. */
import { sleep } from 'n8n-workflow';
import type { Clock } from '../core/clock';

export const realClock: Clock = {
	now: () => Date.now(),
	random: () => Math.random(),
	sleep: async (ms, signal) => {
		if (signal?.aborted) return;
		if (signal === undefined) return await sleep(ms);
		// n8n before 2.x takes no signal: the race ends the wait there, and the timer runs out by itself.
		const stop = new AbortController();
		const aborted = new Promise<void>((resolve) => {
			signal.addEventListener('abort', () => resolve(), { once: true, signal: stop.signal });
		});
		await Promise.race([sleep(ms, signal).catch(() => undefined), aborted]);
		stop.abort();
	},
};
