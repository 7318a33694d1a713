/**
 * What the runs of this process have paid for, for as long as it lives: a retry starts from the data of an older execution
 * and may know nothing of what was paid for since. Bounded: the oldest are forgotten.
 */
import type { LedgerEntry } from '../ledger';

/** Kept in all, of every workflow; some hundred bytes each. */
const MAX_REMEMBERED = 5_000;

/** A purchase, and whose it was. */
export interface Remembered {
	/** Workflow and node. */
	node: string;
	/** What an execution and all its retries have in common, where that is known. */
	lineage: string | undefined;
	executionId: string;
	/** As the run that pays keeps it, which goes on changing it; has its number in `note`. */
	entry: LedgerEntry;
	/** The run that has it in hand; undefined once that is over. */
	owner: object | undefined;
}

/** One per process; the key of a purchase is that of its request. */
export class RememberedPurchases {
	private readonly all = new Map<string, Remembered>();

	/** Remembers a purchase, or what has become of it. */
	keep(purchase: Remembered): void {
		const key = purchase.entry.idempotencyKey;
		this.all.delete(key);
		this.all.set(key, purchase);
		if (this.all.size > MAX_REMEMBERED) this.all.delete(this.all.keys().next().value!);
	}

	/** The purchase with this key. */
	get(idempotencyKey: string): Remembered | undefined {
		return this.all.get(idempotencyKey);
	}

	/** The first that fits: those with a task before those that were never confirmed, the oldest first. */
	find(fits: (purchase: Remembered) => boolean): Remembered | undefined {
		let unconfirmed: Remembered | undefined;
		for (const purchase of this.all.values()) {
			if (!fits(purchase)) continue;
			if (purchase.entry.taskId !== undefined) return purchase;
			unconfirmed ??= purchase;
		}
		return unconfirmed;
	}

	/** Forgets a purchase: nothing was paid for, or its task ended without a model. */
	forget({ idempotencyKey }: LedgerEntry): void {
		this.all.delete(idempotencyKey);
	}

	/** A run is over: what it had in hand may be taken up by another. */
	release(owner: object): void {
		for (const purchase of this.all.values()) if (purchase.owner === owner) purchase.owner = undefined;
	}
}
