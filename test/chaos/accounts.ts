/** Where the money went: each charge is in front of the person as a task, or as a charge that is uncertain. */
import type { Evidence } from './evidence';
import { visibleText } from './evidence';
import { uncertainItems } from './uncertain';

/** The charges that nothing accounts for, in sentences. */
export function findUnaccounted({ plan, executions, ledger, asked }: Evidence): string[] {
	const results = executions.map(({ result }) => result);
	const said = results.map(visibleText).join('\n');
	const unseen = ledger.charges.filter(({ taskId }) => !said.includes(taskId));
	const mayRepeat = plan.options.onUncertainCharge === 'submitAgain';
	const uncertain = results.map(uncertainItems);
	// Without repeats an item that is called uncertain again is the same charge as before.
	const told = (mayRepeat ? uncertain.flat() : [...new Set(uncertain.flat())]).map(
		(item) => plan.items[item],
	);
	return [...new Set(unseen.map(({ taskId }) => asked[taskId]))].flatMap((request) => {
		const lost = unseen.filter(({ taskId }) => asked[taskId] === request);
		const covered = told.filter((other) => other === request).length;
		if (lost.length <= covered) return [];
		const ids = lost.map(({ taskId }) => taskId).join(', ');
		return [`"${request}": ${ids} charged and nowhere to be seen, ${covered} called uncertain`];
	});
}

/** Charges by what became of them, for the sum of a campaign. */
export function sortCharges({ executions, ledger }: Evidence): { delivered: number; uncertain: number } {
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
