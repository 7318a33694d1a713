/**
 * The moment before a request leaves: a purchase in; out comes its row `sending`, written and undisputed, or the task that another
 * execution has paid for meanwhile, or why nothing is to be sent.
 *
 * Each execution writes its row before it reads those of the others, so of two that meet at least one sees the other. The
 * younger row gives way, and its item waits for the older one's task. The older one cannot know whether it was seen: it
 * waits until the younger row is gone, or takes its task. No clock decides this, and no order in which a database commits.
 */
import { CANCELLED, type Failure, type Outcome, fail, succeed } from '../../failure';
import type { LedgerEntry } from '../ledger';
import type { AboutPurchase } from '../purchaseRecords';
import { nothingPaid } from './checkTable';
import type { KnownRows } from './knownRows';
import { TOO_MANY_RIVALS, neverConfirmed } from './memoryFailures';
import { type MemoryRow, shortened } from './memoryRow';
import { type Rivalry, waitForRival } from './rival';
import type { OwnRow, RowWriter } from './rowWriter';

/** What the purchases of one run share. */
export interface Rows extends Rivalry {
	tableId: string;
	known: KnownRows;
	writer: RowWriter;
	own: Map<LedgerEntry, OwnRow>;
}

/** Executions that give way to each other again and again: far more than there are workers. */
const MOST_RIVALS = 50;

/** A row of one that failed may be snatched away; after so many a new one costs no more. */
const MOST_REUSED = 2;

/** The row of another execution whose task is there; undefined where the request is this one's to send. */
export async function openRow(
	rows: Rows,
	entry: LedgerEntry,
	about: AboutPurchase,
): Promise<Outcome<MemoryRow | undefined>> {
	for (let tried = 1; tried <= MOST_RIVALS; tried++) {
		const taken = await takeRow(rows, entry, about);
		if (!taken.ok) return fail(nothingPaid(taken.failure));
		const decided = await yieldToRivals(rows, entry, about);
		if (decided !== 'again') return decided;
	}
	return fail(TOO_MANY_RIVALS);
}

/** The row of a purchase, in this table. */
export function rowIdOf({ tableId }: Pick<Rows, 'tableId'>, { memoryRow }: LedgerEntry): number | undefined {
	return memoryRow?.tableId === tableId ? memoryRow.rowId : undefined;
}

async function takeRow(rows: Rows, entry: LedgerEntry, about: AboutPurchase): Promise<Outcome<void>> {
	const { known, writer, database, own, tableId } = rows;
	const left = rowIdOf(rows, entry);
	const key = shortened(entry.fingerprint);
	const chosen = known.reusableFor(key, left, about.submitsAgain === true).slice(0, MOST_REUSED);
	// From now on no other item of this run chooses the same.
	for (const { id } of chosen) known.claim(id);
	const taken = await writer.take(entry, about, chosen);
	for (const { id } of chosen) if (id !== left) known.release(id);
	if (!taken.ok) return taken;
	const { row } = taken.value;
	known.claim(row.id);
	database.note(row);
	own.set(entry, taken.value);
	entry.memoryRow = { tableId, rowId: row.id };
	return succeed(undefined);
}

/** Lets whoever asked for the same go first. */
async function yieldToRivals(
	rows: Rows,
	entry: LedgerEntry,
	about: AboutPurchase,
): Promise<Outcome<MemoryRow | undefined> | 'again'> {
	const { known, writer, database, own } = rows;
	const key = shortened(entry.fingerprint);
	/** In doubt for another item than this one, which is sent again for a row of its own. */
	const others = new Set<number>();
	for (let round = 0; own.has(entry); round++) {
		if (round >= MOST_RIVALS) return await giveUp(rows, entry, TOO_MANY_RIVALS);
		const read = await known.read(key);
		if (!read.ok) return await giveUp(rows, entry, nothingPaid(read.failure));
		if (rows.signal.aborted) return await giveUp(rows, entry, CANCELLED);
		const mine = own.get(entry)!;
		// Whoever wants a model of its own waits for nobody's, but for those before it that may have been left in doubt.
		const isLeft = (row: MemoryRow) => database.isStale(row) === true || isBefore(row, mine.row);
		const rival = about.makesAgain ? known.doubtOf(key, isLeft, others) : known.nextOf(key, others);
		if (rival === undefined) return succeed(undefined);
		known.claim(rival.id);
		const isAlive = rival.state === 'sending' && database.isStale(rival) !== true;
		// Also who makes again: the other waits until the younger row is gone.
		if (isAlive && rival.id < mine.row.id) await withdraw(rows, entry);
		const end = await waitForRival(rows, rival);
		if (!end.ok) return await giveUp(rows, entry, end.failure);
		const { row, how } = end.value;
		if (how === 'found' && !about.makesAgain) {
			await withdraw(rows, entry);
			return succeed(row);
		}
		if (how === 'inDoubt' && !about.submitsAgain) return await giveUp(rows, entry, neverConfirmed(row));
		if (how === 'inDoubt' && mine.doubt !== undefined) others.add(rival.id);
		else if (how === 'inDoubt' && own.has(entry)) {
			// Sent again by this run: its own row is in doubt in place of the other.
			const cleared = await writer.exchange(row, { state: 'failed' });
			if (!cleared.ok) return await giveUp(rows, entry, nothingPaid(cleared.failure));
			if (cleared.value !== undefined) mine.doubt ??= row;
		}
		known.release(rival.id);
	}
	return 'again';
}

/** Whether the request of a row was begun before another's. Everybody reads the same of both: nobody waits for each other. */
function isBefore(row: MemoryRow, other: MemoryRow): boolean {
	const [ms, otherMs] = [Date.parse(row.submittedAt), Date.parse(other.submittedAt)];
	return ms === otherMs ? row.id < other.id : !(ms > otherMs);
}

/** Takes the row back: nothing is sent for it. One that was in doubt before is again. */
async function withdraw(rows: Rows, entry: LedgerEntry): Promise<void> {
	const { known, writer, own } = rows;
	const mine = own.get(entry);
	if (mine === undefined) return;
	mine.stopHeartbeat();
	own.delete(entry);
	delete entry.memoryRow;
	const { row, doubt } = mine;
	if (doubt === undefined) known.forget(shortened(entry.fingerprint), row.id);
	else known.release(row.id);
	await writer.takeBack(mine);
}

async function giveUp(rows: Rows, entry: LedgerEntry, failure: Failure): Promise<Outcome<never>> {
	await withdraw(rows, entry);
	return fail(failure);
}
