/**
 * How many tasks may be in flight: up to the user's Concurrency, fewer after the service said "too many", growing
 * back one by one while it accepts. Slots are given in the order of asking.
 */

/** One per run; a slot is given back when its work ends, whatever came of it. */
export class AdaptiveLimiter {
	private limit: number;
	private inFlight = 0;
	/** Refused tasks whose time has not come; they go before any that was not sent yet. */
	private waitingTheirTime = 0;
	private acceptedSinceShrink = 0;
	private readonly waiting: Array<() => void> = [];

	constructor(private readonly size: number) {
		this.limit = size;
	}

	private hasRoom(): boolean {
		return this.inFlight + this.waitingTheirTime < this.limit;
	}

	private async acquire(): Promise<void> {
		if (this.hasRoom() && this.waiting.length === 0) {
			this.inFlight++;
			return;
		}
		await new Promise<void>((resolve) => this.waiting.push(resolve));
	}

	private release(): void {
		this.inFlight--;
		this.admit();
	}

	/** Runs `work` in a slot. */
	async hold<T>(work: () => Promise<T>): Promise<T> {
		await this.acquire();
		try {
			return await work();
		} finally {
			this.release();
		}
	}

	private shrink(): void {
		this.limit = Math.max(1, Math.min(this.limit, this.inFlight - 1));
		this.acceptedSinceShrink = 0;
	}

	/** The service accepted a task: after a full window of these one more is tried. */
	grow(): void {
		this.acceptedSinceShrink++;
		if (this.limit >= this.size || this.acceptedSinceShrink < this.limit) return;
		this.limit++;
		this.acceptedSinceShrink = 0;
		this.admit();
	}

	/** Resolves after `wait`, or as soon as a slot of another task comes free: whoever was refused goes next. */
	async yieldSlot(wait: Promise<void>): Promise<void> {
		this.shrink();
		this.inFlight--;
		let isAdmitted = false;
		const admitted = new Promise<void>((resolve) => {
			this.waiting.unshift(() => {
				isAdmitted = true;
				resolve();
			});
		});
		const entry = this.waiting[0];
		await Promise.race([admitted, wait]);
		if (isAdmitted) return;
		this.waiting.splice(this.waiting.indexOf(entry), 1);
		this.inFlight++;
	}

	/**
	 * Resolves after `wait`, the time that the service has named, and no sooner: a slot that comes free meanwhile is kept
	 * for whichever refused task may go first.
	 */
	async yieldSlotFor(wait: Promise<void>): Promise<void> {
		this.shrink();
		this.inFlight--;
		this.waitingTheirTime++;
		await wait;
		this.waitingTheirTime--;
		this.inFlight++;
	}

	private admit(): void {
		while (this.waiting.length > 0 && this.hasRoom()) {
			this.inFlight++;
			this.waiting.shift()!();
		}
	}
}
