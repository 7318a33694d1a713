/**
 * One run of the node: n8n's context in, the node's output out; every item from request to model, paid for once, in the order
 * of the input. Throws what failed the node.
 */
import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { OrderedPause } from '../shared/core/concurrency/orderedPause';
import { type Outcome, succeed } from '../shared/core/failure';
import { ModelNames } from '../shared/n8n/files/modelNames';
import { mapItems, runItems } from '../shared/n8n/items/itemLoop';
import type { Results } from '../shared/n8n/items/putOut';
import { bindRun } from '../shared/n8n/items/nodeRun';
import { showProgress } from '../shared/n8n/items/progress';
import { checkItems } from './checkItems';
import { closeRun } from './closeRun';
import { readCredits } from './credits';
import { generateItem, stopOthers } from './generateItem';
import { type Generated, howItEnded } from './itemEnding';
import { lookUpItems } from './lookUpItems';
import type { ItemInput } from './readItem';
import { type Run, openRun } from './run';

/** The walk of all items. A run that cannot begin fails each of them. */
export async function generateAll(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const node = bindRun(context);
	const opened = await openRun(context, node);
	const output = opened.ok ? await generateEach(opened.value) : opened;
	return output.ok ? output.value : await runItems(node, 1, async () => output);
}

async function generateEach(run: Run): Promise<Outcome<INodeExecutionData[]>> {
	try {
		const inputs = await checkItems(run);
		const looked = await lookUpItems(run, inputs);
		if (!looked.ok) return looked;
		const creditsBefore = await readCredits(run);
		const results = await makeModels(run, inputs, looked.value);
		return succeed(await closeRun(run, inputs, results, creditsBefore));
	} finally {
		await run.paidModels?.close();
		run.guard.close();
	}
}

/** `fingerprints`: of the items that were looked up in the memory. */
async function makeModels(
	run: Run,
	inputs: readonly ItemInput[],
	fingerprints: ReadonlyArray<string | undefined>,
): Promise<Results<Generated>> {
	const names = new ModelNames(run, { wishOf: (index) => inputs[index].wishedName });
	// An item that fails at once must not let the next but one overtake: they are sent in the order of the input.
	const pause = new OrderedPause(async () => await run.pacer.pause());
	// Twice as many lanes as tasks: while some models are downloaded, the next tasks already run.
	return await mapItems(run, run.concurrency * 2, async (index) => {
		await pause.take();
		const { request } = inputs[index];
		const outcome = request.ok
			? await generateItem(run, names, { ...request.value, fingerprint: fingerprints[index] })
			: request;
		return note(run, index, outcome);
	});
}

/** Notes how an item has ended: for the user who watches, and for the others, which one that failed the node stops. */
function note(run: Run, index: number, outcome: Outcome<Generated>): Outcome<Generated> {
	run.report.end(index, howItEnded(outcome));
	showProgress(run, run.report, run.service.clock.now());
	if (!outcome.ok) stopOthers(run);
	return outcome;
}
