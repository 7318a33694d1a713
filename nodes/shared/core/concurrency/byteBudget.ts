/**
 * Bounds what is in memory at once: whoever needs bytes waits for its share, in the order of asking. Fails only as the work
 * does.
 */

/** Tells that the work needs so many bytes and not what it asked for. */
export type Resize = (bytes: number) => void;

/** One per run; bytes are counted, not allocated. */
export class ByteBudget {
	private used = 0;
	private readonly waiting: Array<{ bytes: number; admit: () => void }> = [];

	constructor(private readonly limitBytes: number) {}

	/** Runs `work` with a share of `bytes`. What needs more than there is waits until it is alone. */
	async hold<T>(bytes: number, work: (resize: Resize) => Promise<T>): Promise<T> {
		await this.take(bytes);
		let share = bytes;
		const resize = (next: number) => {
			this.used += next - share;
			share = next;
			this.admitWaiting();
		};
		try {
			return await work(resize);
		} finally {
			resize(0);
		}
	}

	private async take(bytes: number): Promise<void> {
		if (this.waiting.length === 0 && this.fits(bytes)) {
			this.used += bytes;
			return;
		}
		await new Promise<void>((admit) => this.waiting.push({ bytes, admit }));
	}

	private fits(bytes: number): boolean {
		return this.used <= 0 || this.used + bytes <= this.limitBytes;
	}

	private admitWaiting(): void {
		while (this.waiting.length > 0 && this.fits(this.waiting[0].bytes)) {
			const { bytes, admit } = this.waiting.shift()!;
			this.used += bytes;
			admit();
		}
	}
}
