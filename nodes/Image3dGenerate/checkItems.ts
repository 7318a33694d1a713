/**
 * All items of a run, read in the order of the input and, where the first failure fails the node, checked before the first
 * is paid for: throws the error of the first that could not be sent. Loads no pictures.
 */
import type { Failure } from '../shared/core/failure';
import { withUnsettled } from '../shared/core/purchase/unsettled';
import { toItemError } from '../shared/n8n/items/putOut';
import { type ItemInput, readItem } from './readItem';
import type { ItemRequest } from './readRequest';
import type { Run } from './run';

/** Reads, and checks, all items. */
export async function checkItems(run: Run): Promise<ItemInput[]> {
	const items: ItemInput[] = [];
	for (let index = 0; index < run.itemCount; index++) {
		await run.pacer.pause();
		const item = readItem(run, index);
		items.push(item);
		if (run.continues) continue;
		if (item.thrown !== undefined) throw item.thrown.error;
		const { request } = item;
		const failure = request.ok ? await findProblem(run, request.value) : request.failure;
		if (failure !== undefined) throw toItemError(run, withUnsettled(named(failure, item), run.ledger), index);
	}
	return items;
}

/** What is wrong with an item's picture. One that is not needed any more, because a try before has paid for its model, is none. */
async function findProblem(run: Run, item: ItemRequest): Promise<Failure | undefined> {
	const { image, source } = item;
	if (image === undefined) return undefined;
	const problem = image.ok ? await image.value.findProblem(run.service) : image;
	if (problem === undefined || problem.ok) return undefined;
	return source !== undefined && run.ledger.hasLeftOf(source) ? undefined : problem.failure;
}

function named(failure: Failure, { fileName }: ItemInput): Failure {
	return fileName === undefined || fileName === '' ? failure : { ...failure, fileName };
}
