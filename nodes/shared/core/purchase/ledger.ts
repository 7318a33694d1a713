/**
 * What this node has submitted and not yet handed on, kept in n8n's execution context: a retry of the node or of the
 * execution finds its tasks here and does not pay again. Entries are kept by a fingerprint of what was asked; among
 * equal requests the place is the order in which they were submitted.
 */
/** A request that was sent or is about to be: plain JSON, for n8n stores it. */
export interface LedgerEntry {
	fingerprint: string;
	/** What was asked and where its picture came from, where that is known without the picture. */
	source?: string;
	idempotencyKey: string;
	submittedMs: number;
	/** `sending` until the answer is there: found after a retry it is as uncertain as `uncertain`. */
	state: 'sending' | 'accepted' | 'uncertain';
	taskId?: string;
	/** The round of the node that used it last. */
	round: number;
	/** The service accepted it, and said later that it does not know it. */
	isUnknown?: true;
	/** It is in the output of that round, which n8n may still drop for a try again. */
	isHandedOn?: true;
	/** Its number among the notes of equal requests that outlive the execution. */
	note?: number;
	/** Nobody waits for its model: its output is the task alone. */
	isOnlyStarted?: true;
	/**
	 * A request for it that was never confirmed is followed by another: it was this execution's, or another's. A refusal of the
	 * second says nothing of the first.
	 */
	inDoubt?: 'own' | 'foreign';
	/** Its row in the memory of paid models. */
	memoryRow?: { tableId: string; rowId: number };
}

/** The plain data that n8n stores with the execution. */
export interface LedgerState {
	entries?: LedgerEntry[];
	/** Tasks of tries before that ended without a model. */
	lostTaskIds?: string[];
	/** Unconfirmed submits that were sent again, as the user wished. */
	resubmits?: number;
	/** Generations that were started in a round of the node, its tries taken together. */
	started?: { round: number; count: number };
}

/** What was or may have been paid for without a model in an output. */
export interface Unsettled {
	taskIds: string[];
	/** Submits that were never confirmed. */
	uncertain: number;
}

/** One per run, over the state of the execution; nothing is removed until an output holds its task for certain. */
export class Ledger {
	/** What earlier runs left behind, to be claimed once each. */
	private readonly left: LedgerEntry[];

	/**
	 * `state` is changed in place; `newKey` makes an unguessable idempotency key. `round` tells a try again, which has
	 * the number of the try before, from the next iteration of a loop.
	 */
	constructor(
		private readonly state: LedgerState,
		private readonly newKey: () => string,
		private readonly round = 0,
	) {
		this.state.entries = (this.state.entries ?? []).filter(
			(entry) => !entry.isHandedOn || entry.round === round,
		);
		this.left = [...this.state.entries];
	}

	/** The entry that an earlier run left for the same request, or undefined. Each is given out once. */
	claim(fingerprint: string): LedgerEntry | undefined {
		return this.take((entry) => entry.fingerprint === fingerprint);
	}

	/** The entry that an earlier run left for a request of the same source, whose picture cannot be read any more. */
	claimBySource(source: string): LedgerEntry | undefined {
		return this.take((entry) => entry.source === source);
	}

	/** Whether `claimBySource` would find one. */
	hasLeftOf(source: string): boolean {
		return this.left.some((entry) => entry.source === source);
	}

	private take(fits: (entry: LedgerEntry) => boolean): LedgerEntry | undefined {
		const index = this.left.findIndex(fits);
		if (index < 0) return undefined;
		const [entry] = this.left.splice(index, 1);
		entry.round = this.round;
		return entry;
	}

	/** Whether the row of this Data Table stands for one of the entries. */
	hasMemoryRow(tableId: string, rowId: number): boolean {
		return this.state.entries!.some(
			({ memoryRow }) => memoryRow?.rowId === rowId && memoryRow.tableId === tableId,
		);
	}

	/** Whether an earlier run has left anything that is not claimed yet. */
	get hasLeft(): boolean {
		return this.left.length > 0;
	}

	/** Notes a submit before it leaves. */
	open(fingerprint: string, nowMs: number, source?: string): LedgerEntry {
		const entry: LedgerEntry = {
			fingerprint,
			...(source === undefined ? {} : { source }),
			idempotencyKey: this.newKey(),
			submittedMs: nowMs,
			state: 'sending',
			round: this.round,
		};
		this.state.entries!.push(entry);
		return entry;
	}

	/** Takes in a task that was paid for in another execution: a retry finds it here as if it was submitted in this one. */
	adopt(entry: LedgerEntry): LedgerEntry {
		const adopted = { ...entry, round: this.round };
		this.state.entries!.push(adopted);
		return adopted;
	}

	/** Learns from `known` the tasks of submits whose answer came after n8n had saved this state. */
	learn(known: (entry: LedgerEntry) => LedgerEntry | undefined): void {
		for (const entry of this.state.entries!) {
			const { taskId, submittedMs } = (entry.taskId === undefined && known(entry)) || {};
			if (taskId !== undefined) Object.assign(entry, { state: 'accepted', taskId, submittedMs });
		}
	}

	/** Strikes an entry out: refused, failed, or handed on. */
	close(entry: LedgerEntry): void {
		const entries = this.state.entries!;
		const index = entries.indexOf(entry);
		if (index >= 0) entries.splice(index, 1);
	}

	/** Strikes out a task that ended without a model. */
	closeLost(entry: LedgerEntry): void {
		this.close(entry);
		if (entry.taskId !== undefined) (this.state.lostTaskIds ??= []).push(entry.taskId);
	}

	/** Notes that an unconfirmed submit is sent again. */
	resend(entry: LedgerEntry): void {
		entry.state = 'sending';
		entry.inDoubt = 'own';
		this.state.resubmits = (this.state.resubmits ?? 0) + 1;
	}

	/** Notes that what was sent again was refused: the request before it is as uncertain as it was. */
	leaveInDoubt(entry: LedgerEntry): void {
		entry.state = 'uncertain';
		// It stands for itself again.
		if (entry.inDoubt === 'own') this.state.resubmits = Math.max(0, (this.state.resubmits ?? 0) - 1);
	}

	/** Generations that this round has started, in this try and those before it. */
	get started(): number {
		return this.state.started?.round === this.round ? this.state.started.count : 0;
	}

	/** Counts so many more, or fewer where one was not started after all. */
	countStart(more: number): void {
		this.state.started = { round: this.round, count: this.started + more };
	}

	/** Keeps an entry that is in the output for a try again of this round, and for no other. */
	keepForTryAgain(entry: LedgerEntry): void {
		entry.isHandedOn = true;
	}

	/** What this round and its tries before have paid for and not handed on for good. */
	unsettled(): Unsettled {
		const entries = this.state.entries!.filter(({ round }) => round === this.round);
		const taskIds = entries.flatMap(({ taskId }) => taskId ?? []);
		return {
			taskIds: [...(this.state.lostTaskIds ?? []), ...taskIds],
			uncertain: entries.filter(({ state }) => state !== 'accepted').length + (this.state.resubmits ?? 0),
		};
	}

	/** The output is safe, and with it everything has been told. */
	settle(): void {
		delete this.state.lostTaskIds;
		delete this.state.resubmits;
	}
}
