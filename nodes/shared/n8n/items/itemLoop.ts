/** The one item loop: the work for an item in; results in the order of the input out. What an item rejects with is its failure. */
import type { INodeExecutionData } from 'n8n-workflow';
import { mapConcurrently } from '../../core/concurrency/mapConcurrently';
import { type Failure, type Outcome, fail } from '../../core/failure';
import { causesOf } from '../http/requestErrors';
import type { NodeRun } from './nodeRun';
import { type OutputItem, type Results, putOut } from './putOut';

/** Makes the output of item `index`. What it rejects with (a broken expression, say) fails that item only. */
export type ItemWork<T = OutputItem> = (index: number) => Promise<Outcome<T>>;

/** Runs the work for every input item and puts out what comes of it: `mapItems`, then `putOut`. */
export async function runItems(run: NodeRun, lanes: number, work: ItemWork): Promise<INodeExecutionData[]> {
	return putOut(run, await mapItems(run, lanes, work));
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
