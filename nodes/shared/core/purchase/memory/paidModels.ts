/**
 * The memory of paid models: what a run asks for in; out come the tasks that any execution has paid for before, so that none is
 * paid for again. A Data Table has a row for each purchase: `sending` is written before the request leaves (openRow.ts),
 * `accepted` with the task's id before anything else is done, `delivered` when the output is safe. What a run cannot know
 * (a row `sending` that nobody keeps fresh, `uncertain`) is not sent again by itself.
 *
 * Where the table cannot be read or written, nothing is submitted; what is paid for already is never failed by it.
 */
import { type Clock, withTimeLimit } from '../../concurrency/clock';
import { type Failure, type Outcome, fail, succeed } from '../../failure';
import { oneLine } from '../../report/oneLine';
import type { LedgerEntry } from '../ledger';
import type { AboutPurchase, FoundTask, PurchaseEnd, PurchaseRecord, WantedTask } from '../purchaseRecords';
import { ChangeCheck, nothingPaid } from './checkTable';
import { KnownRows } from './knownRows';
import { neverConfirmed } from './memoryFailures';
import { type MemoryRow, shortened, toEntry } from './memoryRow';
import type { MemoryTable } from './memoryTable';
import { type Rows, openRow, rowIdOf } from './openRow';
import { PaidRows } from './paidRows';
import { ReplacedRows } from './replacedRows';
import { RowBatches } from './rowBatches';
import { RowWriter, equals } from './rowWriter';
import { DatabaseClock } from './staleRow';
import { TableOutage } from './tableOutage';

/** What one run hands to its memory. */
export interface MemoryOptions {
	table: MemoryTable;
	clock: Clock;
	/** Ends when nothing more is to be paid for. */
	signal: AbortSignal;
	executionId: string;
	/** Milliseconds since the epoch, never the same twice in this process. */
	nextStamp(): number;
	log: { warn(text: string): void };
	/** Whether a row stands for a task in the execution's own ledger: no other item takes it. */
	isReserved(rowId: number): boolean;
}

/** How long the next step of a paid task waits for its id to be written, in milliseconds; the writing goes on after that. */
const WRITING_PATIENCE_MS = 30_000;

/** How long the end of a run waits for what is still to be written, in milliseconds. */
const CLOSING_PATIENCE_MS = 60_000;

/** One per run; asked before anything is paid for, and told of each step of a purchase. */
export class PaidModels implements PurchaseRecord {
	private readonly rows: Rows;
	private readonly paid: PaidRows;
	private readonly replaced: ReplacedRows;
	/** Rows that were `delivered` before this run. */
	private readonly handedOn = new Set<number>();
	/** Tasks that were found in the table, and paid for by others. */
	private readonly claimed = new WeakSet<LedgerEntry>();
	private readonly changes: ChangeCheck;
	private readonly outage: TableOutage;
	private isSettled = false;

	constructor(private readonly options: MemoryOptions) {
		const { clock, signal, executionId, nextStamp, isReserved, log } = options;
		this.outage = new TableOutage(clock);
		const table = this.outage.watch(options.table);
		const batches = new RowBatches(table, () => this.outage.refusal);
		const writer = new RowWriter({ table, batches, clock, executionId, nextStamp });
		const isTaken = (row: MemoryRow) => writer.isOwn(row) || isReserved(row.id);
		const known = new KnownRows(table, batches, isTaken);
		const database = new DatabaseClock(clock);
		this.rows = { tableId: table.id, known, writer, database, clock, signal, own: new Map() };
		this.paid = new PaidRows(table, this.rows, log);
		this.replaced = new ReplacedRows(writer, (what, failure) => this.warn(what, failure));
		this.changes = new ChangeCheck(table);
	}

	/** Reads the rows of all items of a run in few requests, before the first is paid for. */
	async lookUp(fingerprints: readonly string[]): Promise<Outcome<void>> {
		const looked = await this.rows.known.lookUp(fingerprints);
		return looked.ok ? looked : fail(nothingPaid(looked.failure));
	}

	async find({ fingerprint, submitsAgain, makesAgain }: WantedTask): Promise<Outcome<FoundTask | undefined>> {
		const { known, database } = this.rows;
		const key = shortened(fingerprint);
		// A row that was being sent when it was read has most likely got its task by now.
		if (!known.has(key) || known.nextOf(key)?.state === 'sending') {
			const read = await known.read(key);
			if (!read.ok) return fail(nothingPaid(read.failure));
		}
		const isLeft = (each: MemoryRow) => database.isStale(each) === true;
		const row = makesAgain ? known.doubtOf(key, isLeft) : known.nextOf(key);
		if (row?.taskId !== undefined) return succeed(this.claim(row, fingerprint));
		// Whether a row `sending` was left is known for certain once one of this run's own has been written.
		const isInDoubt = row?.state === 'uncertain' || (row !== undefined && isLeft(row));
		if (row === undefined || submitsAgain || !isInDoubt) return succeed(undefined);
		known.claim(row.id);
		return fail(neverConfirmed(row));
	}

