/** One run of the node: every item from request to model, paid for once. */
import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { type Failure, type Outcome, fail, succeed } from '../shared/core/failure';
import type { GenerateRequest } from '../shared/core/api/generateRequest';
import { type Task, failureOfTask } from '../shared/core/api/task';
import { waitForTask } from '../shared/core/polling/waitForTask';
import {
	type OutputItem,
	type Results,
	runItems,
	toItemError,
	withFileName,
} from '../shared/n8n/items/itemLoop';
import { deliverModel } from '../shared/n8n/files/deliverModel';
import { showProgress, showSum } from '../shared/n8n/items/progress';
import { simplifyItem } from '../shared/n8n/items/simplifyItem';
import { type TaskOptions, readTaskOptions } from '../shared/n8n/fields/readOptions';
import { answerAgent, continuesOnFail, isToolCall, toToolOptions } from '../shared/n8n/items/agentTool';
import { readCredits } from './credits';
import { howItEnded } from './itemEnding';
import { readGuards } from './guards';
import { withUnsettled } from './lostImage';
import { readInputFileName } from './modelName';
import { type PurchasedTask, buyTask, withPictureHint } from './buyTask';
import { findBadItem, readWords } from './readItem';
import { type Run, openRun } from './run';
import { settle, tellUntold } from './closeRun';
import { noteUnknown } from './unknownTask';

/** Generates a model for every input item and hands them on in the order of the input. */
export async function generateAll(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const guards = readGuards(context);
	if (!guards.ok) return await runItems(context, 1, async () => guards);
	const run = await openRun(context, guards.value);
	if (!continuesOnFail(context)) await refuseBadItems(run);
	const before = await readCredits(run);
	// Twice as many lanes as tasks: while some models are downloaded, the next tasks already run.
	const lanes = run.concurrency * 2;
	const work = async (index: number) => {
		const outcome = await generateOne(run, index);
		run.report.end(index, howItEnded(outcome));
		showProgress(context, run.report, run.service.clock.now());
		if (!outcome.ok) stopOthers(run);
		return outcome;
	};
	const items = await runItems(context, lanes, work, {
		review: (results) => tellUntold(run, explainRefusals(run, results)),
		fileNameOf: (index) => readInputFileName(context, index),
	});
	// Before the ledger lets go of anything: from then on nothing may come between it and the output.
	run.report.addCredits(before, await readCredits(run));
	settle(run, items);
	showSum(context, run.report, run.service.clock.now());
	return items;
}

async function refuseBadItems({ context, ledger }: Run): Promise<void> {
	const bad = await findBadItem(context, ledger);
	if (bad === undefined) return;
	const failure = withFileName(bad.failure, bad.index, (index) => readInputFileName(context, index));
	throw toItemError(context, withUnsettled(failure, ledger), bad.index);
}

async function generateOne(run: Run, index: number): Promise<Outcome<OutputItem>> {
	await run.pacer.pause();
	const words = readWords(run.context, index);
	if (!words.ok) return words;
	const options = readTaskOptions(run.context, index);
	const isTool = isToolCall(run.context);
	const ended = await run.window.hold(async () => {
		const outcome = await runTask(run, index, words.value, isTool ? toToolOptions(options) : options);
		// Before the turn passes to the next item.
		if (!outcome.ok && !isRefusal(outcome.failure)) stopOthers(run);
		return outcome;
	});
	if (!ended.ok) {
		if (isRefusal(ended.failure)) return skipRefused(run, index, words.value, ended.failure);
		return isTool ? answerAgent(ended.failure) : ended;
	}
	const item =
		'item' in ended.value
			? succeed(ended.value.item)
			: await handOn(run, index, ended.value, options, isTool);
	return simplifyItem(item, options.simplifies);
}

/** A task that succeeded, with what is to be said about it. */
interface FinishedTask extends PurchasedTask {
	json: IDataObject;
}

/** Obtains the task and waits for its end. All of it happens in a slot of the window: a task is in flight till then. */
async function runTask(
	run: Run,
	index: number,
	request: GenerateRequest,
	options: TaskOptions,
): Promise<Outcome<FinishedTask | { item: OutputItem }>> {
	const words = { mode: request.mode, quality: request.quality };
	const obtained = await buyTask(run, index, request, options.timeoutMs);
	if (!obtained.ok) return obtained;
	if ('skipped' in obtained.value) return succeed({ item: skippedItem(words, obtained.value.skipped) });
	const { task, entry, pictureHint } = obtained.value;
	const asked = { ...words, ...(pictureHint === undefined ? {} : { picture_hint: pictureHint }) };
	if (!options.waits) {
		run.handedOn.push(entry);
		// For whoever fetches the model: its name goes with the task.
		const file_name = await run.names.nameOf(index, task.taskId);
		return succeed({ item: { json: { ...(task.fields as IDataObject), ...asked, file_name } } });
	}
	const watched = await waitForTask(
		{ taskId: task.taskId, quality: request.quality, sinceMs: entry.submittedMs, wasAccepted: true },
		run.service,
		{
			timeoutMs: options.timeoutMs,
			pollIntervalMs: options.pollIntervalMs,
			signal: run.waitSignal,
			onStatus: (task) => see(run, index, task),
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
	return succeed({ task: ended, entry, json });
}

function see(run: Run, index: number, task: Task): void {
	run.report.countStatusCheck();
	run.report.see(index, task.progress ?? 0);
	showProgress(run.context, run.report, run.service.clock.now());
}

async function handOn(
	run: Run,
	index: number,
	{ task, entry, json }: FinishedTask,
	options: TaskOptions,
	isTool: boolean,
): Promise<Outcome<OutputItem>> {
	let outcome: Outcome<OutputItem> = succeed({ json });
	if (options.downloads && !isTool) {
		const fileName = await run.names.nameOf(index, task.taskId);
		outcome = await deliverModel(run.context, run.service, task, json, { ...options, fileName });
	}
	if (outcome.ok) run.handedOn.push(entry);
	return outcome;
}

function skippedItem(asked: IDataObject, reason: string): OutputItem {
	return { json: { status: 'skipped', reason, ...asked } };
}

/** The output of the others is lost with the error that fails the node: waiting for them would only delay it. */
function stopOthers(run: Run): void {
	if (!continuesOnFail(run.context)) run.stopWaiting.abort();
}

/** "No credits" for a submit: others of the run may have been accepted, and those are still delivered. */
function isRefusal({ kind, taskId }: Failure): boolean {
	return kind === 'paymentRequired' && taskId === undefined;
}

function skipRefused(
	run: Run,
	index: number,
	{ mode, quality }: GenerateRequest,
	failure: Failure,
): Outcome<OutputItem> {
	run.refusals.push({ index, failure });
	return succeed(skippedItem({ mode, quality }, failure.message));
}

/** When the run has no task at all, the first item that was refused tells the user what to do. */
function explainRefusals(run: Run, results: Results): Results {
	const [first] = run.refusals.toSorted((a, b) => a.index - b.index);
	const hasTask = results.some((outcome) => outcome?.ok && outcome.value.json.task_id !== undefined);
	if (first === undefined || hasTask) return results;
	return results.map((outcome, index) => (index === first.index ? fail(first.failure) : outcome));
}
