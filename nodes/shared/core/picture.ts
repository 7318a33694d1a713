/** A product picture before it is sent: base64 decoded, its kind recognized by its first bytes, its size bounded. */
import { type Outcome, badInput, succeed } from './failure';
import { BYTES_PER_MB, MAX_PICTURE_BYTES } from './limits';

export type PictureType = 'image/png' | 'image/jpeg' | 'image/webp';

export interface Picture {
	bytes: Uint8Array;
	type: PictureType;
}

/**
 * Pictures of one run that are in memory at the same time, from loading till sending; each takes three times its size
 * meanwhile. Four of the largest, or as many of a shop's usual half megabyte as tasks can be in flight.
 */
export const LOADED_PICTURES_BYTES = 4 * MAX_PICTURE_BYTES;

const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;

/** The kind of picture by its signature (PNG, JPEG, WebP), or undefined. */
export function pictureType(bytes: Uint8Array): PictureType | undefined {
	if (startsWith(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return 'image/png';
	if (startsWith(bytes, [0xff, 0xd8, 0xff])) return 'image/jpeg';
	const isRiff = startsWith(bytes, [0x52, 0x49, 0x46, 0x46]);
	if (isRiff && startsWith(bytes.subarray(8), [0x57, 0x45, 0x42, 0x50])) return 'image/webp';
	return undefined;
}

/** Checks bytes that came from `field` (a label a person sees). Fails on empty, too large, or another kind of file. */
export function checkPicture(bytes: Uint8Array, field: string): Outcome<Picture> {
	if (bytes.length === 0) {
		return badInput(
			`The picture in "${field}" is empty`,
			'Check that the step before hands on the whole file.',
		);
	}
	if (bytes.length > MAX_PICTURE_BYTES) {
		const sizeMb = (bytes.length / BYTES_PER_MB).toFixed(1);
		return badInput(
			`The picture in "${field}" has ${sizeMb} MB, more than the ${MAX_PICTURE_BYTES / BYTES_PER_MB} MB that can be sent`,
			'Make it smaller first, for example with the Edit Image node (Resize).',
		);
	}
	const type = pictureType(bytes);
	if (type === undefined) {
		return badInput(
			`The file in "${field}" is not a PNG, JPEG or WebP picture`,
			'Convert it to one of these first, for example with the Edit Image node.',
		);
	}
	return succeed({ bytes, type });
}

/** Decodes base64 text, with or without a `data:` prefix, white space or missing padding, then checks the picture. */
export function decodePicture(text: string, field: string): Outcome<Picture> {
	const given = text.trim().replace(/^data:[^,]*,/i, '');
	const empty = () => badInput(`"${field}" is empty`, 'Put the picture there as base64 text.');
	const notBase64 = () =>
		badInput(
			`"${field}" is not valid base64`,
			'Check that the whole text was copied and that it is base64, not a link.',
		);
	// Each look at all of it takes a while with a large picture: most texts have no white space to take out.
	const isPlain = BASE64.test(given);
	const base64 = isPlain ? given : given.replace(/\s+/g, '');
	if (base64 === '') return empty();
	if (!isPlain && !BASE64.test(base64)) return notBase64();
	const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
	if ((base64.length - padding) % 4 === 1) return notBase64();
	return checkPicture(Buffer.from(base64, 'base64'), field);
}

function startsWith(bytes: Uint8Array, signature: number[]): boolean {
	return signature.every((byte, index) => bytes[index] === byte);
}
