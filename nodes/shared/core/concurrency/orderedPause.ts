/** Pauses of many that keep their order: who asked later is not through sooner, though that pause is shorter. */

/** One for all that shall keep their order; never rejects unless a pause does. */
export class OrderedPause {
	private last: Promise<void> = Promise.resolve();

	/** `pause` may end at once or let others run first. */
	constructor(private readonly pause: () => Promise<void>) {}

	/** Resolves after a pause, and after all that were asked for before. */
	async take(): Promise<void> {
		this.last = this.last.then(this.pause);
		await this.last;
	}
}
