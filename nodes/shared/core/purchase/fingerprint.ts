/**
 * By what two requests are known to be the same purchase: a request, or what is known of it without its picture, in; one hash
 * out. Nothing fails.
 */
import { createHash } from 'crypto';
import { isObject } from '../api/foreignText';
import type { GenerateRequest } from '../api/generateRequest';

/** One hash over everything that makes two requests the same purchase. */
export function fingerprintOf(request: GenerateRequest): string {
	const hash = createHash('sha256');
	const { picture, ...words } = request;
	hash.update(
		JSON.stringify([
			words.mode,
			words.prompt === undefined ? null : inOneSpelling(words.prompt),
			words.quality,
			// As they are sent: a date is its text.
			inOneOrder(JSON.parse(JSON.stringify(words.extraFields))),
		]),
	);
	if (picture !== undefined) hash.update(picture.bytes);
	return hash.digest('hex');
}

/** The same, in a turn of its own where there is a picture of up to ten megabytes to go through. */
export async function fingerprintInTurn(
	request: GenerateRequest,
	inTurn: <T>(step: () => T) => Promise<T>,
): Promise<string> {
	return request.picture === undefined ? fingerprintOf(request) : await inTurn(() => fingerprintOf(request));
}

/**
 * What is asked and where the picture is kept, as one hash that needs no picture; undefined where it is kept nowhere. The same
 * in every version of this pack: executions have it in their data.
 */
export function sourceOf(words: GenerateRequest, place: string | undefined): string | undefined {
	if (place === undefined) return undefined;
	const { mode, quality, extraFields } = words;
	return createHash('sha256')
		.update(JSON.stringify([mode, quality, extraFields, place]))
		.digest('hex');
}

/** What looks the same to whoever reads it: a table that was edited on another system spells it otherwise. */
function inOneSpelling(prompt: string): string {
	return prompt.normalize('NFC').replace(/\r\n?/g, '\n');
}

/** The same fields in whatever order are the same request. */
function inOneOrder(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(inOneOrder);
	if (!isObject(value)) return value;
	return Object.fromEntries(
		Object.keys(value)
			.sort()
			.map((name) => [name, inOneOrder(value[name])]),
	);
}
