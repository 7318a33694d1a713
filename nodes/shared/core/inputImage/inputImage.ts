/**
 * A product picture before it is sent: base64 or bytes in; out come the bytes and the kind that the first of them tell. Fails
 * on what is no PNG, JPEG or WebP picture, empty, or too large.
 */
import { inMegabytes } from '../report/counted';
import { type Outcome, badInput, succeed } from '../failure';
import { imageKind } from '../../../../glb/images';
import { recognizeFile } from './imageFormat';
import { BYTES_PER_MB } from '../limits';

/** Image3D names no limit. 10 MB is above any web product photo and below what gateways refuse once it is base64. */
export const MAX_PICTURE_BYTES = 10 * BYTES_PER_MB;

/** What the service takes. */
export type PictureType = 'image/png' | 'image/jpeg' | 'image/webp';

/** A whole file, as it is sent. */
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
	const kind = imageKind(bytes);
	return kind === 'png' || kind === 'jpeg' || kind === 'webp' ? `image/${kind}` : undefined;
}

/**
 * Checks the bytes of a picture. `place` says where they come from, as in `in "data"`. Fails on empty, too large, or
 * another kind of file, which is called by its name.
 */
export function checkPicture(bytes: Uint8Array, place: string): Outcome<Picture> {
	const wrongSize = checkPictureSize(bytes.length, place);
	if (wrongSize !== undefined) return wrongSize;
	const type = pictureType(bytes);
	return type === undefined ? notAPicture(bytes, place) : succeed({ bytes, type });
}

/** What is wrong with a picture of so many bytes; undefined for nothing. */
export function checkPictureSize(size: number, place: string): Outcome<never> | undefined {
	if (size === 0) {
		return badInput(`The picture ${place} is empty`, 'Check that the step before hands on the whole file.');
	}
	if (size <= MAX_PICTURE_BYTES) return undefined;
	const most = MAX_PICTURE_BYTES / BYTES_PER_MB;
	// A few bytes too many would be told as just as much as allowed.
	const told = inMegabytes(Math.max((most + 0.1) * BYTES_PER_MB, size));
	return badInput(
		`The picture ${place} has ${told}, more than the ${most} MB that can be sent`,
		'Make it smaller first, for example with the Edit Image node (Resize).',
	);
}

function notAPicture(bytes: Uint8Array, place: string): Outcome<never> {
	const format = recognizeFile(bytes);
	if (format !== undefined) {
		return badInput(`The file ${place} is ${format.name}, not a PNG, JPEG or WebP picture`, format.remedy);
	}
	return badInput(
		`The file ${place} is not a PNG, JPEG or WebP picture`,
		'Convert it to one of these first, for example with the Edit Image node.',
	);
}

/** The first bytes of a file that is to be a picture: undefined where they are one's. */
export function checkPictureHead(head: Uint8Array, place: string): Outcome<never> | undefined {
	return pictureType(head) === undefined ? notAPicture(head, place) : undefined;
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
	return checkPicture(Buffer.from(base64, 'base64'), `in "${field}"`);
}
