/**
 * The items of a run, made as many at a time as the user allows: what was read of them in, how each has ended out. Nothing is
 * thrown.
 */
import { OrderedPause } from '../shared/core/concurrency/orderedPause';
import { ModelNames } from '../shared/n8n/files/modelNames';
import { mapItems } from '../shared/n8n/items/itemLoop';
import type { Results } from '../shared/n8n/items/putOut';
import { generateItem, stopOthers } from './generateItem';
import { type Generated, howItEnded } from './itemEnding';
import type { ItemInput } from './readItem';
import type { Run } from './run';

/** The results in the order of the input. `fingerprints`: of the items that were looked up in the memory. */
export async function generateItems(
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
		// For the user who watches, and for the others, which one that has failed the node stops.
		run.report.end(index, howItEnded(outcome));
		run.progress.show();
		if (!outcome.ok) stopOthers(run);
		return outcome;
	});
}
