/**
 * How a request comes to its task: found again from an earlier try, or submitted and paid for now, or not at all. Here
 * nothing is paid for twice: an entry is in the ledger before its request leaves, and an unconfirmed one is not sent again
 * unless the user says so. A Failure says what was or may have been paid for.
 */
import type { AdaptiveLimiter } from '../concurrency/adaptiveLimiter';
import { type GenerateRequest, toGenerateBody } from '../api/generateRequest';
import type { Task } from '../api/task';
import { type Failure, type Outcome, fail, succeed } from '../failure';
import type { Service } from '../api/service';
import { oneLine } from '../report/oneLine';
import { LONGEST_QUOTED_TEXT } from '../report/redact';
import type { RunReport } from '../report/runReport';
import { type NotFound, findTask, takeFound } from './findTask';
import { fingerprintOf } from './fingerprint';
import type { Ledger, LedgerEntry } from './ledger';
import type { FoundTask, PurchaseRecords } from './purchaseRecords';
import type { SpendingLimit } from './spendingLimit';
import { isRedirect, sentElsewhere, submitOnce, withEarlierDoubt } from './submitOnce';

/** What the purchases of one run share. */
export interface Purchases {
	service: Service;
	ledger: Ledger;
	/** Who else keeps account of what is paid for. */
	records: PurchaseRecords;
	gate: SpendingLimit;
	window: AdaptiveLimiter;
	report: Pick<RunReport, 'countRetry'>;
	/** Ends when nothing more is to be paid for. */
	waitSignal: AbortSignal;
	/** Runs a step that takes some milliseconds, such as going through a whole picture, in a turn of its own. */
	inTurn<T>(step: () => T): Promise<T>;
	log: { info(text: string): void; warn(text: string): void };
	/** Where the run is, for the log. */
	describePlace(): { executionId: string; nodeName: string };
}

/** What is to be bought. */
export interface Purchase {
	request: GenerateRequest;
	/** What was asked and where its picture came from, as `Ledger` keeps it. */
	source?: string;
	/** An unconfirmed submit is sent again. */
	submitsAgain: boolean;
	/** A new model is wanted although one may be known. */
	makesAgain?: boolean;
	/** How long a submit may be put off by 429s. */
	budgetMs: number;
	/** The prompt or the picture's file name, for whoever reads the records. */
	label?: string;
}

/** A task that is paid for, with its entry in the ledger. */
export interface PurchasedTask {
	task: Task;
	entry: LedgerEntry;
	/** It was not paid for by this run. */
	isReused?: true;
	/** Its model was handed on before. */
	wasDelivered?: true;
	/** When another run has paid for it, where that is known. */
	paidMs?: number;
}

/** Why a request was not submitted. */
export interface Skipped {
	skipped: string;
}

/** A request that was looked for before its picture was loaded, and was not found. */
export interface LookedFor extends NotFound {
	fingerprint: string;
}

/** The task of a request, or the reason why none was submitted. */
export async function buyTask(
	run: Purchases,
	purchase: Purchase,
	looked?: LookedFor,
): Promise<Outcome<PurchasedTask | Skipped>> {
	const fingerprint = await workOn(run, purchase.request, fingerprintOf);
	const { submitsAgain, makesAgain } = purchase;
	const isLookedFor = looked?.fingerprint === fingerprint;
	const found = isLookedFor
		? succeed(looked)
		: await findTask(run, { fingerprint, submitsAgain, makesAgain });
	if (!found.ok) return found;
	if ('task' in found.value) return succeed(found.value);
	return await payForTask(run, purchase, fingerprint, found.value.left);
}

/** Submits a request for which nothing was found. `left`: sent before without an answer, and to be sent again. */
async function payForTask(
	run: Purchases,
	purchase: Purchase,
	fingerprint: string,
	left?: LedgerEntry,
): Promise<Outcome<PurchasedTask | Skipped>> {
	const verdict = await run.gate.enter();
	if (!verdict.ok) return verdict;
	if (verdict.value !== undefined) return succeed({ skipped: verdict.value });
	const entry = left ?? run.ledger.open(fingerprint, run.service.clock.now(), purchase.source);
	const opened = await openRecords(run, purchase, entry);
	// One that may have been charged before this try still may have been.
	if (left !== undefined && opened.ok) run.ledger.resend(left);
	if (opened.ok && opened.value === undefined) return await submit(run, purchase, entry);
	run.gate.leave();
	if (opened.ok || left === undefined) run.ledger.close(entry);
	return opened.ok ? takeFound(opened.value!) : opened;
}

/** Notes the purchase before its request leaves. */
async function openRecords(
	run: Purchases,
	{ request, label, makesAgain, submitsAgain }: Purchase,
	entry: LedgerEntry,
): Promise<Outcome<FoundTask | undefined>> {
	const { mode, quality } = request;
	return await run.records.opening(entry, { mode, quality, label, makesAgain, submitsAgain });
}

/** A picture has up to ten megabytes: going through all of it waits for its turn. */
async function workOn<T>(
	run: Purchases,
	request: GenerateRequest,
	step: (request: GenerateRequest) => T,
): Promise<T> {
	return request.picture === undefined ? step(request) : await run.inTurn(() => step(request));
}

async function submit(
	run: Purchases,
	{ request, budgetMs }: Purchase,
	entry: LedgerEntry,
): Promise<Outcome<PurchasedTask>> {
	const { clock, send } = run.service;
	// Of a process that is killed before the answer, this is all that tells of a charge.
	run.log.info(`Image3D is asked for a generation (${whereOf(run)})`);
	const body = await workOn(run, request, toGenerateBody);
	const outcome = await submitOnce(send, clock, {
		body,
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
	await run.records.accepted(entry);
	run.gate.accepted++;
	run.window.grow();
	return succeed({ task: outcome.value, entry });
}

/** An n8n process that is killed leaves nothing of its executions: then only its log still names the task. */
function noteInLog(run: Purchases, taskId: string): void {
	run.log.info(`Image3D accepted task ${oneLine(taskId)} (${whereOf(run)})`);
}

function whereOf(run: Purchases): string {
	const { executionId, nodeName } = run.describePlace();
	return `execution ${executionId}, node "${oneLine(nodeName)}"`;
}

async function refuse(run: Purchases, entry: LedgerEntry, failure: Failure): Promise<Outcome<never>> {
	if (failure.kind === 'uncertain') {
		entry.state = 'uncertain';
		run.log.warn(`${oneLine(failure.message, LONGEST_QUOTED_TEXT)} (${whereOf(run)})`);
		await run.records.ended(entry, 'uncertain');
		// Each of the others would be in doubt as well.
		if (isRedirect(failure)) run.gate.stop(sentElsewhere(failure));
		return fail({ ...failure, hint: `${failure.hint}${await run.gate.compareBalance()}` });
	}
	run.gate.leave();
	const isInDoubt = entry.inDoubt !== undefined;
	if (isInDoubt) run.ledger.leaveInDoubt(entry);
	else run.ledger.close(entry);
	await run.records.ended(entry, isInDoubt ? 'uncertain' : 'refused');
	if (failure.kind === 'paymentRequired') {
		run.gate.close('The Image3D account has too few credits for more generations.');
	}
	return fail(isInDoubt ? withEarlierDoubt(failure) : failure);
}
