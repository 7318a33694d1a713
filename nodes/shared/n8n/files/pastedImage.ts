/** A picture as base64 text in a parameter: how to read the text in, the source out. Fails, once it is read, on what is no picture. */
import { MAX_PICTURE_BYTES, decodePicture } from '../../core/inputImage/inputImage';
import { inTurn } from '../timing/stepQueue';
import type { ImageSource } from './imageSource';
import { readingFailed } from './storageFailure';

/** `readText` reads megabytes: when they are needed, and they are not kept. */
export function pastedImage(readText: () => string): ImageSource {
	let bytes: number | undefined;
	const load = async () => {
		const picture = await inTurn(() => decodePicture(readText(), 'Image (Base64)')).catch(readingFailed);
		if (picture.ok) bytes = picture.value.bytes.length;
		return picture;
	};
	const estimateBytes = async () => {
		try {
			return bytes ?? Math.min(MAX_PICTURE_BYTES, bytesInBase64(readText()));
		} catch {
			// Why it cannot be read is told when it is loaded.
			return MAX_PICTURE_BYTES;
		}
	};
	return { findProblem: load, estimateBytes, load };
}

/** Bytes that a text of base64 holds at most: four characters hold three. */
export function bytesInBase64(text: string): number {
	return Math.ceil((text.length / 4) * 3);
}
