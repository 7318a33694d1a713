/** The pace that all status calls of one run share: no two start closer together than the gap. */
import type { Clock } from './clock';

/** One per run; the gap is in milliseconds. */
export class Throttle {
	private nextFreeMs = 0;

	constructor(
		private readonly clock: Clock,
		private readonly gapMs: number,
	) {}

	/** Resolves when it is the caller's turn, in the order of asking. */
	async turn(signal?: AbortSignal): Promise<void> {
		const nowMs = this.clock.now();
		const atMs = Math.max(nowMs, this.nextFreeMs);
		this.nextFreeMs = atMs + this.gapMs;
		if (atMs > nowMs) await this.clock.sleep(atMs - nowMs, signal);
	}
}
