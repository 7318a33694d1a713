/** What a run has done so far, for the person who watches it: counts in, a sentence out. */

/** The gap between two messages while a run is watched, so that the editor is not flooded. */
const MESSAGE_GAP_MS = 2_000;

export class RunReport {
	private readonly progress = new Map<number, number>();
	private delivered = 0;
	private failed = 0;
	private skipped = 0;
	private statusChecks = 0;
	private retries = 0;
	private remark = '';
	private lastMessageMs = Number.NEGATIVE_INFINITY;

	/** `total`: items of the run. `startedMs`: the clock's time. */
	constructor(
		private readonly total: number,
		private readonly startedMs: number,
	) {}

	/** A request was sent again because the first try failed. */
	countRetry(): void {
		this.retries++;
	}

	countStatusCheck(): void {
		this.statusChecks++;
	}

	/** A task of item `index` was seen at `percent`. */
	see(index: number, percent: number): void {
		this.progress.set(index, percent);
	}

	end(index: number, how: 'delivered' | 'failed' | 'skipped'): void {
		this.progress.delete(index);
		this[how]++;
	}

	/** What is to be said after the sum; with a space before it. */
	add(remark: string): void {
		this.remark = remark;
	}

	/** Where the run stands, at most once every two seconds; undefined in between. */
	nextMessage(nowMs: number): string | undefined {
		if (nowMs - this.lastMessageMs < MESSAGE_GAP_MS) return undefined;
		this.lastMessageMs = nowMs;
		const running = [...this.progress.values()];
		const average = running.reduce((sum, percent) => sum + percent, 0) / (running.length || 1);
		const underWay = running.length === 0 ? '' : `, ${running.length} under way (${Math.round(average)} %)`;
		return `Image3D: ${this.delivered} of ${this.total} done${underWay}`;
	}

	/** The whole run in one sentence. */
	sumUp(nowMs: number): string {
		const parts = [
			counted(this.delivered, 'generation done', 'generations done'),
			...(this.failed > 0 ? [`${this.failed} failed`] : []),
			...(this.skipped > 0 ? [`${this.skipped} skipped`] : []),
		];
		const work = [
			counted(this.statusChecks, 'status check', 'status checks'),
			counted(this.retries, 'retry', 'retries'),
		];
		const seconds = counted(Math.round((nowMs - this.startedMs) / 1000), 'second', 'seconds');
		return `Image3D: ${parts.join(', ')} in ${seconds} (${work.join(', ')}).${this.remark}`;
	}
}

function counted(count: number, one: string, many: string): string {
	return `${count} ${count === 1 ? one : many}`;
}
