/**
 * The end of a run: the results of all items in, the node's output out. Nothing that was paid for is forgotten, and nothing
 * that was handed on is taken up again. Throws what failed the node.
 */
import type { INodeExecutionData } from 'n8n-workflow';
import { type Outcome, describeOthers, fail, mayHaveBeenCharged, succeed } from '../shared/core/failure';
import { type OutputItem, type Results, putOut, taskIdIn } from '../shared/n8n/items/putOut';
import { sumUpCredits } from './credits';
import type { Generated } from './itemEnding';
import type { ItemInput } from './readItem';
import type { Run } from './run';
import { settleLedger } from './settleLedger';

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
	await sumUpCredits(run, inputs, creditsBefore);
	await settleLedger(run, results, items);
	run.report.add(run.paidModels?.describeUnwritten() ?? '');
	run.progress.showSum();
	return items;
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
