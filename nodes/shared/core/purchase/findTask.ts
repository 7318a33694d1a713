/**
 * A task that was paid for before: a fingerprint, or a picture's source, in; out comes what is known of it, from the execution's
 * own ledger or another record, or nothing. Sends no request for a generation. Fails where a submit was never confirmed.
 */
import { fetchStatusWithRetry } from '../api/fetchStatus';
import { CANCELLED, type Failure, type Outcome, aboutTask, fail, succeed } from '../failure';
import type { LedgerEntry } from './ledger';
import type { FoundTask, WantedTask } from './purchaseRecords';
import type { Purchases } from './purchases';
import { mayBeCharged } from './submitOnce';

/** Where a task is looked for. */
type Search = Pick<Purchases, 'service' | 'ledger' | 'records' | 'waitSignal'>;

/** Nothing was found: it may be paid for. */
export interface NotFound {
	/** What an earlier try has sent without an answer, and is to be sent again. */
	left?: LedgerEntry;
}

/** A retry asks for the task this long before it believes that it is gone, in milliseconds. */
const ASK_MS = 30_000;

/** The task that was paid for before: in an earlier try of this execution, or as another record knows. */
export async function findTask(run: Search, wanted: WantedTask): Promise<Outcome<FoundTask | NotFound>> {
	const { fingerprint, submitsAgain } = wanted;
	const left = run.ledger.claim(fingerprint);
	// An item may have failed the node while this one waited for its turn: it is not paid for any more.
	if (run.waitSignal.aborted) return fail(describeUnsent(left));
	if (left !== undefined && !(await isGivenUp(run, left, submitsAgain))) {
		if (left.state === 'accepted') return succeed({ entry: left });
		return submitsAgain ? succeed({ left }) : fail(STILL_UNCERTAIN);
	}
	const found = await run.records.find(wanted);
	return found.ok ? succeed(found.value ?? {}) : found;
}

/**
 * The task that an earlier try left for a request of this source, whose picture cannot be had any more: n8n deletes the files of
 * old executions, and links go dead, while the model is paid for. `failure`: of the picture, where nothing was left.
 */
export function findBySource(
	{ ledger, waitSignal }: Pick<Search, 'ledger' | 'waitSignal'>,
	source: string | undefined,
	failure: Failure,
): Outcome<FoundTask> {
	const left = source === undefined ? undefined : ledger.claimBySource(source);
	if (left === undefined) return fail(failure);
	if (left.state !== 'accepted') {
		return fail(
			mayBeCharged(
				`An earlier try of this generation was never confirmed, so it is not sent again; and now: ${failure.message}`,
			),
		);
	}
	return waitSignal.aborted ? fail(describeUnsent(left)) : succeed({ entry: left });
}

/** Whether the task of an entry is still not known, and the user has a new one made in such a case: then it leaves the ledger. */
async function isGivenUp(run: Search, entry: LedgerEntry, submitsAgain: boolean): Promise<boolean> {
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

/** Why a request is not sent any more, with the task that a try before has left for it. */
function describeUnsent(left: LedgerEntry | undefined): Failure {
	return left?.taskId === undefined ? CANCELLED : aboutTask(CANCELLED, left.taskId);
}

const STILL_UNCERTAIN = mayBeCharged(
	'An earlier try of this generation was never confirmed, so it is not sent again',
);
