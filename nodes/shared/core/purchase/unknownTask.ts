/**
 * A task that the service accepted and then does not know. In: its ledger entry; out: what the user is told. It is paid for,
 * and the credential may merely be another account's: nothing but the user's own word (*Submit Again*) has it made and paid
 * for once more.
 */
import type { Failure } from '../failure';
import type { LedgerEntry } from './ledger';

/** Notes that the service does not know the task, and says what was paid for and how to get on. */
export function noteUnknown(entry: LedgerEntry, failure: Failure): Failure {
	if (failure.kind !== 'notFound') return failure;
	entry.isUnknown = true;
	return {
		...failure,
		hint: `Image3D accepted task ${entry.taskId}, so it was paid for. Check that the credential belongs to the account that started it, and ask Image3D about this ID; Image3D Status fetches the model once it is known. Trying again asks for the same task and pays nothing. For a new model, which is paid for again, set the option "If a Charge Is Uncertain" to Submit Again.`,
	};
}

/** No service forgets a task on the day on which it was made, in milliseconds. */
const NEVER_FORGOTTEN_MS = 24 * 3_600_000;

/**
 * Why no new model is paid for in place of a task that another run has paid for, and that the service does not know; undefined
 * where it may have forgotten the task, or the user has it made again.
 */
export function notForgotten(
	{ paidMs }: { paidMs?: number },
	failure: Failure,
	{ nowMs, submitsAgain }: { nowMs: number; submitsAgain: boolean },
): Failure | undefined {
	const isYoung = paidMs !== undefined && nowMs - paidMs < NEVER_FORGOTTEN_MS;
	if (failure.kind !== 'notFound' || submitsAgain || !isYoung) return undefined;
	return {
		...failure,
		hint: 'Another execution paid for it less than a day ago, and so soon no task is forgotten: most likely the Image3D API credential, or its Base URL, is of another account than the one that paid. Each account needs a Data Table of its own. Nothing was charged for this item now. To pay for a new model all the same, set the option "If a Charge Is Uncertain" to Submit Again.',
	};
}
