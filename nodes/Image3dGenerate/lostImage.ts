/**
 * A retry whose picture is gone: n8n deletes the files of old executions, and links go dead, while the model that was made
 * from it is paid for. In: an item and what its picture failed with; out: the task that an earlier try left for the same
 * source, or the failure.
 */
import { createHash } from 'crypto';
import type { IExecuteFunctions } from 'n8n-workflow';
import { type Failure, type Outcome, describeOthers, fail, succeed } from '../shared/core/failure';
import type { Ledger, LedgerEntry } from '../shared/core/purchase/ledger';
import type { GenerateRequest } from '../shared/core/api/generateRequest';
import { mayBeCharged } from '../shared/core/purchase/submitOnce';
import { findPictureFile } from '../shared/n8n/files/inputImageFile';
import { causesOf } from '../shared/n8n/http/requestErrors';

/** What an item asks for and where its picture comes from, as one hash that needs no picture; undefined without one. */
export function sourceOf(
	context: IExecuteFunctions,
	index: number,
	{ mode, quality, extraFields }: GenerateRequest,
): string | undefined {
	const place = mode === 'text' ? undefined : placeOf(context, index);
	if (place === undefined) return undefined;
	return createHash('sha256')
		.update(JSON.stringify([mode, quality, extraFields, place]))
		.digest('hex');
}

/** Where the picture is kept: the same in every try. Text in a parameter and files inside the item are never lost. */
function placeOf(context: IExecuteFunctions, index: number): string | undefined {
	const source = context.getNodeParameter('imageSource', index, 'binary') as string;
	if (source === 'url') return String(context.getNodeParameter('imageUrl', index, '') ?? '').trim();
	if (source !== 'binary') return undefined;
	const found = findPictureFile(context, index);
	return found.ok ? found.value.file.id : undefined;
}

/** The task that is paid for although the picture of item `index` cannot be read, or the failure that it cannot. */
export function takeUpWithoutPicture(
	context: IExecuteFunctions,
	ledger: Ledger,
	index: number,
	words: GenerateRequest,
	failure: Failure,
): Outcome<{ request: GenerateRequest; left: LedgerEntry }> {
	const source = sourceOf(context, index, words);
	const left = source === undefined ? undefined : ledger.claimBySource(source);
	if (left === undefined) return fail(failure);
	if (left.state === 'accepted') return succeed({ request: words, left });
	return fail(
		mayBeCharged(
			`An earlier try of this generation was never confirmed, so it is not sent again; and now: ${failure.message}`,
		),
	);
}

/** Whether `takeUpWithoutPicture` would find something; takes nothing. */
export function isLeftFor(
	context: IExecuteFunctions,
	ledger: Ledger,
	index: number,
	words: GenerateRequest,
): boolean {
	const source = sourceOf(context, index, words);
	return source !== undefined && ledger.hasLeftOf(source);
}

/** The failure that stops a node before it sends anything, with what its tries before have paid for. */
export function withUnsettled(failure: Failure, ledger: Ledger): Failure {
	const { taskIds, uncertain } = ledger.unsettled();
	const others = describeOthers(taskIds, uncertain);
	if (others === '') return failure;
	// "Nothing was charged" holds for this try alone.
	const hint = failure.hint.replace(/ ?Nothing was charged\.$/, ' Nothing was charged in this try.');
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
		hint: `${isGone ? 'n8n deletes the files of old executions after a while. ' : ''}Run the workflow anew from the step that loads the picture. Nothing was charged.`,
		retryable: false,
	});
}
