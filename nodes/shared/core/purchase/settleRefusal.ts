/**
 * A submit that brought no task: why in; the ledger, the records and the limits of the run are told, and the failure for the user
 * comes out. What is uncertain stays in the ledger; what was refused for certain leaves it.
 */
import { type Failure, type Outcome, fail } from '../failure';
import { oneLine } from '../report/oneLine';
import { LONGEST_QUOTED_TEXT } from '../report/redact';
import type { LedgerEntry } from './ledger';
import type { Purchases } from './purchases';
import { isRedirect, sentElsewhere, withEarlierDoubt } from './submitOnce';

/** The failure for the user, with what is known of a charge. */
export async function settleRefusal(
	run: Purchases,
	entry: LedgerEntry,
	failure: Failure,
): Promise<Outcome<never>> {
	if (failure.kind === 'uncertain') {
		entry.state = 'uncertain';
		run.log.warn(`${oneLine(failure.message, LONGEST_QUOTED_TEXT)} (${run.place})`);
		await run.records.ended(entry, 'uncertain');
		// Each of the others would be in doubt as well.
		if (isRedirect(failure)) run.gate.stop(sentElsewhere(failure));
		return fail({ ...failure, hint: `${failure.hint}${await run.gate.compareBalance()}` });
	}
	run.gate.leave();
	const isInDoubt = entry.inDoubt !== undefined;
	if (isInDoubt) run.ledger.leaveInDoubt(entry);
	else run.ledger.close(entry);
	await run.records.ended(entry, isInDoubt ? 'leftInDoubt' : 'refused');
	if (failure.kind === 'paymentRequired') {
		run.gate.close('The Image3D account has too few credits for more generations.');
	}
	return fail(isInDoubt ? withEarlierDoubt(failure) : failure);
}
