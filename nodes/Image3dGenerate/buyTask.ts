/** How an item comes to its task: found again from an earlier try, or submitted and paid for now, or not at all. */
import { CANCELLED, type Failure, type Outcome, aboutTask, fail, succeed } from '../shared/core/failure';
import { type LedgerEntry, fingerprintOf } from '../shared/core/purchase/ledger';
import { oneLine } from '../shared/core/report/oneLine';
import { readPictureHeader } from '../shared/core/inputImage/imageHeader';
import { hintAtPicture } from '../shared/core/inputImage/imageHint';
import { LONGEST_QUOTED_TEXT } from '../shared/core/report/redact';
import { type GenerateRequest, toGenerateBody } from '../shared/core/api/generateRequest';
import { mayBeCharged, submitOnce } from '../shared/core/purchase/submitOnce';
import { type Task, parseTask } from '../shared/core/api/task';
import { inTurn } from '../shared/n8n/timing/stepQueue';
import { sourceOf, takeUpWithoutPicture } from './lostImage';
import type { ItemRequest } from './readItem';
import { withPicture } from './withPicture';
import type { Run } from './run';
import { isGivenUp } from './unknownTask';

export interface PurchasedTask {
	task: Task;
	entry: LedgerEntry;
	/** What may make a bad model of its picture. */
	pictureHint?: string;
}

/** The task of an item's request, or the reason why none was submitted. */
export async function buyTask(
	run: Run,
	item: ItemRequest,
): Promise<Outcome<PurchasedTask | { skipped: string }>> {
	// Without anything to find again its picture need not be loaded for this.
	if (run.waitSignal.aborted && !run.ledger.hasLeft) return fail(CANCELLED);
	return await withPicture(
		run,
		item,
		async (picture) => {
			const hint = picture && hintAtPicture(readPictureHeader(picture.bytes, picture.type));
			const request = picture === undefined ? item.words : { ...item.words, picture };
			const obtained = await obtainFor(run, item, request);
			if (hint === undefined) return obtained;
			if (!obtained.ok) return fail(withPictureHint(obtained.failure, hint));
			return 'task' in obtained.value ? succeed({ ...obtained.value, pictureHint: hint }) : obtained;
		},
		(failure) => obtainWithoutPicture(run, item, failure),
	);
}

/** A failure that the picture may be to blame for, with what is to be said of it. */
export function withPictureHint(failure: Failure, hint: string | undefined): Failure {
	const mayBeToBlame = failure.kind === 'badRequest' || failure.kind === 'taskFailed';
	return mayBeToBlame && hint !== undefined ? { ...failure, hint: `${failure.hint} ${hint}` } : failure;
}

/** The task of an earlier try whose picture is gone, or the failure that it is. */
function obtainWithoutPicture(run: Run, item: ItemRequest, failure: Failure): Outcome<PurchasedTask> {
	const left = takeUpWithoutPicture(run.ledger, item, failure);
	if (!left.ok) return left;
	return run.waitSignal.aborted ? fail(describeUnsent(left.value)) : reattach(left.value);
}

async function obtainFor(
	run: Run,
	item: ItemRequest,
	request: GenerateRequest,
): Promise<Outcome<PurchasedTask | { skipped: string }>> {
	const fingerprint = await workOn(request, fingerprintOf);
	const { submitsAgain } = item;
	const claimed = run.ledger.claim(fingerprint);
	// An item may have failed the node while this one waited for its turn: it is not paid for any more.
	if (run.waitSignal.aborted) return fail(describeUnsent(claimed));
	const isGone = claimed !== undefined && (await isGivenUp(run, claimed, submitsAgain));
	const left = isGone ? undefined : claimed;
	if (left?.state === 'accepted') return reattach(left);
	if (left !== undefined && !submitsAgain) return fail(STILL_UNCERTAIN);
	const verdict = await run.gate.enter();
	if (!verdict.ok) return verdict;
	if (verdict.value !== undefined) return succeed({ skipped: verdict.value });
	if (left !== undefined) run.ledger.resend(left);
	return await submit(
		run,
		request,
		left ?? run.ledger.open(fingerprint, run.service.clock.now(), sourceOf(item)),
		item.options.timeoutMs,
	);
}

/** Why a request is not sent any more, with the task that a try before has left for it. */
function describeUnsent(left: LedgerEntry | undefined): Failure {
	return left?.taskId === undefined ? CANCELLED : aboutTask(CANCELLED, left.taskId);
}

/** A picture has up to ten megabytes: going through all of it waits for its turn. */
async function workOn<T>(request: GenerateRequest, step: (request: GenerateRequest) => T): Promise<T> {
	return request.picture === undefined ? step(request) : await inTurn(() => step(request));
}

function reattach(entry: LedgerEntry): Outcome<PurchasedTask> {
	const task = parseTask({ task_id: entry.taskId, status: 'queued' });
	return task.ok ? succeed({ task: task.value, entry }) : task;
}

async function submit(
	run: Run,
	request: GenerateRequest,
	entry: LedgerEntry,
	budgetMs: number,
): Promise<Outcome<PurchasedTask | { skipped: string }>> {
	const { clock, send } = run.service;
	const outcome = await submitOnce(send, clock, {
		body: await workOn(request, toGenerateBody),
		idempotencyKey: entry.idempotencyKey,
		budgetMs,
		// Once an item has failed the node, nothing more is paid for.
		signal: run.waitSignal,
		onRetry: () => run.report.countRetry(),
		onRateLimited: async (waitMs, isNamed) => {
			const wait = clock.sleep(waitMs, run.waitSignal);
			await (isNamed ? run.window.yieldSlotFor(wait) : run.window.yieldSlot(wait));
		},
	});
	if (!outcome.ok) return await refuse(run, entry, outcome.failure);
	// From here on the task is paid for: whatever happens, a retry finds it in the execution's data.
	entry.state = 'accepted';
	entry.taskId = outcome.value.taskId;
	entry.submittedMs = clock.now();
	noteInLog(run, outcome.value.taskId);
	run.gate.accepted++;
	run.window.grow();
	return succeed({ task: outcome.value, entry });
}

/** An n8n process that is killed leaves nothing of its executions: then only its log still names the task. */
function noteInLog(run: Run, taskId: string): void {
	run.log.info(`Image3D accepted task ${oneLine(taskId)} (${whereOf(run)})`);
}

function whereOf(run: Run): string {
	const { executionId, nodeName } = run.describePlace();
	return `execution ${executionId}, node "${oneLine(nodeName)}"`;
}

async function refuse(run: Run, entry: LedgerEntry, failure: Failure): Promise<Outcome<never>> {
	if (failure.kind === 'uncertain') {
		entry.state = 'uncertain';
		run.log.warn(`${oneLine(failure.message, LONGEST_QUOTED_TEXT)} (${whereOf(run)})`);
		return fail({ ...failure, hint: `${failure.hint}${await run.gate.compareBalance()}` });
	}
	run.ledger.close(entry);
	run.gate.leave();
	if (failure.kind === 'paymentRequired') {
		run.gate.close('The Image3D account has too few credits for more generations.');
	}
	return fail(failure);
}

const STILL_UNCERTAIN = mayBeCharged(
	'An earlier try of this generation was never confirmed, so it is not sent again',
);
