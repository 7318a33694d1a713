/**
 * What keeps a *Retry* from paying again for what another execution has paid for: one that was retried before, or one
 * that died and took its data along. Every run notes its purchases, in this process and in n8n's database; only a run that
 * is a retry looks. Out comes the task where this process knows it, a Failure where it was or may have been paid for, and
 * nothing otherwise. Where notes cannot be kept or read the purchase goes on as without them.
 */
import { type Outcome, fail, succeed } from '../../failure';
import type { Ledger, LedgerEntry } from '../ledger';
import type { AboutPurchase, FoundTask, PurchaseEnd, PurchaseRecord, WantedTask } from '../purchaseRecords';
import type { NotedOrdinals } from './notedOrdinals';
import { paidEarlier } from './paidEarlier';
import type { Remembered, RememberedPurchases } from './rememberedPurchases';
import type { RunNotes } from './runNotes';

/** Which run it is. */
export interface GuardedRun {
	/** Workflow and node. */
	node: string;
	/** What an execution and all its retries have in common; undefined where n8n does not tell. */
	lineage: string | undefined;
	executionId: string;
	isRetry: boolean;
}

/** Where the guard looks and what it writes to. */
export interface GuardParts {
	ledger: Ledger;
	ordinals: NotedOrdinals;
	remembered: RememberedPurchases;
	notes: RunNotes;
}

/** Numbers tried for a request whose notes are taken by other executions, before it goes on without one of its own. */
const MAX_TAKEN = 20;

/** One per run; told of every step of a purchase, and asked before one where the run is a retry. */
export class RetryGuard implements PurchaseRecord {
	/** Requests that this process knows as never confirmed, and that are sent again. */
	private readonly sentAgain = new Set<string>();
	/** Purchases whose tasks the memory of paid models has found: how many of each request. */
	private readonly found = new Map<string, number>();

	constructor(
		private readonly run: GuardedRun,
		private readonly parts: GuardParts,
	) {
		// The answer to a submit may have come after n8n had saved the execution that is retried.
		parts.ledger.learn(({ idempotencyKey }) => parts.remembered.get(idempotencyKey)?.entry);
	}

	/** What this process knows to be paid for. */
	async find({ fingerprint, submitsAgain }: WantedTask): Promise<Outcome<FoundTask | undefined>> {
		if (!this.run.isRetry) return succeed(undefined);
		const { remembered, ordinals, ledger } = this.parts;
		const known = remembered.find((other) => this.isForeign(other, fingerprint));
		if (known === undefined) return succeed(undefined);
		const { entry, executionId } = known;
		ordinals.add(fingerprint, entry.note!);
		if (entry.taskId !== undefined) {
			const adopted = ledger.adopt({ ...entry, state: 'accepted', isHandedOn: undefined });
			this.keep(adopted);
			return succeed({ entry: adopted });
		}
		if (submitsAgain) {
			this.sentAgain.add(fingerprint);
			return succeed(undefined);
		}
		ledger.adopt({ ...entry, state: 'uncertain' });
		return fail(paidEarlier(executionId));
	}

	/**
	 * Whether an earlier try of this execution has paid for such a request, and was lost with its output: what was handed on by it
	 * is as good as never handed on. Each note is found once.
	 */
	async hasPaidBefore(fingerprint: string): Promise<boolean> {
		const { isRetry, lineage } = this.run;
		if (!isRetry || lineage === undefined) return false;
		const { ordinals, notes } = this.parts;
		const note = this.nextOrdinal(fingerprint, 1);
		// No equal item takes the number meanwhile.
		ordinals.add(fingerprint, note);
		const wasThere = await notes.probe({ fingerprint, note });
		if (wasThere) this.takeExplanation({ fingerprint });
		else ordinals.remove(fingerprint, note);
		return wasThere;
	}

