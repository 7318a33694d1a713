/**
 * Models that are made again although one is known: the new purchase and the row of the old model in; the old row is given up
 * once the new model is safe, and taken back where that comes to nothing. What cannot be written is warned of.
 */
import type { Failure } from '../../failure';
import type { LedgerEntry } from '../ledger';
import type { MemoryRow } from './memoryRow';
import type { RowWriter } from './rowWriter';

/** One per run. */
export class ReplacedRows {
	/** Rows whose model a new one is made in place of. */
	private readonly replaced = new Map<LedgerEntry, MemoryRow>();
	/** Rows that a new model has taken the place of. */
	private readonly givenUp = new Map<LedgerEntry, MemoryRow>();

	constructor(
		private readonly writer: Pick<RowWriter, 'exchange'>,
		private readonly warn: (what: string, failure: Failure) => void,
	) {}

	/** Notes that the purchase is made in place of this row's model. */
	set(entry: LedgerEntry, old: MemoryRow): void {
		this.replaced.set(entry, old);
	}

	/** The purchase takes the place of nothing after all. */
	delete(entry: LedgerEntry): void {
		this.replaced.delete(entry);
	}

	/** The purchases whose old rows are not given up yet. */
	get entries(): LedgerEntry[] {
		return [...this.replaced.keys()];
	}

	/** The model that an entry was paid for in place of is not wanted any more. */
	async giveUp(entry: LedgerEntry): Promise<void> {
		const old = this.replaced.get(entry);
		if (!this.replaced.delete(entry) || old === undefined) return;
		const given = await this.writer.exchange(old, { state: 'failed' });
		if (given.ok) this.givenUp.set(entry, old);
		else this.warn(`row ${old.id} could not be set to "failed"`, given.failure);
	}

	/** The new model came to nothing: the old one, which is paid for, is known again, where nobody has used its row meanwhile. */
	async takeBack(entry: LedgerEntry): Promise<void> {
		const old = this.givenUp.get(entry);
		if (!this.givenUp.delete(entry) || old === undefined) return;
		const taken = await this.writer.exchange({ ...old, stateCell: 'failed' }, { state: old.state });
		if (!taken.ok) this.warn(`row ${old.id} could not be set to "${old.state}"`, taken.failure);
	}
}
