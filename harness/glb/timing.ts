/** The clock and the pause of a real process, as the adapters of the pack hand them in. */
import { setImmediate } from 'node:timers/promises';
import { TimeSlicer, type Timing, type WorkLimits } from '../../glb/timeSlicer';

export const timing: Timing & WorkLimits = {
	now: () => performance.now(),
	yieldToEventLoop: () => setImmediate(),
	// A machine that runs other tests, too, may need longer for a picture than n8n would wait for it.
	maxWorkMs: 300_000,
};

export function newSlicer(): TimeSlicer {
	return new TimeSlicer(timing);
}

/**
 * Runs `work` and tells the longest time in which nothing else could run, ms, from one turn of the loop to the next: as the
 * clock has it or as the processor has it, whichever is less, since others use the machine, too.
 */
export async function longestStretch<T>(work: () => Promise<T>): Promise<{ result: T; longestMs: number }> {
	let longestMs = 0;
	let last = performance.now();
	let lastUsedMs = usedMs();
	let running = true;
	const watch = (async () => {
		while (running) {
			await setImmediate();
			const now = performance.now();
			const used = usedMs();
			longestMs = Math.max(longestMs, Math.min(now - last, used - lastUsedMs));
			[last, lastUsedMs] = [now, used];
		}
	})();
	const result = await work();
	running = false;
	await watch;
	return { result, longestMs };
}

/**
 * A clock that tells how long this process has worked, ms: as the time goes by or as the processor counts it, whichever is
 * less, since others use the machine, too.
 */
export function workClock(): () => number {
	let workedMs = 0;
	let last = performance.now();
	let lastUsedMs = usedMs();
	return () => {
		const now = performance.now();
		const used = usedMs();
		workedMs += Math.min(now - last, used - lastUsedMs);
		[last, lastUsedMs] = [now, used];
		return workedMs;
	};
}

/** Processor time of this process, all of its threads together. */
function usedMs(): number {
	const { user, system } = process.cpuUsage();
	return (user + system) / 1000;
}