	/** Notes the purchase. Fails where a retry meets a note that is not its own. */
	async opening(entry: LedgerEntry, about: AboutPurchase): Promise<Outcome<undefined>> {
		const isOwn = entry.note !== undefined;
		if (this.sentAgain.delete(entry.fingerprint)) entry.inDoubt ??= 'foreign';
		let first = 1;
		for (let tried = 1; ; tried++) {
			entry.note ??= this.nextOrdinal(entry.fingerprint, first);
			this.parts.ordinals.add(entry.fingerprint, entry.note);
			this.keep(entry);
			const wasThere = await this.parts.notes.write(entry);
			if (!wasThere || isOwn) return succeed(undefined);
			if (this.run.isRetry && !this.takeExplanation(entry)) {
				if (!about.submitsAgain) return this.stop(entry);
				entry.inDoubt ??= 'foreign';
				return succeed(undefined);
			}
			if (!this.run.isRetry && (this.run.lineage !== undefined || tried > MAX_TAKEN))
				return succeed(undefined);
			// Another execution's, which may still need it; a retry has seen what became of it.
			if (!this.run.isRetry) this.parts.ordinals.remove(entry.fingerprint, entry.note);
			this.parts.notes.leave(entry);
			first = entry.note + 1;
			entry.note = undefined;
		}
	}

	explained({ fingerprint }: LedgerEntry): void {
		this.found.set(fingerprint, (this.found.get(fingerprint) ?? 0) + 1);
	}

	async accepted(): Promise<void> {
		// From now on it is paid for: a note that another process has overwritten is written again.
		await this.parts.notes.confirm();
	}

	async ended(entry: LedgerEntry, how: PurchaseEnd): Promise<void> {
		if (how === 'refused' || how === 'failed') await this.forget([entry]);
	}

	/** Where no other execution is mistaken for it the note stays: a crash in a later step would lose the output. */
	async delivered(entries: readonly LedgerEntry[]): Promise<void> {
		if (this.run.lineage === undefined) await this.forget(entries);
	}

	/** The run is over, however it ended. */
	close(): void {
		this.parts.remembered.release(this);
		this.parts.notes.close();
	}

	/** Whether a note that was there is of a purchase whose task was found. */
	private takeExplanation({ fingerprint }: Pick<LedgerEntry, 'fingerprint'>): boolean {
		const left = this.found.get(fingerprint) ?? 0;
		if (left > 0) this.found.set(fingerprint, left - 1);
		return left > 0;
	}

	private isForeign({ node, lineage, entry, owner }: Remembered, fingerprint: string): boolean {
		if (node !== this.run.node || lineage !== this.run.lineage) return false;
		if (entry.fingerprint !== fingerprint || this.parts.ordinals.has(fingerprint, entry.note!)) return false;
		// Without a lineage what a living execution has in hand is taken for that execution's own.
		return lineage !== undefined || owner === undefined;
	}

	private nextOrdinal(fingerprint: string, first: number): number {
		const { ordinals, remembered } = this.parts;
		const isTaken = (ordinal: number) =>
			ordinals.has(fingerprint, ordinal) ||
			(this.run.lineage === undefined &&
				remembered.find((other) => other.entry.note === ordinal && this.isOfNode(other, fingerprint)) !==
					undefined);
		let ordinal = first;
		while (isTaken(ordinal)) ordinal++;
		return ordinal;
	}

	private isOfNode({ node, entry }: Remembered, fingerprint: string): boolean {
		return node === this.run.node && entry.fingerprint === fingerprint;
	}

	private keep(entry: LedgerEntry): void {
		const { node, lineage, executionId } = this.run;
		this.parts.remembered.keep({ node, lineage, executionId, entry, owner: this });
	}

	private async forget(entries: readonly LedgerEntry[]): Promise<void> {
		const noted = entries.filter(({ note }) => note !== undefined);
		for (const entry of noted) {
			this.parts.remembered.forget(entry);
			this.parts.ordinals.remove(entry.fingerprint, entry.note!);
		}
		await this.parts.notes.forget(noted);
	}

	/** It is as uncertain from here on as a submit of this execution that was never confirmed. */
	private stop(entry: LedgerEntry): Outcome<undefined> {
		this.parts.remembered.forget(entry);
		this.parts.ledger.adopt({ ...entry, state: 'uncertain' });
		return fail(paidEarlier());
	}
}
