/**
 * Tasks that are paid for, on their way into the table: a purchase in, its row `accepted` or `delivered` out. None is
 * forgotten for the table's sake: what could not be written is tried once more at the end of the run, and told of.
 */
import type { Failure } from '../../failure';
import { oneLine } from '../../report/oneLine';
import type { LedgerEntry } from '../ledger';
import { shortened } from './memoryRow';
import type { MemoryTable } from './memoryTable';
import { type Rows, rowIdOf } from './openRow';

/** One per run: what is paid for and not in the table yet. */
export class PaidRows {
	/** Paid tasks of which the table does not know yet, and why. */
	private readonly unwritten = new Map<LedgerEntry, string>();
	/** Writes that are under way. */
	private readonly writing = new Map<LedgerEntry, Promise<void>>();

	constructor(
		private readonly table: MemoryTable,
		private readonly rows: Rows,
		private readonly log: { warn(text: string): void },
	) {}

	/** Writes the row `accepted` with its task. */
	async write(entry: LedgerEntry): Promise<void> {
		this.unwritten.set(entry, 'the Data Table does not answer');
		const writing = this.writeAs(entry, 'accepted').finally(() => this.writing.delete(entry));
		this.writing.set(entry, writing);
		await writing;
	}

	isUnwritten(entry: LedgerEntry): boolean {
		return this.unwritten.has(entry);
	}

	/** Forgets a task that ended without a model. */
	drop(entry: LedgerEntry): void {
		this.unwritten.delete(entry);
	}

	/** Writes `delivered` for all of these in one request, but for those whose row does not have their task yet. */
	async deliver(entries: readonly LedgerEntry[]): Promise<void> {
		await Promise.all(this.writing.values());
		const isInTable = (entry: LedgerEntry) => !this.unwritten.has(entry) && this.isKnown(entry);
		const rowIds = entries.filter(isInTable).map((entry) => rowIdOf(this.rows, entry)!);
		const others = entries.filter((entry) => !isInTable(entry));
		const late = [...this.unwritten.keys()].filter((entry) => !entries.includes(entry));
		await Promise.all([
			this.setDelivered(rowIds),
			...others.map(async (entry) => await this.writeAs(entry, 'delivered')),
			...late.map(async (entry) => await this.writeAs(entry, 'accepted')),
		]);
	}

	/** Writes `accepted` for what was written as `delivered` a moment ago. */
	async takeBack(entries: readonly LedgerEntry[]): Promise<void> {
		const rowIds = entries.flatMap((entry) => rowIdOf(this.rows, entry) ?? []);
		if (rowIds.length === 0) return;
		const written = await this.table.updateRowsWith('id', rowIds, { state: 'accepted' });
		if (!written.ok) {
			this.warn(
				`rows ${rowIds.join(', ')} did not come out and could not be set to "accepted"`,
				written.failure,
			);
		}
	}

	describeUnwritten(): string {
		const lost = [...this.unwritten].map(([{ taskId }, why]) => `${oneLine(taskId!)} (${oneLine(why)})`);
		if (lost.length === 0) return '';
		return ` Paid for and not noted in the Data Table: ${lost.join(', ')}. A later run does not know of it; Image3D Status fetches such a model.`;
	}

	/** Its row was written with its task by this run, or read with it from the table. */
	private isKnown(entry: LedgerEntry): boolean {
		const { own, known } = this.rows;
		const rowId = rowIdOf(this.rows, entry);
		if (rowId === undefined || entry.taskId === undefined) return false;
		return own.has(entry) || known.hasTask(shortened(entry.fingerprint), rowId, entry.taskId);
	}

	private async writeAs(entry: LedgerEntry, state: 'accepted' | 'delivered'): Promise<void> {
		const { writer, own } = this.rows;
		const rowId = rowIdOf(this.rows, entry);
		if (rowId !== undefined) {
			const conditions = own.has(entry) ? [writer.isOurs] : [];
			const written = await writer.change(rowId, state, { task_id: entry.taskId! }, conditions);
			if (!written.ok) return this.tellUnwritten(entry, written.failure);
			if (written.value) return void this.unwritten.delete(entry);
		}
		// A row that is gone or was taken for left, or a task from a try that did not remember: it needs a row all the same.
		const added = await writer.addPaid(entry, state);
		if (!added.ok) return this.tellUnwritten(entry, added.failure);
		this.rows.known.claim(added.value.id);
		entry.memoryRow = { tableId: this.rows.tableId, rowId: added.value.id };
		this.unwritten.delete(entry);
	}

	private async setDelivered(rowIds: number[]): Promise<void> {
		if (rowIds.length === 0) return;
		const written = await this.table.updateRowsWith('id', rowIds, { state: 'delivered' });
		if (written.ok) return;
		this.warn(
			`rows ${rowIds.join(', ')} were handed on and could not be set to "delivered"`,
			written.failure,
		);
	}

	private tellUnwritten(entry: LedgerEntry, failure: Failure): void {
		this.unwritten.set(entry, failure.message);
		this.warn(`task ${oneLine(entry.taskId!)} is paid for and could not be noted`, failure);
	}

	private warn(what: string, { message }: Failure): void {
		this.log.warn(`Image3D's memory of paid models: ${what}: ${oneLine(message)}`);
	}
}
