/**
 * The rows of the memory as this run has read them last, and which of its items stands for which: a fingerprint in, the row of its
 * next item out. Of several equal items each stands for a row of its own, the oldest first.
 */
import { type Outcome, succeed } from '../../failure';
import { type MemoryRow, shortened } from './memoryRow';
import type { MemoryTable, TableRow } from './memoryTable';
import type { RowBatches } from './rowBatches';
import { toRows } from './rowWriter';

/** One per run; a row stands for one item of it at most. */
export class KnownRows {
	/** By shortened fingerprint. */
	private readonly rows = new Map<string, MemoryRow[]>();
	/** Rows that an item of this run stands for, or waits for. */
	private readonly claimed = new Set<number>();
	/** Tasks of rows that have no model: not to be had of them again, also where the table could not be told. */
	private readonly gone = new Set<string>();

	/** `isTaken`: rows that this run has written, or that stand for a task in the execution's own ledger. */
	constructor(
		private readonly table: MemoryTable,
		private readonly batches: RowBatches,
		private readonly isTaken: (row: MemoryRow) => boolean,
	) {}

	/** Reads the rows of many fingerprints in few requests. */
	async lookUp(fingerprints: readonly string[]): Promise<Outcome<void>> {
		const keys = [...new Set(fingerprints.map(shortened))];
		if (keys.length === 0) return succeed(undefined);
		const read = await this.table.readRowsWith('fingerprint', keys);
		if (!read.ok) return read;
		for (const key of keys) this.rows.set(key, []);
		for (const row of this.readable(read.value)) this.rows.get(row.fingerprint)?.push(row);
		return succeed(undefined);
	}

	/** Reads the rows of one fingerprint as they stand now. */
	async read(key: string): Promise<Outcome<MemoryRow[]>> {
		const read = await this.batches.read(key);
		if (!read.ok) return read;
		const rows = this.readable(read.value);
		this.rows.set(key, rows);
		return succeed(rows);
	}

	/** Whether its rows were ever read. */
	has(key: string): boolean {
		return this.rows.has(key);
	}

	/**
	 * The row for the next item: a model that was never handed on, one that was, one that is in doubt; of these the oldest, and
	 * none of those `without`.
	 */
	nextOf(key: string, without?: ReadonlySet<number>): MemoryRow | undefined {
		const free = (this.rows.get(key) ?? []).filter(
			(row) => row.state !== 'failed' && this.isFree(row) && without?.has(row.id) !== true,
		);
		const isPaid = ({ taskId }: MemoryRow) => taskId !== undefined;
		return free.find(({ state }) => state === 'accepted') ?? free.find(isPaid) ?? free[0];
	}

	/** The oldest row of a request that may have been charged without an answer: `uncertain`, or a `sending` that `isLeft`. */
	doubtOf(
		key: string,
		isLeft: (row: MemoryRow) => boolean,
		without?: ReadonlySet<number>,
	): MemoryRow | undefined {
		const isInDoubt = (row: MemoryRow) =>
			row.state === 'uncertain' || (row.state === 'sending' && isLeft(row));
		return (this.rows.get(key) ?? []).find(
			(row) => isInDoubt(row) && this.isFree(row) && without?.has(row.id) !== true,
		);
	}

	/** Rows that a new purchase may be written into: of one that failed, or that is sent again; `left` before all others. */
	reusableFor(key: string, left: number | undefined, submitsAgain: boolean): MemoryRow[] {
		const rows = this.rows.get(key) ?? [];
		const own = rows.filter(({ id, taskId }) => id === left && taskId === undefined);
		const isInDoubt = (row: MemoryRow) => submitsAgain && row.state === 'uncertain' && !this.isTaken(row);
		const others = rows.filter(
			(row) => !this.claimed.has(row.id) && (row.state === 'failed' || isInDoubt(row)),
		);
		return [...own, ...others];
	}

	/** Whether the row was read with this task. */
	hasTask(key: string, rowId: number, taskId: string | undefined): boolean {
		return (this.rows.get(key) ?? []).some((row) => row.id === rowId && row.taskId === taskId);
	}

	claim(rowId: number): void {
		this.claimed.add(rowId);
	}

	release(rowId: number): void {
		this.claimed.delete(rowId);
	}

	/** The row is written as `failed`, and may be used again. `taskId`: the task that it had. */
	forget(key: string, rowId: number, taskId?: string): void {
		if (taskId !== undefined) this.gone.add(nameOf(rowId, taskId));
		this.change(key, rowId, (row) => ({
			...row,
			taskId: undefined,
			was: undefined,
			state: 'failed',
			stateCell: 'failed',
		}));
		this.release(rowId);
	}

	/** The row has no model any more, and may be used again; the table still says what it had. */
	giveUp(key: string, rowId: number, taskId: string): void {
		this.gone.add(nameOf(rowId, taskId));
		this.change(key, rowId, asGone);
		this.release(rowId);
	}

	private change(key: string, rowId: number, how: (row: MemoryRow) => MemoryRow): void {
		const rows = this.rows.get(key)?.map((row) => (row.id === rowId ? how(row) : row));
		if (rows !== undefined) this.rows.set(key, rows);
	}

	private readable(rows: readonly TableRow[]): MemoryRow[] {
		const isGone = ({ id, taskId }: MemoryRow) => taskId !== undefined && this.gone.has(nameOf(id, taskId));
		return toRows(rows).map((row) => (isGone(row) ? asGone(row) : row));
	}

	private isFree(row: MemoryRow): boolean {
		return !this.claimed.has(row.id) && !this.isTaken(row);
	}
}

function asGone({ taskId, ...row }: MemoryRow): MemoryRow {
	const { state, submittedAt, executionId } = row;
	const was = taskId === undefined ? {} : { was: { taskId, state, submittedAt, executionId } };
	return { ...row, state: 'failed', ...was };
}

function nameOf(rowId: number, taskId: string): string {
	return `${rowId} ${taskId}`;
}
