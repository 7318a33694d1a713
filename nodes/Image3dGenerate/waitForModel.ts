/**
 * What was bought, followed until its task is not in flight any more. Out comes what is said about it, and the model to
 * deliver; fails with the task's own failure, or when waiting for it ends before the task does.
 */
import type { IDataObject } from 'n8n-workflow';
import { type Task, failureOfTask } from '../shared/core/api/task';
import { type Outcome, fail, succeed } from '../shared/core/failure';
import { waitForTask } from '../shared/core/polling/waitForTask';
import type { Skipped } from '../shared/core/purchase/buyTask';
import type { LedgerEntry } from '../shared/core/purchase/ledger';
import { noteUnknown } from '../shared/core/purchase/unknownTask';
import type { ModelNames } from '../shared/n8n/files/modelNames';
import { showProgress } from '../shared/n8n/items/progress';
import { type BoughtItem, withPictureHint } from './buyItem';
import type { ItemRequest } from './readItem';
import type { Run } from './run';

/** What is known of an item whose task is not in flight any more. */
export interface Ended {
	json: IDataObject;
	/** What it has paid for. */
	entry?: LedgerEntry;
	/** Has a model to deliver. */
	task?: Task;
}

/** The task's end, or, where nobody waits for it, its beginning. */
export async function waitForModel(
	run: Run,
	names: ModelNames,
	{ index, words, options }: ItemRequest,
	bought: BoughtItem | Skipped,
): Promise<Outcome<Ended>> {
	const { mode, quality } = words;
	if ('skipped' in bought) return succeed({ json: skippedJson(bought.skipped, { mode, quality }) });
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
		await run.records.ended(entry, 'failed');
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

/** What is said of an item whose request was not submitted. */
export function skippedJson(reason: string, asked: IDataObject): IDataObject {
	return { status: 'skipped', reason, ...asked };
}
