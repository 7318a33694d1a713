/**
 * Buys an item's task, step by step: looked for, its picture loaded for as long as that takes, bought, with a word on what may
 * make a bad model of the picture. Fails with what was, or may have been, paid for.
 */
import { readImageHeader } from '../../glb/images';
import { CANCELLED, type Outcome, fail, succeed } from '../shared/core/failure';
import { hintAtPicture, withPictureHint } from '../shared/core/inputImage/imageHint';
import { buyTask } from '../shared/core/purchase/buyTask';
import { type NotFound, findBySource, findTask } from '../shared/core/purchase/findTask';
import type { PurchasedTask, Skipped } from '../shared/core/purchase/purchases';
import type { ItemRequest } from './readRequest';
import type { Run } from './run';
import { withPicture } from './withPicture';

/** The task of an item, with what the user should know of its picture. */
export interface BoughtItem extends PurchasedTask {
	/** What may make a bad model of its picture. */
	pictureHint?: string;
}

/** The task of an item's request, or the reason why none was submitted. */
export async function buyItem(run: Run, item: ItemRequest): Promise<Outcome<BoughtItem | Skipped>> {
	// Without anything to find again its picture need not be loaded for this.
	if (run.waitSignal.aborted && !run.ledger.hasLeft) return fail(CANCELLED);
	const { fingerprint } = item;
	// Looked for before its turn, where its fingerprint is known: a known model needs no picture.
	const found =
		fingerprint === undefined ? succeed<NotFound>({}) : await findTask(run, { ...item, fingerprint });
	if (!found.ok) return found;
	if ('entry' in found.value) return succeed(found.value);
	const looked = fingerprint === undefined ? undefined : { ...found.value, fingerprint };
	const { words, options, ...wishes } = item;
	return await withPicture<BoughtItem | Skipped>(run, item, async (loaded) => {
		if (loaded?.ok === false) return findBySource(run, item.source, loaded.failure);
		const picture = loaded?.value;
		const request = picture === undefined ? words : { ...words, picture };
		const bought = await buyTask(run, { ...wishes, request, budgetMs: options.timeoutMs }, looked);
		const hint = picture && hintAtPicture(readImageHeader(picture.bytes) ?? {});
		if (hint === undefined) return bought;
		if (!bought.ok) return fail(withPictureHint(bought.failure, hint));
		return 'entry' in bought.value ? succeed({ ...bought.value, pictureHint: hint }) : bought;
	});
}
