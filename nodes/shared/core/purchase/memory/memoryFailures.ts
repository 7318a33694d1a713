/** What the memory forbids to pay for, in words: the row that stands in the way in, the Failure out. */
import type { Failure } from '../../failure';
import { inSeconds } from '../../report/counted';
import { oneLine } from '../../report/oneLine';
import { mayBeCharged } from '../submitOnce';
import type { MemoryRow } from './memoryRow';

/** A submit of another execution that was never confirmed. */
export function neverConfirmed(row: MemoryRow): Failure {
	const { hint, ...failure } = mayBeCharged(
		`${capitalized(whoseOf(row))} sent this generation and never learned whether Image3D accepted it, so it is not sent again`,
	);
	return {
		...failure,
		hint: `${hint} If it was not charged, you can delete row ${row.id} of the Data Table instead. Nothing was charged for this item now.`,
		isOfEarlierRun: true,
		isUnsent: true,
	};
}

/** Another execution has been sending the same request for as long as this one waits at most. */
export function stillSending(row: MemoryRow, waitedMs: number): Failure {
	return {
		kind: 'timedOut',
		message: `${capitalized(whoseOf(row))} has been sending the same generation for ${inSeconds(waitedMs)}`,
		hint: 'This item waited for its task and submitted nothing, so nothing was charged for it. Run it again later: it then takes the task that the other execution has paid for.',
		retryable: true,
		isUnsent: true,
	};
}

/** The same row was taken by others again and again. */
export const TOO_MANY_RIVALS: Failure = {
	kind: 'timedOut',
	message: 'Too many executions are asking for the same generation at the same time',
	hint: 'Nothing was submitted for this item, so nothing was charged for it. Run it again later.',
	retryable: true,
	isUnsent: true,
};

function whoseOf({ executionId, submittedAt }: MemoryRow): string {
	const who = executionId === '' ? 'an earlier execution' : `execution ${oneLine(executionId)}`;
	return submittedAt === '' ? who : `${who} (${oneLine(submittedAt)})`;
}

function capitalized(text: string): string {
	return text.charAt(0).toUpperCase() + text.slice(1);
}
