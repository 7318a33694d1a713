/**
 * The output of a node: the results of its items in; items, each paired with its input, out. What failed is thrown, or put out
 * as an item, as the user chose; it says what all of them have paid for.
 */
import type { INodeExecutionData } from 'n8n-workflow';
import { type Failure, type Outcome, aboutItem, fail, mayHaveBeenCharged } from '../../core/failure';
import { toErrorItem, toNodeError } from './nodeErrors';
import type { NodeRun } from './nodeRun';

/** An item before it is paired with the one it comes from. */
export type OutputItem = Pick<INodeExecutionData, 'json' | 'binary'>;

/** The results of all items that were started, by their index. */
export type Results<T = OutputItem> = Array<Outcome<T> | undefined>;

/** The name of the file that item `index` brings or speaks of. Never throws. */
type FileNameOf = (index: number) => string | undefined;

/**
 * The node's output, each item paired with its input. Without *Continue On Fail* the first failure is thrown; with it each
 * failed input becomes one error item.
 */
export function putOut(run: NodeRun, results: Results, fileNameOf?: FileNameOf): INodeExecutionData[] {
	const named = results.map((outcome, index) =>
		outcome?.ok === false ? fail(withFileName(outcome.failure, index, fileNameOf)) : outcome,
	);
	if (!run.continues) throwFirstFailure(run, named);
	return named.flatMap((outcome, index) => {
		if (outcome === undefined) return [];
		if (outcome.ok) return [{ ...outcome.value, pairedItem: { item: index } }];
		return [toErrorItem(run, outcome.failure, index)];
	});
}

/** The output of a run that cannot begin: every item has failed with this. */
export function failAll(run: NodeRun, failure: Failure): INodeExecutionData[] {
	return putOut(
		run,
		Array.from({ length: run.itemCount }, () => fail(failure)),
	);
}

/** Throws the failure that stopped the node; items that were only stopped with it come second. */
function throwFirstFailure(run: NodeRun, results: Results): void {
	const isCause = (outcome: Results[number]) => outcome?.ok === false && outcome.failure.kind !== 'cancelled';
	const cause = results.findIndex(isCause);
	const index = cause >= 0 ? cause : results.findIndex((outcome) => outcome?.ok === false);
	const outcome = results[index];
	if (outcome?.ok === false)
		throw toItemError(run, forReader(run, withOthers(outcome.failure, index, results)), index);
}

/** The error of item `index`, which its message names. */
export function toItemError(run: NodeRun, failure: Failure, index: number) {
	return toNodeError(run, aboutItem(failure, index, run.itemCount), index);
}

/** The failure with the name of the item's file, where there is one. */
function withFileName(failure: Failure, index: number, fileNameOf: FileNameOf | undefined): Failure {
	const fileName = fileNameOf?.(index);
	return fileName === undefined || fileName === '' ? failure : { ...failure, fileName };
}

/** An agent is shown the message alone. */
function forReader({ isTool }: NodeRun, failure: Failure): Failure {
	if (!isTool) return failure;
	return { ...failure, message: `${failure.message}. ${failure.hint}` };
}

/** Names what the other items have paid for, for their output is lost with the error. */
function withOthers(failure: Failure, index: number, results: Results): Failure {
	const others = results.filter((_outcome, other) => other !== index);
	const ids = others.flatMap((outcome) => (outcome === undefined ? [] : (taskIdIn(outcome) ?? [])));
	const otherTaskIds = new Set([...(failure.otherTaskIds ?? []), ...ids]);
	if (failure.taskId !== undefined) otherTaskIds.delete(failure.taskId);
	const uncertain = others.filter((outcome) => outcome?.ok === false && mayHaveBeenCharged(outcome.failure));
	return {
		...failure,
		otherTaskIds: [...otherTaskIds],
		otherUncertain: (failure.otherUncertain ?? 0) + uncertain.length,
	};
}

/** The task that an outcome speaks of. */
export function taskIdIn(outcome: Outcome<OutputItem>): string | undefined {
	if (!outcome.ok) return outcome.failure.taskId;
	const { task_id } = outcome.value.json;
	return typeof task_id === 'string' ? task_id : undefined;
}
