/**
 * What was bought, followed until its task is not in flight any more. Out comes what is said about it, and the model to
 * deliver; fails with the task's own failure, or when waiting for it ends before the task does.
 */
import type { IDataObject } from 'n8n-workflow';
import { fetchStatusWithRetry } from '../shared/core/api/fetchStatus';
import { type Task, failureOfTask, queuedTask } from '../shared/core/api/task';
import { type Outcome, fail, succeed } from '../shared/core/failure';
import { withPictureHint } from '../shared/core/inputImage/imageHint';
import { READ_TIMEOUT_MS } from '../shared/core/limits';
import { waitForTask } from '../shared/core/polling/waitForTask';
import type { LedgerEntry } from '../shared/core/purchase/ledger';
import { noteUnknown } from '../shared/core/purchase/unknownTask';
import type { ModelNames } from '../shared/n8n/files/modelNames';
import type { BoughtItem } from './buyItem';
import type { ItemRequest } from './readRequest';
import type { Run } from './run';

/** What is known of an item whose task is not in flight any more. */
export interface Ended {
	json: IDataObject;
	/** What it has paid for. */
	entry?: LedgerEntry;
	/** Has a model to deliver. */
	task?: Task;
}

/** A task that was accepted so long ago is known to all of the service's machines, in milliseconds. */
const KNOWN_EVERYWHERE_MS = 60_000;

/** The task's end, or, where nobody waits for it, its beginning. */
export async function waitForModel(
	run: Run,
	names: ModelNames,
	item: ItemRequest,
	bought: BoughtItem,
): Promise<Outcome<Ended>> {
	const { index, words, options } = item;
	const { mode, quality } = words;
	const { entry, pictureHint, isReused } = bought;
	const accepted = bought.task === undefined ? queuedTask(entry.taskId) : succeed(bought.task);
	if (!accepted.ok) return accepted;
	const task = accepted.value;
	const asked = {
		mode,
		quality,
		...(pictureHint === undefined ? {} : { picture_hint: pictureHint }),
		...(isReused ? { reused: true } : {}),
	};
	entry.isOnlyStarted = options.waits ? undefined : true;
	if (!options.waits) {
		const begun = isReused ? await askOnce(run, entry) : accepted;
		if (!begun.ok) return begun;
		// For whoever fetches the model: its name goes with the task.
		const file_name = await names.nameOf(index, task.taskId);
		return succeed({ json: { ...(begun.value.fields as IDataObject), ...asked, file_name }, entry });
	}
	const age = tellAge(run, bought);
	const awaited = { taskId: task.taskId, quality, sinceMs: entry.submittedMs, ...age };
	const watched = await waitForTask(awaited, run.service, {
		timeoutMs: options.timeoutMs,
		pollIntervalMs: options.pollIntervalMs,
		signal: run.waitSignal,
		learned: run.durations.spanOf(quality),
		onStatus: ({ progress = 0 }) => {
			run.report.countStatusCheck();
			run.report.see(index, progress);
			run.progress.show();
		},
	});
	if (!watched.ok) return fail(isReused ? watched.failure : noteUnknown(entry, watched.failure));
	const { task: ended, statusChecks, endedMs, lesson } = watched.value;
	if (ended.status === 'failed') {
		// Nothing is left to fetch: a retry makes a new model.
		if (isReused) return fail(failureOfTask(ended));
		run.ledger.closeLost(entry);
		await run.records.ended(entry, 'failed');
		return fail(withPictureHint(failureOfTask(ended), pictureHint));
	}
	// Of a task that an earlier attempt or another run has left nobody saw when it ended.
	const wasSubmittedHere = !isReused && entry.submittedMs >= run.startedMs;
	if (lesson !== undefined && wasSubmittedHere) run.durations.learn(quality, lesson);
	// How long it took is known of a task alone that was followed from its beginning.
	const duration = isReused ? {} : { duration_ms: endedMs - entry.submittedMs };
	const timing = { ...duration, status_checks: statusChecks };
	const json = { ...(task.fields as IDataObject), ...(ended.fields as IDataObject), ...asked, ...timing };
	return succeed({ json, entry, task: ended });
}

/** Whether a task that the service does not know may be known in a moment, and whether it may have ended. */
function tellAge(run: Run, { isReused, entry }: BoughtItem) {
	const ageMs = run.service.clock.now() - entry.submittedMs;
	return { wasAccepted: !isReused || ageMs < KNOWN_EVERYWHERE_MS, mayHaveEnded: isReused === true };
}

/** How a task is that was paid for before, where nobody waits for its end. */
async function askOnce(run: Run, entry: LedgerEntry): Promise<Outcome<Task>> {
	const { service, waitSignal } = run;
	const deadlineMs = service.clock.now() + READ_TIMEOUT_MS;
	const { outcome } = await fetchStatusWithRetry(entry.taskId!, service, waitSignal, deadlineMs);
	return outcome.ok && outcome.value.status === 'failed' ? fail(failureOfTask(outcome.value)) : outcome;
}
