/**
 * A retry whose picture is gone: n8n deletes the files of old executions, and links go dead, while the model that was made
 * from it is paid for. In: an item and what its picture failed with; out: the task that an earlier try left for the same
 * source, or the failure.
 */
import { type Failure, type Outcome, fail, succeed } from '../shared/core/failure';
import type { Ledger, LedgerEntry } from '../shared/core/purchase/ledger';
import { mayBeCharged } from '../shared/core/purchase/submitOnce';

/** The task that is paid for although the picture of an item cannot be read, or the failure that it cannot. */
export function takeUpWithoutPicture(
	ledger: Ledger,
	source: string | undefined,
	failure: Failure,
): Outcome<LedgerEntry> {
	const left = source === undefined ? undefined : ledger.claimBySource(source);
	if (left === undefined) return fail(failure);
	if (left.state === 'accepted') return succeed(left);
	return fail(
		mayBeCharged(
			`An earlier try of this generation was never confirmed, so it is not sent again; and now: ${failure.message}`,
		),
	);
}
