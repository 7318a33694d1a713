/** What n8n's storage failed with, in; the Failure for the user out: most likely the file of a picture is gone. */
import { type Failure, fail } from '../../core/failure';
import { causesOf } from '../http/requestErrors';

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
