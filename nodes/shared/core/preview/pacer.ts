/** Keeps long work polite: it runs in batches, and other work gets its turn between them. */
import { PREVIEW_LIMITS } from './limits';

/** The clock and the pause that the caller hands in; the picture itself knows neither. */
export interface Timing {
	/** Lets everything else that is due run, then goes on. */
	yieldToEventLoop: () => Promise<void>;
	/** Milliseconds from any fixed point. */
	now: () => number;
}

export class Pacer {
	private stretchStart: number;

	constructor(private readonly timing: Timing) {
		this.stretchStart = timing.now();
	}

	/** Pauses where the present stretch of work has been long enough. */
	async pause(): Promise<void> {
		if (this.timing.now() - this.stretchStart < PREVIEW_LIMITS.stretchMs) return;
		await this.timing.yieldToEventLoop();
		this.stretchStart = this.timing.now();
	}

	/**
	 * Runs `work(from, to)` over 0 … count in batches that are sized by how long the last one took.
	 *
	 * @param firstBatch a number of units that surely takes less than a few milliseconds
	 */
	async inBatches(
		count: number,
		firstBatch: number,
		work: (from: number, to: number) => void,
	): Promise<void> {
		let batch = firstBatch;
		for (let from = 0; from < count; ) {
			const to = Math.min(count, from + batch);
			const start = this.timing.now();
			work(from, to);
			const elapsed = this.timing.now() - start;
			// Growth is bounded, so that an easy stretch (an empty corner) does not lead to a huge batch of hard work.
			const factor = elapsed > 0 ? PREVIEW_LIMITS.batchMs / elapsed : 2;
			batch = Math.max(1, Math.round(batch * Math.min(2, Math.max(0.25, factor))));
			from = to;
			await this.pause();
		}
	}
}
