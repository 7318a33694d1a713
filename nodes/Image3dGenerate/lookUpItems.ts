/**
 * What the memory knows of a run's items, asked before the first is paid for: all items in; out come their fingerprints, with
 * the memory's rows read. A picture is loaded, hashed and let go; one that cannot be had has no fingerprint before its turn.
 */
import { mapConcurrently } from '../shared/core/concurrency/mapConcurrently';
import { type Outcome, fail, succeed } from '../shared/core/failure';
import { fingerprintInTurn } from '../shared/core/purchase/fingerprint';
import { withUnsettled } from '../shared/core/purchase/unsettled';
import type { ItemInput } from './readItem';
import type { Run } from './run';
import { withPicture } from './withPicture';

/** The fingerprint of each item, by its index; none of them without a memory. Fails where the memory cannot be read. */
export async function lookUpItems(
	run: Run,
	inputs: readonly ItemInput[],
): Promise<Outcome<Array<string | undefined>>> {
	if (run.paidModels === undefined) return succeed([]);
	const fingerprints = await mapConcurrently(
		inputs.length,
		run.concurrency,
		async (index) => {
			await run.pacer.pause();
			const { request } = inputs[index];
			// What is wrong with an item is told in its own turn, and fails no other.
			if (!request.ok) return undefined;
			const { words } = request.value;
			const read = await withPicture(run, request.value, async (picture) => {
				if (picture?.ok === false) return picture;
				return succeed(await fingerprintInTurn({ ...words, picture: picture?.value }, run.inTurn));
			}).catch(() => undefined);
			return read?.ok === true ? read.value : undefined;
		},
		() => run.waitSignal.aborted,
	);
	const looked = await run.paidModels.lookUp(fingerprints.filter((known) => known !== undefined));
	return looked.ok ? succeed(fingerprints) : fail(withUnsettled(looked.failure, run.ledger));
}
