/** Where the money went: each charge is in front of the user as a task, or as a charge that is uncertain. */
import type { RunRecord } from './runRecord';
import { visibleText } from './runRecord';
import { countUncertain } from './uncertain';

/** The charges that nothing accounts for, in sentences. */
export function findUnaccounted({ executions, ledger }: RunRecord): string[] {
	const results = executions.map(({ result }) => result);
	const said = results.map(visibleText).join('\n');
	const unseen = ledger.charges.map(({ taskId }) => taskId).filter((taskId) => !said.includes(taskId));
	// What is uncertain stays so, and every later execution speaks of all of it.
	const told = Math.max(...results.map(countUncertain));
	if (unseen.length <= told) return [];
	return [`${unseen.join(', ')} charged and nowhere to be seen, ${told} called uncertain`];
}

/** Charges by what became of them, for the sum of a campaign. */
export function sortCharges({ executions, ledger }: RunRecord): { delivered: number; uncertain: number } {
	const results = executions.map(({ result }) => result);
	const delivered = new Set(
		results.flatMap(({ outputs }) => outputs.flat().map(({ json }) => json.status && json.task_id)),
	);
	const said = results.map(visibleText).join('\n');
	return {
		delivered: ledger.charges.filter(({ taskId }) => delivered.has(taskId)).length,
		uncertain: ledger.charges.filter(({ taskId }) => !said.includes(taskId)).length,
	};
}
