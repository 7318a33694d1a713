/** How an item ended, for the sum of the run: its outcome in, told apart by what may have been paid for. Nothing fails. */
import { type Failure, type FailureKind, type Outcome, mayHaveBeenCharged } from '../shared/core/failure';
import type { LedgerEntry } from '../shared/core/purchase/ledger';
import type { Ending } from '../shared/core/report/runReport';
import type { OutputItem } from '../shared/n8n/items/putOut';

/** What became of an item. */
export interface Generated {
	/** Undefined where its model is known and no item is wanted for it. */
	item?: OutputItem;
	/** What it has paid for: leaves the ledger once the output is safe. */
	entry?: LedgerEntry;
	/** Its submit met "no credits". */
	refusal?: Failure;
}

/** Failures in which no request for a generation has left this n8n. */
const UNSENT_KINDS: ReadonlySet<FailureKind> = new Set(['badInput', 'cancelled', 'unreachable', 'download']);

/** A failure with a task was paid for; one that the service answered without a task was not. */
export function howItEnded(outcome: Outcome<Generated>): Ending {
	if (outcome.ok) {
		const { item } = outcome.value;
		if (item === undefined) return 'leftOut';
		const { status, reused } = item.json;
		if (reused === true) return 'reused';
		return status === 'skipped' ? 'notSent' : status === 'success' ? 'delivered' : 'started';
	}
	const { kind, taskId, isUnsent } = outcome.failure;
	if (taskId !== undefined) return 'failed';
	if (mayHaveBeenCharged(outcome.failure)) return 'uncertain';
	return isUnsent || UNSENT_KINDS.has(kind) ? 'notSent' : 'refused';
}
