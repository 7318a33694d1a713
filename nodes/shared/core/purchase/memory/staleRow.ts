/**
 * Whether whoever wrote a row `sending` is still at work: the row in, a verdict out, by the database's own clock, for the
 * clocks of two machines may differ.
 */
import type { Clock } from '../../concurrency/clock';
import { SUBMIT_TIMEOUT_MS } from '../submitOnce';
import type { MemoryRow } from './memoryRow';

/** A row that is being sent is written again this often, in milliseconds, also while the service puts its request off. */
export const HEARTBEAT_MS = 30_000;

/** A write that is late, a database that is busy. */
const MARGIN_MS = HEARTBEAT_MS;

/** A row that nobody has written for so long was left by a run that died: no request takes longer. */
const STALE_AFTER_MS = SUBMIT_TIMEOUT_MS + MARGIN_MS;

/** The database's clock, as the rows tell it that this run has just written. */
export class DatabaseClock {
	private offsetMs: number | undefined;

	constructor(private readonly clock: Clock) {}

	/** A row that was written a moment ago. */
	note({ writtenMs }: MemoryRow): void {
		if (writtenMs !== undefined) this.offsetMs = writtenMs - this.clock.now();
	}

	/** Whether the row was left; undefined as long as nothing is known of the database's clock. */
	isStale({ writtenMs }: MemoryRow): boolean | undefined {
		if (this.offsetMs === undefined || writtenMs === undefined) return undefined;
		return this.clock.now() + this.offsetMs - writtenMs > STALE_AFTER_MS;
	}
}
