/**
 * One item from request to model: bought, waited for, delivered. Its request in; out comes its item, with the ledger entry
 * that the item settles, or a Failure that says what was paid for.
 */
import type { IDataObject } from 'n8n-workflow';
import { type Failure, type Outcome, fail, succeed } from '../shared/core/failure';
import { type Task, failureOfTask } from '../shared/core/api/task';
import { waitForTask } from '../shared/core/polling/waitForTask';
import type { LedgerEntry } from '../shared/core/purchase/ledger';
import { deliverModel } from '../shared/n8n/files/deliverModel';
import type { ModelNames } from '../shared/n8n/files/modelNames';
import { answerAgent } from '../shared/n8n/items/agentTool';
import type { OutputItem } from '../shared/n8n/items/itemLoop';
import { showProgress } from '../shared/n8n/items/progress';
import { simplifyItem } from '../shared/n8n/items/simplifyItem';
import { type PurchasedTask, buyTask, withPictureHint } from './buyTask';
import type { ItemRequest } from './readItem';
import type { Run } from './run';
import { noteUnknown } from './unknownTask';

/** What became of an item. */
export interface Generated {
	item: OutputItem;
	/** What it has paid for: leaves the ledger once the output is safe. */
	entry?: LedgerEntry;
	/** Its submit met "no credits". */
	refusal?: Failure;
}

/** What is known of an item whose task is not in flight any more. */
interface Ended {
	json: IDataObject;
	entry?: LedgerEntry;
	/** A model to deliver. */
	task?: Task;
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
		const bought = await buyTask(run, request);
		const outcome = bought.ok ? await waitForModel(run, names, request, bought.value) : bought;
		// Before the turn passes to the next item.
		if (!outcome.ok && !isRefusal(outcome.failure)) stopOthers(run);
		return outcome;
	});
	if (!ended.ok) return endWithoutModel(run, request, ended.failure);
	const { json, entry, task } = ended.value;
	let item: Outcome<OutputItem> = succeed({ json });
	if (task !== undefined && options.downloads) {
		const fileName = await names.nameOf(index, task.taskId);
		item = await deliverModel(run.service, task, json, { ...options, fileName });
	}
	const simplified = simplifyItem(item, options.simplifies);
	return simplified.ok ? succeed({ item: simplified.value, entry }) : simplified;
}

/** The task's end, or, where nobody waits for it, its beginning. */
async function waitForModel(
	run: Run,
	names: ModelNames,
	{ index, words, options }: ItemRequest,
	bought: PurchasedTask | { skipped: string },
): Promise<Outcome<Ended>> {
	const { mode, quality } = words;
	if ('skipped' in bought) return succeed({ json: skipped(bought.skipped, { mode, quality }) });
	const { task, entry, pictureHint } = bought;
	const asked = { mode, quality, ...(pictureHint === undefined ? {} : { picture_hint: pictureHint }) };
	if (!options.waits) {
		// For whoever fetches the model: its name goes with the task.
		const file_name = await names.nameOf(index, task.taskId);
		return succeed({ json: { ...(task.fields as IDataObject), ...asked, file_name }, entry });
	}
	const watched = await waitForTask(
		{ taskId: task.taskId, quality, sinceMs: entry.submittedMs, wasAccepted: true },
		run.service,
		{
			timeoutMs: options.timeoutMs,
			pollIntervalMs: options.pollIntervalMs,
			signal: run.waitSignal,
			onStatus: (seen) => showStatus(run, index, seen),
		},
	);
	if (!watched.ok) return fail(noteUnknown(entry, watched.failure));
	const { task: ended, statusChecks, endedMs } = watched.value;
	if (ended.status === 'failed') {
		// Nothing is left to fetch: a retry makes a new model.
		run.ledger.closeLost(entry);
		return fail(withPictureHint(failureOfTask(ended), pictureHint));
	}
	const timing = { duration_ms: endedMs - entry.submittedMs, status_checks: statusChecks };
	const json = { ...(task.fields as IDataObject), ...(ended.fields as IDataObject), ...asked, ...timing };
	return succeed({ json, entry, task: ended });
}

function showStatus(run: Run, index: number, task: Task): void {
	run.report.countStatusCheck();
	run.report.see(index, task.progress ?? 0);
	showProgress(run, run.report, run.service.clock.now());
}

function endWithoutModel(run: Run, { words }: ItemRequest, failure: Failure): Outcome<Generated> {
	if (isRefusal(failure)) {
		const { mode, quality } = words;
		return succeed({ item: { json: skipped(failure.message, { mode, quality }) }, refusal: failure });
	}
	if (!run.isTool) return fail(failure);
	const answer = answerAgent(failure);
	return answer.ok ? succeed({ item: answer.value }) : answer;
}

function skipped(reason: string, asked: IDataObject): IDataObject {
	return { status: 'skipped', reason, ...asked };
}

/** "No credits" for a submit: others of the run may have been accepted, and those are still delivered. */
function isRefusal({ kind, taskId }: Failure): boolean {
	return kind === 'paymentRequired' && taskId === undefined;
}

/** The output of the others is lost with the error that fails the node: waiting for them would only delay it. */
export function stopOthers(run: Run): void {
	if (!run.continues) run.stopWaiting.abort();
}
