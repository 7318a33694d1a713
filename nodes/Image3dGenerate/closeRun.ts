/**
 * The end of a run: the results of all items in, the node's output out. Nothing that was paid for is forgotten, and nothing
 * that was handed on is taken up again. Throws what failed the node.
 */
import type { INodeExecutionData } from 'n8n-workflow';
import { type Outcome, describeOthers, fail, mayHaveBeenCharged, succeed } from '../shared/core/failure';
import { showSum } from '../shared/n8n/items/progress';
import { type OutputItem, type Results, putOut, taskIdIn } from '../shared/n8n/items/putOut';
import { readCredits } from './credits';
import type { Generated } from './itemEnding';
import type { ItemInput } from './readItem';
import type { Run } from './run';

/** The output of a run. `creditsBefore`: the account's balance when it began. */
export async function closeRun(
	run: Run,
	inputs: readonly ItemInput[],
	results: Results<Generated>,
	creditsBefore: number | undefined,
): Promise<INodeExecutionData[]> {
	const told = tellUntold(run, explainRefusals(results));
	const items = putOut(run, told, (index) => inputs[index]?.fileName);
	// Before the ledger lets go of anything: from then on nothing may come between it and the output.
	const creditsAfter = await readCredits(run);
	run.report.addCredits(creditsBefore, creditsAfter);
	run.report.addSaved(priceOf(run, inputs, creditsBefore, creditsAfter));
	await settle(run, results, items);
	run.report.add(run.paidModels?.describeUnwritten() ?? '');
	showSum(run, run.report, run.service.clock.now());
	return items;
}

/** What a generation has cost in this run; undefined where that is not known, or may differ between its items. */
function priceOf(
	run: Run,
	inputs: readonly ItemInput[],
	before: number | undefined,
	after: number | undefined,
): number | undefined {
	const { accepted } = run.gate;
	if (before === undefined || after === undefined || accepted === 0) return undefined;
	const qualities = new Set(inputs.flatMap(({ request }) => (request.ok ? request.value.words.quality : [])));
	return qualities.size === 1 ? (before - after) / accepted : undefined;
}

/** When the run has no task at all, the first item that was refused tells the user what to do. */
function explainRefusals(results: Results<Generated>): Results {
	const hasTask = results.some((outcome) => outcome?.ok && outcome.value.item?.json.task_id !== undefined);
	const isRefused = (outcome: Results<Generated>[number]) =>
		outcome?.ok && outcome.value.refusal !== undefined;
	const first = hasTask ? -1 : results.findIndex(isRefused);
	return results.map((outcome, index): Outcome<OutputItem> | undefined => {
		if (outcome?.ok !== true) return outcome;
		const { item, refusal } = outcome.value;
		if (item === undefined) return undefined;
		return index === first && refusal !== undefined ? fail(refusal) : succeed(item);
	});
}

/** Adds to the error, or under Continue to the sum, what the tries before have paid for and no result speaks of. */
function tellUntold(run: Run, results: Results): Results {
	const told = results.map((outcome) => outcome && taskIdIn(outcome));
	const unsettled = run.ledger.unsettled();
	const taskIds = unsettled.taskIds.filter((taskId) => !told.includes(taskId));
	const isUncertain = (outcome: Results[number]) =>
		outcome?.ok === false && mayHaveBeenCharged(outcome.failure) && !outcome.failure.isOfEarlierRun;
	const uncertain = unsettled.uncertain - results.filter(isUncertain).length;
	run.report.add(describeOthers(taskIds, uncertain));
	return results.map((outcome) => {
		if (run.continues || outcome?.ok !== false) return outcome;
		return fail({ ...outcome.failure, otherTaskIds: taskIds, otherUncertain: uncertain });
	});
}

/** Removes what is in the output from the ledger, once no try again can drop it. */
async function settle(run: Run, results: Results<Generated>, [first]: INodeExecutionData[]): Promise<void> {
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
