/**
 * Who else keeps account of a purchase, besides the ledger of the execution: asked before anything is paid for, and told of
 * each step in its order. In go the steps of `buyTask` and the end of a run; out comes a task that was paid for before,
 * or what forbids to pay. Nothing but `find` and `opening` can stop a purchase: what was paid for is never failed by an account.
 */
import type { Mode } from '../api/endpoints';
import { type Outcome, fail, succeed } from '../failure';
import { oneLine } from '../report/oneLine';
import { LONGEST_QUOTED_TEXT } from '../report/redact';
import type { LedgerEntry } from './ledger';

/** What is looked for. */
export interface WantedTask {
	fingerprint: string;
	/** An unconfirmed submit is sent again. */
	submitsAgain: boolean;
	/** A new model is wanted although one may be known. */
	makesAgain?: boolean;
}

/** A task that was paid for before, as the record knows it. */
export interface FoundTask {
	/** With its task's id. In the ledger only where the record has put it there (`Ledger.adopt`). */
	entry: LedgerEntry;
	/** It was not paid for by this run: its item says so. */
	isReused?: true;
	/** Its model was handed on before. */
	wasDelivered?: true;
	/** When it was paid for, by the clock of whoever did, in milliseconds; undefined where nobody knows. */
	paidMs?: number;
}

/** What a record may write down about a purchase, for whoever reads it. */
export interface AboutPurchase {
	mode: Mode;
	quality: string;
	/** The prompt or the name of the picture's file; undefined where there is neither. */
	label?: string;
	/** A new model is wanted although one may be known. */
	makesAgain?: boolean;
	/** What may have been paid for already is paid for again. */
	submitsAgain?: boolean;
}

/**
 * How a purchase ended without a model: refused for certain, failed as a task, never confirmed, or refused while an earlier
 * request for it was never confirmed, which is left in doubt.
 */
export type PurchaseEnd = 'refused' | 'failed' | 'uncertain' | 'leftInDoubt';

/** One account of purchases: asked before money is spent, and told what became of it. */
export interface PurchaseRecord {
	/** Before anything is paid for, where the ledger knows nothing. A Failure means: neither found nor to be paid for. */
	find?(wanted: WantedTask): Promise<Outcome<FoundTask | undefined>>;
	/**
	 * Before the request leaves: the last moment to find its task, paid for by somebody else meanwhile. A Failure means:
	 * nothing is submitted. An entry that was never confirmed and is sent again is opened again.
	 */
	opening(entry: LedgerEntry, about: AboutPurchase): Promise<Outcome<FoundTask | undefined>>;
	/** Another record has found the task of a request, be it a task that will turn out to have failed. */
	explained?(entry: LedgerEntry): void;
	/** Accepted, with its id: awaited before anything else is done. */
	accepted(entry: LedgerEntry): Promise<void>;
	/** Ended without a model. */
	ended(entry: LedgerEntry, how: PurchaseEnd): Promise<void>;
	/** The output is safe. */
	delivered(entries: readonly LedgerEntry[]): Promise<void>;
	/** It was not after all: the execution was canceled while that was told. */
	undelivered?(entries: readonly LedgerEntry[]): Promise<void>;
}

type Log = { warn(text: string): void };

/**
 * Several records as one, the nearest to the execution first: asked in this order and opened in the reverse, since what others
 * have paid for has to be known before it is noted here. Told all at once, and none can fail what was paid for.
 */
export class PurchaseRecords {
	constructor(
		private readonly records: readonly PurchaseRecord[],
		private readonly log: Log,
	) {}

	/** The first record that knows a task, or forbids to pay, decides. */
	async find(wanted: WantedTask): Promise<Outcome<FoundTask | undefined>> {
		for (const record of this.records) {
			const found = (await record.find?.(wanted)) ?? succeed(undefined);
			if (found.ok && found.value !== undefined) this.explain(found.value, record);
			if (!found.ok || found.value !== undefined) return found;
		}
		return succeed(undefined);
	}

	/** Opens a purchase in all of them, or in none: those that had opened it are told that nothing was paid for. */
	async opening(entry: LedgerEntry, about: AboutPurchase): Promise<Outcome<FoundTask | undefined>> {
		const order = this.records.toReversed();
		for (const [index, record] of order.entries()) {
			const opened = await record.opening(entry, about);
			if (opened.ok && opened.value === undefined) continue;
			const how = entry.inDoubt === undefined ? 'refused' : 'leftInDoubt';
			await this.tell(order.slice(0, index), async (other) => await other.ended(entry, how));
			if (opened.ok) this.explain(opened.value!, record);
			return opened.ok ? opened : fail(opened.failure);
		}
		return succeed(undefined);
	}

	async accepted(entry: LedgerEntry): Promise<void> {
		await this.tell(this.records, async (record) => await record.accepted(entry));
	}

	async ended(entry: LedgerEntry, how: PurchaseEnd): Promise<void> {
		await this.tell(this.records, async (record) => await record.ended(entry, how));
	}

	async delivered(entries: readonly LedgerEntry[]): Promise<void> {
		if (entries.length === 0) return;
		await this.tell(this.records, async (record) => await record.delivered(entries));
	}

	async undelivered(entries: readonly LedgerEntry[]): Promise<void> {
		if (entries.length === 0) return;
		await this.tell(this.records, async (record) => await record.undelivered?.(entries));
	}

	private explain({ entry }: FoundTask, finder: PurchaseRecord): void {
		for (const record of this.records) if (record !== finder) record.explained?.(entry);
	}

	private async tell(
		records: readonly PurchaseRecord[],
		step: (record: PurchaseRecord) => Promise<void>,
	): Promise<void> {
		await Promise.all(records.map(async (record) => await step(record).catch((error) => this.warn(error))));
	}

	private warn(error: unknown): void {
		const said = error instanceof Error ? error.message : 'unknown error';
		this.log.warn(`A record of paid tasks could not be kept: ${oneLine(said, LONGEST_QUOTED_TEXT)}`);
	}
}
