/**
 * A retry whose picture is gone: n8n deletes the files of old executions, and links go dead, while the model that was made
 * from it is paid for. In: an item and what its picture failed with; out: the task that an earlier try left for the same
 * source, or the failure.
 */
import { createHash } from 'crypto';
import type { GenerateRequest } from '../shared/core/api/generateRequest';
import { type Failure, type Outcome, describeOthers, fail, succeed } from '../shared/core/failure';
import type { Ledger, LedgerEntry } from '../shared/core/purchase/ledger';
import { mayBeCharged } from '../shared/core/purchase/submitOnce';
import { causesOf } from '../shared/n8n/http/requestErrors';

/**
 * What is asked and where the picture is kept, as one hash that needs no picture; undefined where it is kept nowhere. The same
 * in every version of this pack: executions have it in their data.
 */
export function sourceOf(words: GenerateRequest, place: string | undefined): string | undefined {
	if (place === undefined) return undefined;
	const { mode, quality, extraFields } = words;
	return createHash('sha256')
		.update(JSON.stringify([mode, quality, extraFields, place]))
		.digest('hex');
}

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

/** The failure that stops a node before it sends anything, with what its previous attempts have paid for. */
export function withUnsettled(failure: Failure, ledger: Ledger): Failure {
	const { taskIds, uncertain } = ledger.unsettled();
	const others = describeOthers(taskIds, uncertain);
	if (others === '') return failure;
	// "Nothing was charged" holds for this try alone.
	const hint = failure.hint
		.replace(/, so nothing was charged\.$/, '. Nothing was charged.')
		.replace(/ ?Nothing was charged\.$/, ' Nothing was charged in this try.');
	const remedy = taskIds.length === 0 ? '' : ' Image3D Status can fetch such a model with its task ID.';
	return { ...failure, hint: `${hint}${others}${remedy}` };
}

/** What n8n's storage failed with: a file that is not there any more is the most likely of it. */
export function readingFailed(error: unknown): { ok: false; failure: Failure } {
	const chain = causesOf(error);
	const isGone = chain.some(
		({ code, message }) => code === 'ENOENT' || /\bfile not found\b|\bno such file\b/i.test(String(message)),
	);
	const said = String(chain[0]?.message ?? 'unknown error').slice(0, 200);
	return fail({
		kind: 'badInput',
		message: isGone
			? "The picture is no longer in n8n's storage"
			: `The picture could not be read from n8n's storage: ${said}`,
		hint: `${isGone ? 'n8n deletes the files of old executions after a while. ' : ''}Run the workflow again from the step that loads the picture. Nothing was charged.`,
		retryable: false,
	});
}
