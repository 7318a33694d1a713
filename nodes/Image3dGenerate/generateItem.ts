/**
 * One item from request to model: bought, waited for, delivered. Its request in; out comes its item, with the ledger entry
 * that the item settles, or a Failure that says what was paid for.
 */
import { type Failure, type Outcome, fail, succeed } from '../shared/core/failure';
import type { LedgerEntry } from '../shared/core/purchase/ledger';
import { deliverModel } from '../shared/n8n/files/deliverModel';
import type { ModelNames } from '../shared/n8n/files/modelNames';
import { answerAgent } from '../shared/n8n/items/agentTool';
import type { OutputItem } from '../shared/n8n/items/itemLoop';
import { simplifyItem } from '../shared/n8n/items/simplifyItem';
import { buyItem } from './buyItem';
import type { ItemRequest } from './readItem';
import type { Run } from './run';
import { type Ended, skippedJson, waitForModel } from './waitForModel';

/** What became of an item. */
export interface Generated {
	/** Undefined where its model is known and no item is wanted for it. */
	item?: OutputItem;
	/** What it has paid for: leaves the ledger once the output is safe. */
	entry?: LedgerEntry;
	/** Its submit met "no credits". */
	refusal?: Failure;
}

/** The model of an item. */
export async function generateItem(
	run: Run,
	names: ModelNames,
	request: ItemRequest,
): Promise<Outcome<Generated>> {
	const { index, options } = request;
	// A task is in flight, and holds its slot, until it has ended.
	const ended = await run.window.hold(async () => {
		const outcome = await makeModel(run, names, request);
		// Before the turn passes to the next item.
		if (!outcome.ok && !isRefusal(outcome.failure)) stopOthers(run);
		return outcome;
	});
	if (!ended.ok) return endWithoutModel(run, request, ended.failure);
	if (ended.value === 'leftOut') return succeed({});
	const { json, entry, task, hasFile } = ended.value;
	let item: Outcome<OutputItem> = succeed({ json });
	if (task !== undefined && options.downloads && hasFile) {
		const fileName = await names.nameOf(index, task.taskId);
		item = await deliverModel(run.service, task, json, { ...options, fileName });
	}
	const simplified = simplifyItem(item, options.simplifies);
	return simplified.ok ? succeed({ item: simplified.value, entry }) : simplified;
}

type Made = Ended & { hasFile: boolean };

/** A task that was paid for before and is gone is made anew; a new one ends as it ends. */
async function makeModel(
	run: Run,
	names: ModelNames,
	request: ItemRequest,
): Promise<Outcome<Made | 'leftOut'>> {
	for (;;) {
		const bought = await buyItem(run, request);
		if (!bought.ok) return bought;
		const known = 'task' in bought.value && bought.value.isReused ? bought.value : undefined;
		if (known?.wasDelivered && request.knownModels === 'leaveOut') return succeed('leftOut');
		const ended = await waitForModel(run, names, request, bought.value);
		const hasFile = !known?.wasDelivered || request.knownModels === 'deliver';
		if (ended.ok) return succeed({ ...ended.value, hasFile });
		if (known === undefined || !isGone(ended.failure)) return ended;
		if (ended.failure.kind === 'notFound') run.report.countForgotten();
		await run.records.ended(known.entry, 'failed');
	}
}

/** The service does not know the task, or could not make its model. */
function isGone({ kind }: Failure): boolean {
	return kind === 'notFound' || kind === 'taskFailed';
}

function endWithoutModel(run: Run, { words }: ItemRequest, failure: Failure): Outcome<Generated> {
	if (isRefusal(failure)) {
		const { mode, quality } = words;
		return succeed({ item: { json: skippedJson(failure.message, { mode, quality }) }, refusal: failure });
	}
	if (!run.isTool) return fail(failure);
	const answer = answerAgent(failure);
	return answer.ok ? succeed({ item: answer.value }) : answer;
}

/** "No credits" for a submit: others of the run may have been accepted, and those are still delivered. */
function isRefusal({ kind, taskId }: Failure): boolean {
	return kind === 'paymentRequired' && taskId === undefined;
}

/** The output of the others is lost with the error that fails the node: waiting for them would only delay it. */
export function stopOthers(run: Run): void {
	if (!run.continues) run.stopWaiting.abort();
}
