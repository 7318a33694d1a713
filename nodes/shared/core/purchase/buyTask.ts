/**
 * How a request comes to its task: found again from an earlier try, or submitted and paid for now, or not at all. Here
 * nothing is paid for twice: an entry is in the ledger before its request leaves, and an unconfirmed one is not sent again
 * unless the user says so. A Failure says what was or may have been paid for.
 */
import type { AdaptiveLimiter } from '../concurrency/adaptiveLimiter';
import { type GenerateRequest, toGenerateBody } from '../api/generateRequest';
import { type Task, parseTask } from '../api/task';
import { CANCELLED, type Failure, type Outcome, aboutTask, fail, succeed } from '../failure';
import type { Service } from '../polling/waitForTask';
import { oneLine } from '../report/oneLine';
import { LONGEST_QUOTED_TEXT } from '../report/redact';
import type { RunReport } from '../report/runReport';
import { type Ledger, type LedgerEntry, fingerprintOf } from './ledger';
import type { SpendingLimit } from './spendingLimit';
import { mayBeCharged, submitOnce } from './submitOnce';
import { isGivenUp } from './unknownTask';

/** What the purchases of one run share. */
export interface Purchases {
	service: Service;
	ledger: Ledger;
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
	/** How long a submit may be put off by 429s. */
	budgetMs: number;
}

export interface PurchasedTask {
	task: Task;
	entry: LedgerEntry;
}

/** Why a request was not submitted. */
export interface Skipped {
	skipped: string;
}

/** The task of a request, or the reason why none was submitted. */
export async function buyTask(run: Purchases, purchase: Purchase): Promise<Outcome<PurchasedTask | Skipped>> {
	const { request, source, submitsAgain, budgetMs } = purchase;
	const fingerprint = await workOn(run, request, fingerprintOf);
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
		left ?? run.ledger.open(fingerprint, run.service.clock.now(), source),
		budgetMs,
	);
}

/** The task that an earlier try has left, without its request. */
export function takeUp(run: Purchases, left: LedgerEntry): Outcome<PurchasedTask> {
	return run.waitSignal.aborted ? fail(describeUnsent(left)) : reattach(left);
}

/** Why a request is not sent any more, with the task that a try before has left for it. */
function describeUnsent(left: LedgerEntry | undefined): Failure {
	return left?.taskId === undefined ? CANCELLED : aboutTask(CANCELLED, left.taskId);
}

/** A picture has up to ten megabytes: going through all of it waits for its turn. */
async function workOn<T>(
	run: Purchases,
	request: GenerateRequest,
	step: (request: GenerateRequest) => T,
): Promise<T> {
	return request.picture === undefined ? step(request) : await run.inTurn(() => step(request));
}

function reattach(entry: LedgerEntry): Outcome<PurchasedTask> {
	const task = parseTask({ task_id: entry.taskId, status: 'queued' });
	return task.ok ? succeed({ task: task.value, entry }) : task;
}

async function submit(
	run: Purchases,
	request: GenerateRequest,
	entry: LedgerEntry,
	budgetMs: number,
): Promise<Outcome<PurchasedTask | Skipped>> {
	const { clock, send } = run.service;
	const outcome = await submitOnce(send, clock, {
		body: await workOn(run, request, toGenerateBody),
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
