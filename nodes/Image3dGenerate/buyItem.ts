/** Buys an item's task: its picture loaded for as long as that takes, with a word on what may make a bad model of it. */
import { readImageHeader } from '../../glb/images';
import { CANCELLED, type Failure, type Outcome, fail, succeed } from '../shared/core/failure';
import { hintAtPicture } from '../shared/core/inputImage/imageHint';
import type { Picture } from '../shared/core/inputImage/inputImage';
import { type LookedFor, type PurchasedTask, type Skipped, buyTask } from '../shared/core/purchase/buyTask';
import { findTask, takeUp } from '../shared/core/purchase/findTask';
import { sourceOf, takeUpWithoutPicture } from './lostImage';
import type { ItemRequest } from './readItem';
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
	if (fingerprint === undefined) return await buyWithPicture(run, item);
	// Looked for before its turn: a known model needs no picture.
	const found = await findTask(run, { ...item, fingerprint });
	if (!found.ok) return found;
	if ('task' in found.value) return succeed(found.value);
	return await buyWithPicture(run, item, { fingerprint, left: found.value.left });
}

async function buyWithPicture(
	run: Run,
	item: ItemRequest,
	looked?: LookedFor,
): Promise<Outcome<BoughtItem | Skipped>> {
	return await withPicture(
		run,
		item,
		async (picture) => {
			const bought = await buyTask(run, toPurchase(item, picture), looked);
			const hint = picture && hintAtPicture(readImageHeader(picture.bytes) ?? {});
			if (hint === undefined) return bought;
			if (!bought.ok) return fail(withPictureHint(bought.failure, hint));
			return 'task' in bought.value ? succeed({ ...bought.value, pictureHint: hint }) : bought;
		},
		(failure) => {
			const left = takeUpWithoutPicture(run.ledger, item, failure);
			return left.ok ? takeUp(run, left.value) : left;
		},
	);
}

function toPurchase(item: ItemRequest, picture: Picture | undefined) {
	const { words, options, submitsAgain, makesAgain, label } = item;
	return {
		request: picture === undefined ? words : { ...words, picture },
		source: sourceOf(item),
		submitsAgain,
		makesAgain,
		label,
		budgetMs: options.timeoutMs,
	};
}

/** A failure that the picture may be to blame for, with what is to be said of it. */
export function withPictureHint(failure: Failure, hint: string | undefined): Failure {
	const mayBeToBlame = failure.kind === 'badRequest' || failure.kind === 'taskFailed';
	return mayBeToBlame && hint !== undefined ? { ...failure, hint: `${failure.hint} ${hint}` } : failure;
}
