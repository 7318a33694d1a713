/**
 * Whether the table is out of reach: the outcome of each call in; out comes, after a while in which none got through, the failure
 * with which what is not paid for is refused at once instead of waiting as long as the first. Heals with the first call that
 * gets through, and lets one try from time to time.
 */
import type { Clock } from '../../concurrency/clock';
import type { Failure } from '../../failure';
import type { MemoryTable } from './memoryTable';

/** A table that was out of reach for so long, in milliseconds, is not about to answer: a restart of n8n takes less. */
const OUTAGE_AFTER_MS = 60_000;

/** After the last failure nothing is tried for so long, in milliseconds. */
const REST_MS = 30_000;

/** One per run. */
export class TableOutage {
	/** How long nothing but failures has come: from the begin of the first of these calls, or from the last answer before it. */
	private sinceMs: number | undefined;
	private lastMs = 0;
	/** When a call got through last. */
	private goodMs: number | undefined;
	private failure: Failure | undefined;

	constructor(private readonly clock: Clock) {}

	/** Why nothing is to be asked of the table now; undefined where it may answer. */
	get refusal(): Failure | undefined {
		if (this.sinceMs === undefined) return undefined;
		const nowMs = this.clock.now();
		return this.lastMs - this.sinceMs < OUTAGE_AFTER_MS || nowMs - this.lastMs >= REST_MS
			? undefined
			: this.failure;
	}

	/** The same table, whose calls are watched. None is refused here: what is paid for is written if it can be at all. */
	watch(table: MemoryTable): MemoryTable {
		const seen = async <T extends { ok: true } | { ok: false; failure: Failure }>(
			call: () => Promise<T>,
		): Promise<T> => {
			const begunMs = this.clock.now();
			const outcome = await call();
			this.note(begunMs, outcome.ok ? undefined : outcome.failure);
			return outcome;
		};
		return {
			id: table.id,
			describe: async () => await seen(async () => await table.describe()),
			addColumn: async (...about) => await seen(async () => await table.addColumn(...about)),
			readRowsWith: async (...about) => await seen(async () => await table.readRowsWith(...about)),
			insertRows: async (...about) => await seen(async () => await table.insertRows(...about)),
			updateRows: async (...about) => await seen(async () => await table.updateRows(...about)),
			updateRowsWith: async (...about) => await seen(async () => await table.updateRowsWith(...about)),
		};
	}

	private note(begunMs: number, failure: Failure | undefined): void {
		if (failure?.kind === 'cancelled') return;
		// An answer that refuses is one.
		if (failure?.retryable !== true) {
			this.sinceMs = undefined;
			this.goodMs = this.clock.now();
			return;
		}
		// The table was there at that moment, also for a call that had begun to fail before.
		const sinceMs = Math.max(begunMs, this.goodMs ?? begunMs);
		this.sinceMs = Math.min(this.sinceMs ?? sinceMs, sinceMs);
		this.lastMs = this.clock.now();
		this.failure = failure;
	}
}
