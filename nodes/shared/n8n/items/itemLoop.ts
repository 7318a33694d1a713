/**
 * The one item loop: the work for an item in; results in the order of the input, paired with it, out. What failed is thrown
 * or put out as the user chose.
 */
import type { INodeExecutionData } from 'n8n-workflow';
import { mapConcurrently } from '../../core/concurrency/mapConcurrently';
import { type Failure, type Outcome, aboutItem, fail, mayHaveBeenCharged } from '../../core/failure';
import { attempt } from './attempt';
import { causesOf } from '../http/requestErrors';
import { toErrorItem, toNodeError } from './nodeErrors';
import type { NodeRun } from './nodeRun';

/** An item before it is paired with the one it comes from. */
export type OutputItem = Pick<INodeExecutionData, 'json' | 'binary'>;

/** Makes the output of item `index`. What it rejects with (a broken expression, say) fails that item only. */
export type ItemWork<T = OutputItem> = (index: number) => Promise<Outcome<T>>;

/** The name of the file that item `index` brings or speaks of. */
type FileNameOf = (index: number) => string | undefined;

/** The results of all items that were started, by their index. */
export type Results<T = OutputItem> = Array<Outcome<T> | undefined>;

/** Runs the work for every input item and puts out what comes of it: `mapItems`, then `putOut`. */
export async function runItems(
	run: NodeRun,
	lanes: number,
	work: ItemWork,
	{ fileNameOf }: { fileNameOf?: FileNameOf } = {},
): Promise<INodeExecutionData[]> {
	return putOut(run, await mapItems(run, lanes, work), fileNameOf);
}

/**
 * The work for every input item, `lanes` at a time, its results in the order of the input. Without *Continue On Fail* the
 * first failure stops further items; those under way go on to their end.
 */
export async function mapItems<T>(
	{ itemCount, continues }: NodeRun,
	lanes: number,
	work: ItemWork<T>,
): Promise<Results<T>> {
	let hasFailed = false;
	return await mapConcurrently(
		itemCount,
		lanes,
		async (index) => {
			const outcome = await work(index).catch((error: unknown) => fail(unexpected(error)));
			if (!outcome.ok) hasFailed = true;
			return outcome;
		},
		() => hasFailed && !continues,
	);
}

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
	const fileName = attempt(() => fileNameOf?.(index));
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

/** What a broken expression, or anything else that nobody expected, says to the user. */
export function unexpected(error: unknown): Failure {
	const [first] = causesOf(error);
	const description =
		typeof first?.description === 'string' ? first.description : 'Check the expressions in this node.';
	return {
		kind: 'badInput',
		// n8n counts from 0 here.
		message:
			typeof first?.message === 'string'
				? first.message.replace(/ ?\[item \d+\]$/, '')
				: 'The item could not be processed',
		hint: description,
		retryable: false,
	};
}
