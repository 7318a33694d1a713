/** An item's picture for as long as it is needed: where it is in, its bytes handed to the work, what that brings out. */
import type { Outcome } from '../shared/core/failure';
import type { Picture } from '../shared/core/inputImage/inputImage';
import type { ItemRequest } from './readRequest';
import type { Run } from './run';

/**
 * Runs `work` with the item's picture: undefined for a sentence, a Failure where it cannot be had. It is loaded as soon as the
 * pictures of other items leave room for it in memory, and let go with the end of `work`.
 */
export async function withPicture<T>(
	{ service, pictures }: Pick<Run, 'service' | 'pictures'>,
	{ image }: ItemRequest,
	work: (picture?: Outcome<Picture>) => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
	if (image === undefined || !image.ok) return await work(image);
	const room = await image.value.estimateBytes(service);
	return await pictures.hold(room, async (resize) => {
		const picture = await image.value.load(service);
		if (picture.ok) resize(picture.value.bytes.length);
		return await work(picture);
	});
}
