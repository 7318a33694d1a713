/** Tries the decoders on every image of the corpus: what came out, beside what the reference decoder made of it. */
import { imageKind } from '../../glb/images';
import type { Bitmap } from '../../glb/preview/codecs/bitmap';
import { decodeImage } from '../../glb/preview/codecs/decodeImage';
import { isLossyWebp } from '../../glb/preview/codecs/webp/decodeWebp';
import { corpusImages, type CorpusImage } from './imageCorpus';
import { bitmapDifference, referenceBitmap } from './referenceDecoder';
import { newSlicer } from './timing';

/**
 * Mean difference, in levels of 0 to 255, up to which a lossy image counts as read alike, in brightness and in all: libjpeg
 * and libwebp smooth colors that are stored at half the size between pixels, which is not worth its time in a texture.
 */
const ALIKE = { brightness: 1.5, all: 10 };

export interface Conformance {
	set: string;
	name: string;
	/** `equal`: every pixel, lossy ones to a level. `broken`: refused on both sides. `lenient`: only the reference refuses. */
	outcome: 'equal' | 'alike' | 'different' | 'refused' | 'broken' | 'lenient';
	mean: number;
	brightness: number;
	max: number;
	/** Why it is refused. */
	reason?: string;
}

async function conformanceOf(image: CorpusImage): Promise<Conformance> {
	const { set, name } = image;
	const data = await image.load();
	const ours = await decodeImage(data, Infinity, newSlicer());
	const theirs: Bitmap | undefined = await referenceBitmap(data).catch(() => undefined);
	const none = { set, name, mean: 0, brightness: 0, max: 0 };
	if (!ours.ok) return { ...none, outcome: theirs ? 'refused' : 'broken', reason: ours.reason };
	if (!theirs) return { ...none, outcome: 'lenient' };
	const { mean, max, brightness } = bitmapDifference(ours.bitmap, theirs);
	const isAlike = isLossy(data) && brightness <= ALIKE.brightness && mean <= ALIKE.all;
	const outcome = max <= (isLossy(data) ? 1 : 0) ? 'equal' : isAlike ? 'alike' : 'different';
	return { set, name, outcome, mean, brightness, max };
}

export async function tryCorpus(): Promise<Conformance[]> {
	const results: Conformance[] = [];
	for (const image of corpusImages()) results.push(await conformanceOf(image));
	return results;
}

function isLossy(data: Uint8Array): boolean {
	return imageKind(data) === 'jpeg' || isLossyWebp(data);
}
