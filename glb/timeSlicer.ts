/** Keeps long work polite: it runs in batches, and other work gets its turn between them. */

/** Work between two looks at the clock aims at this, ms. */
export const BATCH_MS = 2;

/** Work between two pauses aims at this, ms: other executions wait no longer, and 50 ms is the promise. */
export const STRETCH_MS = 24;

/** The clock and the pause that the caller hands in; the picture itself knows neither. */
export interface Timing {
	/** Lets everything else that is due run, then goes on. */
	yieldToEventLoop: () => Promise<void>;
	/** Milliseconds from any fixed point. */
	now: () => number;
}

export class TimeSlicer {
	private stretchStart: number;

	constructor(private readonly timing: Timing) {
		this.stretchStart = timing.now();
	}

	/** Pauses where the present stretch of work has been long enough. */
	async pause(): Promise<void> {
		if (this.timing.now() - this.stretchStart < STRETCH_MS) return;
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
		let from = 0;
		if (count === 0) return;
		await this.inSteps(firstBatch, (batch) => {
			const to = Math.min(count, from + batch);
			work(from, to);
			from = to;
			return from < count;
		});
	}

	/**
	 * Calls `step` with the amount of work that it should do, until it returns that there is no more. The amount follows
	 * how long the last step took.
	 *
	 * @param firstAmount in whatever unit `step` counts; surely done in a few milliseconds
	 */
	async inSteps(firstAmount: number, step: (amount: number) => boolean): Promise<void> {
		let amount = firstAmount;
		for (let isMore = true; isMore; ) {
			const start = this.timing.now();
			isMore = step(amount);
			const elapsed = this.timing.now() - start;
			// Growth is bounded, so that an easy stretch (an empty corner) does not lead to a huge step of hard work.
			const factor = elapsed > 0 ? BATCH_MS / elapsed : 2;
			amount = Math.max(1, Math.round(amount * Math.min(2, Math.max(0.25, factor))));
			await this.pause();
		}
	}
}
