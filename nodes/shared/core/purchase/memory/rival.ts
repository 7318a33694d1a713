/**
 * Another execution that is sending the same request: its row in; out comes what became of it, once that stands in the table.
 * Waits as long as somebody keeps the row fresh, and no longer than a limit. Sends nothing to Image3D.
 */
import type { Clock } from '../../concurrency/clock';
import { CANCELLED, type Outcome, fail, succeed } from '../../failure';
import { nothingPaid } from './checkTable';
import type { KnownRows } from './knownRows';
import { stillSending } from './memoryFailures';
import type { MemoryRow } from './memoryRow';
import type { DatabaseClock } from './staleRow';

/** What waiting for another execution needs. */
export interface Rivalry {
	known: KnownRows;
	database: DatabaseClock;
	clock: Clock;
	/** Ends when nothing more is to be paid for. */
	signal: AbortSignal;
}

/** It has a task; it will never have one; or nobody knows. */
export interface RivalEnd {
	how: 'found' | 'gone' | 'inDoubt';
	row: MemoryRow;
}

/** Gaps between two looks at the row, in milliseconds; the last one goes on. A submit takes a second or two. */
const GAPS_MS = [200, 400, 800, 1_500, 3_000];

/** The service may put the other execution off for the longest Retry-After that is waited for (ten minutes), and then some. */
const LONGEST_WAIT_MS = 15 * 60_000;

/** Follows the row to its end. */
export async function waitForRival(
	{ known, database, clock, signal }: Rivalry,
	rival: MemoryRow,
): Promise<Outcome<RivalEnd>> {
	const startMs = clock.now();
	let row: MemoryRow = rival;
	for (let looks = 0; ; looks++) {
		if (row.state === 'failed') return succeed({ how: 'gone', row });
		if (row.taskId !== undefined) return succeed({ how: 'found', row });
		if (row.state === 'uncertain' || database.isStale(row)) return succeed({ how: 'inDoubt', row });
		const waitedMs = clock.now() - startMs;
		if (waitedMs > LONGEST_WAIT_MS) return fail(stillSending(row, waitedMs));
		await clock.sleep(GAPS_MS[Math.min(looks, GAPS_MS.length - 1)], signal);
		if (signal.aborted) return fail(CANCELLED);
		const read = await known.read(rival.fingerprint);
		if (!read.ok) return fail(nothingPaid(read.failure));
		// A row that somebody has deleted stands for nothing any more.
		row = read.value.find(({ id }) => id === rival.id) ?? { ...row, state: 'failed' };
	}
}
