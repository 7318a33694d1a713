/**
 * A task that was paid for before: a fingerprint in; out comes its task, found in the execution's own ledger or by another
 * record, or nothing. Sends no request for a generation. Fails where a submit was never confirmed.
 */
import { queuedTask } from '../api/task';
import { CANCELLED, type Failure, type Outcome, aboutTask, fail, succeed } from '../failure';
import type { PurchasedTask, Purchases } from './buyTask';
import type { LedgerEntry } from './ledger';
import type { FoundTask, WantedTask } from './purchaseRecords';
import { mayBeCharged } from './submitOnce';
import { isGivenUp } from './unknownTask';

/** Nothing was found: it may be paid for. */
export interface NotFound {
	/** What an earlier try has sent without an answer, and is to be sent again. */
	left?: LedgerEntry;
}

/** The task that was paid for before: in an earlier try of this execution, or as another record knows. Sends no request for one. */
export async function findTask(
	run: Purchases,
	wanted: WantedTask,
): Promise<Outcome<PurchasedTask | NotFound>> {
	const { fingerprint, submitsAgain } = wanted;
	const claimed = run.ledger.claim(fingerprint);
	// An item may have failed the node while this one waited for its turn: it is not paid for any more.
	if (run.waitSignal.aborted) return fail(describeUnsent(claimed));
	const isGone = claimed !== undefined && (await isGivenUp(run, claimed, submitsAgain));
	const left = isGone ? undefined : claimed;
	if (left?.state === 'accepted') return reattach(left);
	if (left !== undefined) return submitsAgain ? succeed({ left }) : fail(STILL_UNCERTAIN);
	const found = await run.records.find(wanted);
	if (!found.ok) return found;
	return found.value === undefined ? succeed({}) : takeFound(found.value);
}

/** The task that an earlier try has left, without its request. */
export function takeUp(run: Purchases, left: LedgerEntry): Outcome<PurchasedTask> {
	return run.waitSignal.aborted ? fail(describeUnsent(left)) : reattach(left);
}

/** Why a request is not sent any more, with the task that a try before has left for it. */
function describeUnsent(left: LedgerEntry | undefined): Failure {
	return left?.taskId === undefined ? CANCELLED : aboutTask(CANCELLED, left.taskId);
}

/** What a record has found, as the task of this request. */
export function takeFound({ entry, ...found }: FoundTask): Outcome<PurchasedTask> {
	const taken = reattach(entry);
	return taken.ok ? succeed({ ...taken.value, ...found }) : taken;
}

function reattach(entry: LedgerEntry): Outcome<PurchasedTask> {
	const task = queuedTask(entry.taskId);
	return task.ok ? succeed({ task: task.value, entry }) : task;
}

const STILL_UNCERTAIN = mayBeCharged(
	'An earlier try of this generation was never confirmed, so it is not sent again',
);
