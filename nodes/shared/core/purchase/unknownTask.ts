/**
 * A task that the service accepted and then does not know. In: its ledger entry; out: what the user is told, and whether it
 * is given up. It is paid for, and the credential may merely be another account's: nothing but the user's own word
 * (*Submit Again*) has it made and paid for once more.
 */
import type { Failure } from '../failure';
import type { LedgerEntry } from './ledger';
import { fetchStatusWithRetry } from '../api/fetchStatus';
import type { Purchases } from './buyTask';

/** A retry asks for the task this long before it believes that it is gone, in milliseconds. */
const ASK_MS = 30_000;

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

/** Whether the task of an entry is still not known, and the user has a new one made in such a case: then it leaves the ledger. */
export async function isGivenUp(run: Purchases, entry: LedgerEntry, submitsAgain: boolean): Promise<boolean> {
	if (entry.isUnknown === undefined || !submitsAgain) return false;
	const { clock } = run.service;
	const { outcome } = await fetchStatusWithRetry(
		entry.taskId!,
		run.service,
		run.waitSignal,
		clock.now() + ASK_MS,
	);
	if (outcome.ok || outcome.failure.kind !== 'notFound') return false;
	run.ledger.closeLost(entry);
	await run.records.ended(entry, 'failed');
	return true;
}
