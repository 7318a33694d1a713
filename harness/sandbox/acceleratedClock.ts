/**
 * The node's clock, accelerated: within `inAcceleratedTime` its time passes a given number of times as fast as real
 * time and its waits are as much shorter. Everything else (sockets, the service, n8n) keeps real time.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

import { realClock } from '../../nodes/shared/n8n/timing/realClock';

interface TimeFrame {
	startedMs: number;
	acceleration: number;
	random: () => number;
	/** Time that has passed at once. */
	skippedMs: number;
}

const frames = new AsyncLocalStorage<TimeFrame>();

/** From now on; the returned function puts the real clock back. Outside of `inAcceleratedTime` nothing changes. */
export function installAcceleratedClock(): () => void {
	const real = { ...realClock };
	const factor = () => frames.getStore()?.acceleration ?? 1;
	Object.assign(realClock, {
		now: () => {
			const frame = frames.getStore();
			if (frame === undefined) return real.now();
			return frame.startedMs + frame.skippedMs + (real.now() - frame.startedMs) * frame.acceleration;
		},
		sleep: async (ms: number, signal?: AbortSignal) => await real.sleep(ms / factor(), signal),
		random: () => frames.getStore()?.random() ?? real.random(),
	});
	return () => void Object.assign(realClock, real);
}

/** For a whole test file. */
export function useAcceleratedClock(): void {
	let restore: () => void;
	beforeAll(() => {
		restore = installAcceleratedClock();
	});
	afterAll(() => restore());
}

/** Runs `work` in a time of its own that starts now, with its own chance. */
export async function inAcceleratedTime<T>(
	acceleration: number,
	random: () => number,
	work: () => Promise<T>,
): Promise<T> {
	return await frames.run({ startedMs: Date.now(), acceleration, random, skippedMs: 0 }, work);
}

/** Within `inAcceleratedTime`: so much of its time passes now, with nothing going on. */
export function skipTime(ms: number): void {
	const frame = frames.getStore();
	if (frame === undefined) throw new Error('Real time cannot be skipped');
	frame.skippedMs += ms;
}
