/** Keeps many short steps from adding up: one is taken at a time, and whatever else is due runs between two of them. */

/** One for all steps that share a process; a step that throws does not end the queue. */
export class SerialQueue {
	private last: Promise<unknown> = Promise.resolve();

	/** `yieldToEventLoop` lets everything else that is due run. */
	constructor(private readonly yieldToEventLoop: () => Promise<void>) {}

	/** Runs `step` once those that were asked for before are done, and hands on what it returns or throws. */
	async take<T>(step: () => T): Promise<T> {
		const taken = this.last.then(step);
		this.last = taken.then(this.yieldToEventLoop, this.yieldToEventLoop);
		return await taken;
	}
}
