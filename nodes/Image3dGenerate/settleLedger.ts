/**
 * What leaves the ledger at the end of a run: results and output in; the entries of models that are in the output for certain
 * are removed, and the records told. What n8n may still drop stays. Nothing fails.
 */
import type { INodeExecutionData } from 'n8n-workflow';
import type { Results } from '../shared/n8n/items/putOut';
import type { Generated } from './itemEnding';
import type { Run } from './run';

/** Removes what is in the output from the ledger, once no try again can drop it. */
export async function settleLedger(
	run: Run,
	results: Results<Generated>,
	[first]: INodeExecutionData[],
): Promise<void> {
	const entries = results.flatMap((outcome) => (outcome?.ok ? (outcome.value.entry ?? []) : []));
	// Retry On Fail under Continue: n8n drops the whole output and runs the node again when the first item is an error.
	if (run.getNode().retryOnFail === true && first?.json.error !== undefined) {
		for (const entry of entries) run.ledger.keepForTryAgain(entry);
		return;
	}
	if (!isCanceled(run)) {
		await run.records.delivered(entries);
		if (isCanceled(run)) await run.records.undelivered(entries);
	}
	// What is canceled meanwhile puts out nothing: a retry, or the next run, finds its models.
	if (isCanceled(run)) return;
	for (const entry of entries) run.ledger.close(entry);
	run.ledger.settle();
}

function isCanceled({ signal }: Run): boolean {
	return signal?.aborted === true;
}
