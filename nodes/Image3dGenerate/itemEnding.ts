/** How an item ended, for the sum of the run: its outcome in, told apart by what may have been paid for. Nothing fails. */
import type { FailureKind, Outcome } from '../shared/core/failure';
import type { Ending } from '../shared/core/report/runReport';
import type { Generated } from './generateItem';

/** Failures in which no request for a generation has left this n8n. */
const UNSENT_KINDS: ReadonlySet<FailureKind> = new Set(['badInput', 'cancelled', 'unreachable', 'download']);

/** A failure with a task was paid for; one that the service answered without a task was not. */
export function howItEnded(outcome: Outcome<Generated>): Ending {
	if (outcome.ok) {
		const { status } = outcome.value.item.json;
		return status === 'skipped' ? 'notSent' : status === 'success' ? 'delivered' : 'started';
	}
	const { kind, taskId } = outcome.failure;
	if (taskId !== undefined) return 'failed';
	if (kind === 'uncertain') return 'uncertain';
	return UNSENT_KINDS.has(kind) ? 'notSent' : 'refused';
}
