/**
 * One thing at a time in this process, and whose turn it is goes around: works with their owners in, what they return out.
 * An owner's works keep their order; one with a hundred of them holds up another by the one that is running, no more.
 * Fails, as data, where the wait lasts too long or is called off; a work that has begun is not interrupted here.
 */
import type { Clock } from './clock';

/** How long an owner is ready to wait for its turn. */
export interface QueueWait {
	/** Longest time until the work begins, ms. */
	maxWaitMs: number;
	/** Ends the wait. */
	signal?: AbortSignal;
}

/** What the work returned, or why it was never begun. */
export type Turn<T> = { ok: true; value: T } | { ok: false; cause: 'waitedTooLong' | 'aborted' };

/** A work that waits: `begin` gives it its turn. */
interface Waiting {
	begin(): void;
}

/** One for each kind of work of which a process does one at a time. */
export class FairQueue {
	private isBusy = false;
	/** The number of each owner's last turn. */
	private readonly turns = new WeakMap<object, number>();
	private turn = 0;
	/** What waits, by owner. */
	private readonly waiting = new Map<object, Waiting[]>();

	constructor(private readonly clock: Clock) {}

	/**
	 * Runs `work` when its turn has come.
	 *
	 * @param owner whoever takes turns with others, such as an execution
	 * @throws what `work` throws
	 */
	async run<T>(owner: object, work: () => Promise<T>, wait: QueueWait): Promise<Turn<T>> {
		if (wait.signal?.aborted) return { ok: false, cause: 'aborted' };
		if (this.isBusy && !(await this.waitForTurn(owner, wait))) {
			return { ok: false, cause: wait.signal?.aborted ? 'aborted' : 'waitedTooLong' };
		}
		this.isBusy = true;
		this.turns.set(owner, ++this.turn);
		try {
			return { ok: true, value: await work() };
		} finally {
			this.beginNext();
		}
	}

	/** Whether the turn has come; false where the wait ended before. */
	private async waitForTurn(owner: object, { maxWaitMs, signal }: QueueWait): Promise<boolean> {
		const begun = new AbortController();
		const waiting: Waiting = { begin: () => begun.abort() };
		this.waiting.set(owner, [...(this.waiting.get(owner) ?? []), waiting]);
		const end = signal === undefined ? begun.signal : AbortSignal.any([signal, begun.signal]);
		await this.clock.sleep(maxWaitMs, end);
		if (!begun.signal.aborted) this.leave(owner, waiting);
		return begun.signal.aborted;
	}

	private leave(owner: object, waiting: Waiting): void {
		const left = (this.waiting.get(owner) ?? []).filter((each) => each !== waiting);
		if (left.length > 0) this.waiting.set(owner, left);
		else this.waiting.delete(owner);
	}

	private beginNext(): void {
		let next: [owner: object, works: Waiting[]] | undefined;
		for (const each of this.waiting) {
			if (next === undefined || this.lastTurnOf(each[0]) < this.lastTurnOf(next[0])) next = each;
		}
		this.isBusy = next !== undefined;
		if (next === undefined) return;
		const [owner, [first, ...rest]] = next;
		this.waiting.delete(owner);
		if (rest.length > 0) this.waiting.set(owner, rest);
		first.begin();
	}

	private lastTurnOf(owner: object): number {
		return this.turns.get(owner) ?? 0;
	}
}
