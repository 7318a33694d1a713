/**
 * One item from request to model: bought, waited for, delivered. Its request in; out comes its item, with the ledger entry
 * that the item settles, or a Failure that says what was paid for.
 */
import { type Failure, type Outcome, fail, succeed } from '../shared/core/failure';
import { notForgotten } from '../shared/core/purchase/unknownTask';
import { deliverModel } from '../shared/n8n/files/deliverModel';
import type { ModelNames } from '../shared/n8n/files/modelNames';
import type { OutputItem } from '../shared/n8n/items/putOut';
import { simplifyItem } from '../shared/n8n/items/simplifyItem';
import { buyItem } from './buyItem';
import type { Generated } from './itemEnding';
import type { ItemRequest } from './readRequest';
import type { Run } from './run';
import { type Ended, waitForModel } from './waitForModel';
import { type WithoutModel, endWithoutModel, isRefusal } from './withoutModel';

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
	if (!('json' in ended.value)) return endWithoutModel(run, request, ended.value);
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
): Promise<Outcome<Made | WithoutModel>> {
	const { knownModels, submitsAgain } = request;
	for (;;) {
		const bought = await buyItem(run, request);
		if (!bought.ok) return bought;
		if ('skipped' in bought.value) return succeed(bought.value);
		const known = bought.value.isReused ? bought.value : undefined;
		// Where it makes a difference, a model that was lost with an execution which is retried never came out.
		const isOld =
			known?.wasDelivered === true &&
			(knownModels === 'deliver' || !(await run.guard.hasPaidBefore(known.entry.fingerprint)));
		if (isOld && knownModels === 'leaveOut') return succeed({ isLeftOut: true });
		const ended = await waitForModel(run, names, request, bought.value);
		const hasFile = !isOld || knownModels === 'deliver';
		if (ended.ok) return succeed({ ...ended.value, hasFile });
		if (known === undefined || !isGone(ended.failure)) return ended;
		const nowMs = run.service.clock.now();
		const unlikely = notForgotten(known, ended.failure, { nowMs, submitsAgain });
		if (unlikely !== undefined) return fail(unlikely);
		if (ended.failure.kind === 'notFound') run.report.countForgotten();
		await run.records.ended(known.entry, 'failed');
	}
}

/** The service does not know the task, or could not make its model. */
function isGone({ kind }: Failure): boolean {
	return kind === 'notFound' || kind === 'taskFailed';
}

/** The output of the others is lost with the error that fails the node: waiting for them would only delay it. */
export function stopOthers(run: Run): void {
	if (!run.continues) run.stopWaiting.abort();
}
