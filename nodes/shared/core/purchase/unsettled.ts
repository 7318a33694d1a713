/** What stops a node before it sends anything, in; the same out, with what its previous attempts have paid for. */
import { type Failure, describeOthers } from '../failure';
import type { Ledger } from './ledger';

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
