/** A picture as base64 text in a parameter: how to read the text in, the source out. Fails, once it is read, on what is no picture. */
import { MAX_PICTURE_BYTES, decodePicture } from '../../core/inputImage/inputImage';
import { inTurn } from '../timing/stepQueue';
import type { ImageSource } from './imageSource';

/** `readText` reads megabytes: when they are needed, and they are not kept. */
export function pastedImage(readText: () => string): ImageSource {
	const load = async () => await inTurn(() => decodePicture(readText(), 'Image (Base64)'));
	return { findProblem: load, estimateBytes: async () => MAX_PICTURE_BYTES, load };
}
