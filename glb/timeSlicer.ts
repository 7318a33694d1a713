/**
 * Keeps long work polite and bounded: it runs in batches, other work gets its turn between them, and it ends where the
 * user cancels or where it has gone on for longer than it may. Fails with `WorkStopped`, and with nothing else.
 */

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

/** How long work may go on. */
export interface WorkLimits {
	/**
	 * Milliseconds of work, not counting what others do in the pauses.
	 *
	 * @default Infinity
	 */
	maxWorkMs?: number;
	/** Ends the work at its next pause: the user's cancelling, or the end of a poll's time. */
	signal?: { readonly aborted: boolean };
}

/** What is said of work that the user called off. */
export const CALLED_OFF = 'This was canceled before it was finished.';

/** Why work ended before it was done. */
export class WorkStopped extends Error {
	constructor(readonly cause: 'aborted' | 'outOfTime') {
		super(cause === 'aborted' ? 'The work was called off.' : 'The work took longer than it may.');
	}
}

/** One per piece of work: `inBatches` and `inSteps` run it, and throw `WorkStopped` when its time is over. */
export class TimeSlicer {
	private stretchStart: number;
	/** Work of the stretches before the present one, ms. */
	private workedMs = 0;
	private readonly maxWorkMs: number;

	constructor(
		private readonly timing: Timing,
		private readonly limits: WorkLimits = {},
	) {
		this.maxWorkMs = limits.maxWorkMs ?? Infinity;
		this.stretchStart = timing.now();
	}

	/**
	 * Pauses where the present stretch of work has been long enough.
	 *
	 * @throws WorkStopped where the work is called off or has gone on for too long
	 */
	async pause(): Promise<void> {
		const stretchMs = this.timing.now() - this.stretchStart;
		if (this.limits.signal?.aborted) throw new WorkStopped('aborted');
		if (this.workedMs + stretchMs > this.maxWorkMs) throw new WorkStopped('outOfTime');
		if (stretchMs < STRETCH_MS) return;
		this.workedMs += stretchMs;
		await this.timing.yieldToEventLoop();
		this.stretchStart = this.timing.now();
		if (this.limits.signal?.aborted) throw new WorkStopped('aborted');
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
