/**
 * An item's picture for as long as it is needed: where it is in, its bytes handed to the work, what that brings out. Fails as
 * the work does, or as `whenLost` says where there is no picture to be had.
 */
import { MAX_PICTURE_BYTES, type Picture } from '../shared/core/inputImage/inputImage';
import type { Failure, Outcome } from '../shared/core/failure';
import { readingFailed } from '../shared/n8n/files/storageFailure';
import type { ItemRequest } from './readRequest';
import type { Run } from './run';

/**
 * Runs `work` with the item's picture (undefined for a sentence). It is loaded as soon as the pictures of other items leave
 * room for it in memory, and let go with the end of `work`. `whenLost` is asked where it cannot be had.
 */
export async function withPicture<T>(
	{ service, pictures }: Pick<Run, 'service' | 'pictures'>,
	{ image }: ItemRequest,
	work: (picture?: Picture) => Promise<Outcome<T>>,
	whenLost: (failure: Failure) => Outcome<T>,
): Promise<Outcome<T>> {
	if (image === undefined) return await work();
	if (!image.ok) return whenLost(image.failure);
	// Why it cannot be read is told when it is loaded.
	const room = await image.value.estimateBytes(service).catch(() => MAX_PICTURE_BYTES);
	return await pictures.hold(room, async (resize) => {
		const picture = await image.value.load(service).catch(readingFailed);
		if (!picture.ok) return whenLost(picture.failure);
		resize(picture.value.bytes.length);
		return await work(picture.value);
	});
}
