/**
 * How a request comes to its task, step by step: found again from an earlier try, or noted, submitted and paid for now, or not
 * at all. Here nothing is paid for twice: an entry is in the ledger before its request leaves, and an unconfirmed one is not
 * sent again unless the user says so. A Failure says what was or may have been paid for.
 */
import { type Outcome, succeed } from '../failure';
import { type NotFound, findTask } from './findTask';
import { fingerprintInTurn } from './fingerprint';
import { payForTask } from './payForTask';
import type { Purchase, PurchasedTask, Purchases, Skipped } from './purchases';

/** A request that was looked for before its picture was loaded, and was not found. */
export interface LookedFor extends NotFound {
	fingerprint: string;
}

/** The task of a request, or the reason why none was submitted. */
export async function buyTask(
	run: Purchases,
	purchase: Purchase,
	looked?: LookedFor,
): Promise<Outcome<PurchasedTask | Skipped>> {
	const { request, source, label, makesAgain, submitsAgain } = purchase;
	const { mode, quality } = request;
	const fingerprint = await fingerprintInTurn(request, run.inTurn);
	const found =
		looked?.fingerprint === fingerprint
			? succeed(looked)
			: await findTask(run, { fingerprint, submitsAgain, makesAgain });
	if (!found.ok) return found;
	if ('entry' in found.value) return succeed(found.value);
	// Sent before without an answer, and to be sent again.
	const { left } = found.value;
	const verdict = await run.gate.enter();
	if (!verdict.ok) return verdict;
	if (verdict.value !== undefined) return succeed({ skipped: verdict.value });
	const entry = left ?? run.ledger.open(fingerprint, run.service.clock.now(), source);
	const opened = await run.records.opening(entry, { mode, quality, label, makesAgain, submitsAgain });
	// One that may have been charged before this try still may have been.
	if (left !== undefined && opened.ok) run.ledger.resend(left);
	if (opened.ok && opened.value === undefined) return await payForTask(run, purchase, entry);
	run.gate.leave();
	if (opened.ok || left === undefined) run.ledger.close(entry);
	// Somebody else has paid for it meanwhile.
	return opened.ok ? succeed(opened.value!) : opened;
}
