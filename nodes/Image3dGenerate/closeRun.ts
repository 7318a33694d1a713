/** The end of a run: nothing that was paid for is forgotten, and nothing that was handed on is taken up again. */
import type { INodeExecutionData } from 'n8n-workflow';
import { describeOthers, fail } from '../shared/core/failure';
import { type Results, taskIdIn } from '../shared/n8n/items/itemLoop';
import { continuesOnFail } from '../shared/n8n/items/agentTool';
import type { Run } from './run';

/** Adds to the error, or under Continue to the sum, what the tries before have paid for and no result speaks of. */
export function tellUntold(run: Run, results: Results): Results {
	const told = results.map((outcome) => outcome && taskIdIn(outcome));
	const unsettled = run.ledger.unsettled();
	const taskIds = unsettled.taskIds.filter((taskId) => !told.includes(taskId));
	const isUncertain = (outcome: Results[number]) =>
		outcome?.ok === false && outcome.failure.kind === 'uncertain';
	const uncertain = unsettled.uncertain - results.filter(isUncertain).length;
	run.report.add(describeOthers(taskIds, uncertain));
	return results.map((outcome) => {
		if (continuesOnFail(run.context) || outcome?.ok !== false) return outcome;
		return fail({ ...outcome.failure, otherTaskIds: taskIds, otherUncertain: uncertain });
	});
}

/** Strikes out what is in the output, once no try again can drop it. */
export function settle(run: Run, [first]: INodeExecutionData[]): void {
	// Retry On Fail under Continue: n8n drops the whole output and runs the node again when the first item is an error.
	const mayBeDropped = run.context.getNode().retryOnFail === true && first?.json.error !== undefined;
	for (const entry of run.handedOn) {
		if (mayBeDropped) run.ledger.keepForTryAgain(entry);
		else run.ledger.close(entry);
	}
	if (!mayBeDropped) run.ledger.settle();
}