	async opening(entry: LedgerEntry, about: AboutPurchase): Promise<Outcome<FoundTask | undefined>> {
		const refused = this.outage.refusal;
		if (refused !== undefined) return fail(nothingPaid(refused));
		const allowed = await this.changes.check();
		if (!allowed.ok) return allowed;
		const old = about.makesAgain ? this.rows.known.nextOf(shortened(entry.fingerprint)) : undefined;
		if (old?.taskId !== undefined) {
			this.rows.known.claim(old.id);
			this.replaced.set(entry, old);
		}
		const opened = await openRow(this.rows, entry, about);
		if (!opened.ok || opened.value !== undefined) this.replaced.delete(entry);
		if (!opened.ok) return opened;
		if (this.rows.own.get(entry)?.doubt !== undefined) entry.inDoubt ??= 'foreign';
		return succeed(opened.value === undefined ? undefined : this.claim(opened.value, entry.fingerprint));
	}

	async accepted(entry: LedgerEntry): Promise<void> {
		this.rows.own.get(entry)?.stopHeartbeat();
		await this.within(WRITING_PATIENCE_MS, this.writeAccepted(entry));
	}

	async ended(entry: LedgerEntry, how: PurchaseEnd): Promise<void> {
		const { own, known, writer } = this.rows;
		const mine = own.get(entry);
		mine?.stopHeartbeat();
		own.delete(entry);
		this.replaced.delete(entry);
		this.paid.drop(entry);
		if (how === 'failed') await this.within(WRITING_PATIENCE_MS, this.replaced.takeBack(entry));
		const rowId = rowIdOf(this.rows, entry);
		if (rowId === undefined) return;
		this.handedOn.delete(rowId);
		const key = shortened(entry.fingerprint);
		// The row is written when there is a request in place of its task: another account may know it.
		if (this.claimed.has(entry)) return known.giveUp(key, rowId, entry.taskId!);
		const isInDoubt = how === 'uncertain' || how === 'leftInDoubt';
		if (!isInDoubt) known.forget(key, rowId, entry.taskId);
		const state = isInDoubt ? 'uncertain' : 'failed';
		// A row of another execution may have been used again meanwhile.
		const conditions = mine === undefined ? [equals('task_id', entry.taskId ?? null)] : [writer.isOurs];
		const goesBack = how === 'refused' || (how === 'leftInDoubt' && mine?.doubt !== undefined);
		const writing =
			mine !== undefined && goesBack ? writer.takeBack(mine) : writer.change(rowId, state, {}, conditions);
		await this.within(
			WRITING_PATIENCE_MS,
			this.warnOf(`row ${rowId} could not be set to "${state}"`, writing),
		);
	}

	async delivered(entries: readonly LedgerEntry[]): Promise<void> {
		this.isSettled = true;
		await this.within(CLOSING_PATIENCE_MS, this.finish(this.newsIn(entries)));
	}

	/** What was handed on before this run still was. */
	async undelivered(entries: readonly LedgerEntry[]): Promise<void> {
		await this.within(CLOSING_PATIENCE_MS, this.paid.takeBack(this.newsIn(entries)));
	}

	/** What the user has to be told after the run, in sentences with a space before each; empty for nothing. */
	describeUnwritten(): string {
		return this.paid.describeUnwritten();
	}

	/** The run is over, however it ended: what is paid for is written once more, and nothing is kept fresh any more. */
	async close(): Promise<void> {
		for (const { stopHeartbeat } of this.rows.own.values()) stopHeartbeat();
		if (!this.isSettled) await this.within(CLOSING_PATIENCE_MS, this.finish([]));
	}

	/** Those whose model comes out for the first time. */
	private newsIn(entries: readonly LedgerEntry[]): LedgerEntry[] {
		const isNews = (entry: LedgerEntry) => !this.handedOn.has(rowIdOf(this.rows, entry) ?? -1);
		const done = entries.filter(({ isOnlyStarted, taskId }) => !isOnlyStarted && taskId !== undefined);
		return done.filter(isNews);
	}

	private claim(row: MemoryRow, fingerprint: string): FoundTask {
		this.rows.known.claim(row.id);
		if (row.state === 'delivered') this.handedOn.add(row.id);
		const entry = toEntry(row, fingerprint, this.rows.tableId);
		this.claimed.add(entry);
		const paidMs = Date.parse(row.submittedAt);
		return {
			entry,
			isReused: true,
			...(Number.isNaN(paidMs) ? {} : { paidMs }),
			...(row.state === 'delivered' ? { wasDelivered: true } : {}),
		};
	}

	private async writeAccepted(entry: LedgerEntry): Promise<void> {
		await this.paid.write(entry);
		await this.giveUpOld(entry);
	}

	private async finish(done: readonly LedgerEntry[]): Promise<void> {
		await this.paid.deliver(done);
		await Promise.all(this.replaced.entries.map(async (entry) => await this.giveUpOld(entry)));
	}

	private async giveUpOld(entry: LedgerEntry): Promise<void> {
		// Its successor has to be safe first.
		if (entry.taskId !== undefined && !this.paid.isUnwritten(entry)) await this.replaced.giveUp(entry);
	}

	private async within(ms: number, work: Promise<void>): Promise<void> {
		await withTimeLimit(work, ms, this.options.clock);
	}

	private async warnOf(what: string, writing: Promise<Outcome<unknown>>): Promise<void> {
		const written = await writing;
		if (!written.ok) this.warn(what, written.failure);
	}

	private warn(what: string, { message }: Failure): void {
		this.options.log.warn(`Image3D's memory of paid models: ${what}: ${oneLine(message)}`);
	}
}
