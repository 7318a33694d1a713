/**
 * Writes the rows of one run: what happens to a purchase in, its row in the table out. A row that is taken for a purchase is
 * known by its stamp, so that one whose answer was lost is found again; one that is being sent is kept fresh.
 */
import type { Clock } from '../../concurrency/clock';
import { type Failure, type Outcome, fail, succeed } from '../../failure';
import type { LedgerEntry } from '../ledger';
import type { AboutPurchase } from '../purchaseRecords';
import { type MemoryRow, type RowState, parseRow, sendingCells, shortened } from './memoryRow';
import type { CellValue, MemoryTable, RowCondition, TableRow, Written } from './memoryTable';
import type { RowBatches } from './rowBatches';
import { HEARTBEAT_MS } from './staleRow';

/** What writing rows needs of the run. */
export interface Writer {
	table: MemoryTable;
	batches: RowBatches;
	clock: Clock;
	executionId: string;
	/** Milliseconds since the epoch, never the same twice in this process. */
	nextStamp(): number;
}

/** A row that stands for a purchase of this run. */
export interface OwnRow {
	row: MemoryRow;
	/** What it stood for before, where that may have been charged: whose request it was, and when it was sent. */
	doubt?: MemoryRow;
	/** A task that it stood for before, and that the service did not know: it is noted again unless there is a new one. */
	was?: MemoryRow['was'];
	stopHeartbeat(): void;
}

/** One per run; it knows its own rows by their stamps. */
export class RowWriter {
	private readonly stamps = new Set<string>();
	private readonly abouts = new WeakMap<LedgerEntry, AboutPurchase>();

	constructor(private readonly writer: Writer) {}

	/** Whether this run has written the row, or is about to learn that it has. */
	isOwn({ executionId, submittedAt }: MemoryRow): boolean {
		return executionId === this.writer.executionId && this.stamps.has(stampOf(submittedAt));
	}

	/** A row `sending` for the purchase: one of `reusable` that nobody else takes meanwhile, or a new one. */
	async take(
		entry: LedgerEntry,
		about: AboutPurchase,
		reusable: readonly MemoryRow[],
	): Promise<Outcome<OwnRow>> {
		this.abouts.set(entry, about);
		const cells = this.cellsFor(entry, about);
		for (const old of reusable) {
			const taken = await this.exchange(old, cells);
			if (!taken.ok) return taken;
			if (taken.value !== undefined) return succeed(this.keepFresh(taken.value, old));
		}
		const added = await this.insert(cells);
		return added.ok ? succeed(this.keepFresh(added.value)) : added;
	}

	/** A row of its own for a task that is paid for. */
	async addPaid(entry: LedgerEntry, state: 'accepted' | 'delivered'): Promise<Outcome<MemoryRow>> {
		const cells = this.cellsFor(entry, this.abouts.get(entry));
		return await this.insert({ ...cells, state, task_id: entry.taskId! });
	}

	/** The cells of a new row, by whose stamp it is known again. */
	private cellsFor(entry: LedgerEntry, about: AboutPurchase | undefined): Record<string, CellValue> {
		const { executionId, nextStamp } = this.writer;
		const cells = sendingCells(shortened(entry.fingerprint), about, executionId, nextStamp());
		this.stamps.add(stampOf(String(cells.submitted_at)));
		return cells;
	}

	/** Compare-and-set: the row as it stands now, or undefined where it has changed since it was read. */
	async exchange(
		{ id, stateCell, executionId }: Pick<MemoryRow, 'id' | 'stateCell' | 'executionId'>,
		cells: Record<string, CellValue>,
	): Promise<Outcome<MemoryRow | undefined>> {
		const conditions = [equals('id', id), equals('state', stateCell)];
		// An empty cell may be null or an empty text.
		if (executionId !== '') conditions.push(equals('execution_id', executionId));
		const written = await this.writer.table.updateRows(conditions, cells);
		return written.ok ? succeed(firstOf(written.value)) : fail(written.failure);
	}

	/** Nothing was paid for: the row goes back to what it stood for before, or may be used again. */
	async takeBack({ row, doubt, was }: OwnRow): Promise<Outcome<boolean>> {
		const before = doubt === undefined ? was : { ...doubt, state: 'uncertain' as const };
		if (before === undefined) return await this.change(row.id, 'failed', {}, [this.isOurs]);
		// Its age, too: how old a task is says whether the service may have forgotten it.
		const cells = {
			task_id: before.taskId ?? null,
			submitted_at: before.submittedAt || null,
			execution_id: before.executionId || null,
		};
		return await this.change(row.id, before.state, cells, [this.isOurs]);
	}

	/** The row goes to a state; `more` says what else is known. False where it is not this run's any more. */
	async change(
		rowId: number,
		state: RowState,
		more: Record<string, CellValue> = {},
		conditions: readonly RowCondition[] = [],
	): Promise<Outcome<boolean>> {
		const written = await this.writer.table.updateRows([equals('id', rowId), ...conditions], {
			state,
			...more,
		});
		return written.ok ? succeed(written.value.length > 0) : fail(written.failure);
	}

	/** Whether the row is still the one that this run has taken. */
	get isOurs(): RowCondition {
		return equals('execution_id', this.writer.executionId);
	}

	/** Adds a row; one whose answer was lost is looked for. */
	private async insert(cells: Record<string, CellValue>): Promise<Outcome<MemoryRow>> {
		const { batches } = this.writer;
		const written: Written<TableRow> = await batches.insert(cells);
		if (written.ok) {
			const row = parseRow(written.value);
			return row === undefined ? fail(UNREADABLE_ROW) : succeed(row);
		}
		if (!written.mayBeDone) return fail(written.failure);
		const read = await batches.read(String(cells.fingerprint));
		const stamp = stampOf(String(cells.submitted_at));
		const found = read.ok
			? toRows(read.value).find((row) => this.isOwn(row) && stampOf(row.submittedAt) === stamp)
			: undefined;
		return found === undefined ? fail(written.failure) : succeed(found);
	}

	/** Writes the row again and again, so that others see that somebody is at work. */
	private keepFresh(row: MemoryRow, old?: MemoryRow): OwnRow {
		const stop = new AbortController();
		void this.beat(row.id, stop.signal).catch(() => undefined);
		const doubt = old?.state === 'failed' ? undefined : old;
		return { row, doubt, was: old?.was, stopHeartbeat: () => stop.abort() };
	}

	private async beat(rowId: number, signal: AbortSignal): Promise<void> {
		const { clock, table } = this.writer;
		for (;;) {
			await clock.sleep(HEARTBEAT_MS, signal);
			if (signal.aborted) return;
			await table.updateRows([equals('id', rowId), equals('state', 'sending'), this.isOurs], {
				state: 'sending',
			});
		}
	}
}

/** The rows that can be read, oldest first. */
export function toRows(rows: readonly TableRow[]): MemoryRow[] {
	return rows.flatMap((row) => parseRow(row) ?? []).sort((a, b) => a.id - b.id);
}

/** The condition that a column holds this value. */
export function equals(columnName: string, value: CellValue): RowCondition {
	return { columnName, condition: 'eq', value };
}

function firstOf(rows: readonly TableRow[]): MemoryRow | undefined {
	return rows.length === 0 ? undefined : parseRow(rows[0]);
}

/** Databases write a date each in their own way. */
function stampOf(submittedAt: string): string {
	return String(Date.parse(submittedAt));
}

const UNREADABLE_ROW: Failure = {
	kind: 'unreadable',
	message: 'The Data Table did not answer with the row that was added',
	hint: 'Check the Instance URL of the Image3D N8n API credential.',
	retryable: false,
};
