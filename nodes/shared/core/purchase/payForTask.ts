/**
 * The one step that costs money: a purchase in, for which nothing was found and whose entry is noted; its request is sent, and
 * the task out. A Failure says what was or may have been paid for.
 */
import { toGenerateBody } from '../api/generateRequest';
import { type Outcome, succeed } from '../failure';
import { oneLine } from '../report/oneLine';
import type { LedgerEntry } from './ledger';
import type { Purchase, PurchasedTask, Purchases } from './purchases';
import { settleRefusal } from './settleRefusal';
import { submitOnce } from './submitOnce';

/** Submits a purchase that is noted in the ledger and in all records. */
export async function payForTask(
	run: Purchases,
	{ request, budgetMs }: Purchase,
	entry: LedgerEntry,
): Promise<Outcome<PurchasedTask>> {
	const { clock, send } = run.service;
	// Of a process that is killed before the answer, this is all that tells of a charge.
	run.log.info(`Image3D is asked for a generation (${run.place})`);
	const encode = () => toGenerateBody(request);
	const body = request.picture === undefined ? encode() : await run.inTurn(encode);
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
	if (!outcome.ok) return await settleRefusal(run, entry, outcome.failure);
	// From here on the task is paid for: whatever happens, a retry finds it in the execution's data.
	entry.state = 'accepted';
	entry.taskId = outcome.value.taskId;
	entry.submittedMs = clock.now();
	// An n8n process that is killed leaves nothing of its executions: then only its log still names the task.
	run.log.info(`Image3D accepted task ${oneLine(entry.taskId)} (${run.place})`);
	await run.records.accepted(entry);
	run.gate.accepted++;
	run.window.grow();
	return succeed({ task: outcome.value, entry });
}
