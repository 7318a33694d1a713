/** Time, chance and cancelling, handed in by whoever runs the core; and waits that end with a signal or a limit. */

/** Milliseconds everywhere; a test hands in one that jumps. */
export interface Clock {
	/** Milliseconds since the epoch. */
	now(): number;
	/** Resolves after `ms`, or as soon as `signal` aborts; never rejects. */
	sleep(ms: number, signal?: AbortSignal): Promise<void>;
	/** A number from [0, 1). */
	random(): number;
}

/**
 * The promise's value, or 'timedOut' once `ms` have passed. The late promise is left to end by itself, its rejection
 * taken care of: what it was doing has to be stopped by its own means.
 */
export async function withTimeLimit<T>(
	promise: Promise<T>,
	ms: number,
	clock: Clock,
): Promise<T | 'timedOut'> {
	const done = new AbortController();
	promise.catch(() => undefined);
	try {
		return await Promise.race([promise, clock.sleep(ms, done.signal).then(() => 'timedOut' as const)]);
	} finally {
		done.abort();
	}
}

/** A signal that aborts after `ms`, unless it is cleared before. */
export function timeSignal(clock: Clock, ms: number): { signal: AbortSignal; clear(): void } {
	const over = new AbortController();
	const cleared = new AbortController();
	void clock.sleep(ms, cleared.signal).then(() => {
		if (!cleared.signal.aborted) over.abort();
	});
	return { signal: over.signal, clear: () => cleared.abort() };
}
