/**
 * The body of a generate request: what the user filled in goes in, what is sent comes out. Fails on what would cost a credit
 * for nothing.
 */
import { type Mode, isDocumentedQuality } from './endpoints';
import { type Outcome, badInput, succeed } from '../failure';
import type { Picture } from '../inputImage/inputImage';
import { isObject } from './foreignText';

/** Long enough for a described scene; a whole pasted page is a mistake that would cost a credit. */
export const MAX_PROMPT_CHARACTERS = 4_000;

/** What is asked of the service, checked, before it becomes JSON. */
export interface GenerateRequest {
	mode: Mode;
	quality: string;
	prompt?: string;
	picture?: Picture;
	extraFields: Record<string, unknown>;
}

/** What the user has filled in, as n8n hands it over. */
export interface RequestFields {
	mode: Mode;
	quality: unknown;
	/** Of a sentence. */
	prompt?: unknown;
	extraFields: unknown;
}

/** The request, but for its picture. Fails with the first field that cannot be sent. */
export function checkRequest(fields: RequestFields): Outcome<GenerateRequest> {
	const { mode } = fields;
	const quality = checkQuality(String(fields.quality ?? ''));
	if (!quality.ok) return quality;
	const extraFields = parseExtraFields(fields.extraFields);
	if (!extraFields.ok) return extraFields;
	const words = { mode, quality: quality.value, extraFields: extraFields.value };
	if (mode !== 'text') return succeed(words);
	const prompt = checkPrompt(String(fields.prompt ?? ''));
	return prompt.ok ? succeed({ ...words, prompt: prompt.value }) : prompt;
}

/** The prompt, trimmed. Fails when there is none or when it is a whole page. */
export function checkPrompt(prompt: string): Outcome<string> {
	const text = prompt.trim();
	if (text === '') {
		return badInput(
			'"Prompt" is empty',
			'Describe what the model should show, for example "a red leather armchair".',
		);
	}
	if (text.length > MAX_PROMPT_CHARACTERS) {
		return badInput(
			`"Prompt" has ${text.length} characters, more than the ${MAX_PROMPT_CHARACTERS} that can be sent`,
			'Shorten it to what the model should show.',
		);
	}
	return succeed(text);
}

/**
 * The quality, trimmed. A documented tier is understood in any case; a word that the documentation does not know is
 * passed on as it came, for the service may know it tomorrow. Fails when there is nothing.
 */
export function checkQuality(quality: string): Outcome<string> {
	const text = quality.trim();
	const tier = text.toLowerCase();
	if (isDocumentedQuality(tier)) return succeed(tier);
	if (text !== '') return succeed(text);
	return badInput('"Quality" is empty', 'Choose Fast, Standard, Pro or Ultra, or correct the expression.');
}

/** Extra Fields as n8n hands them over (an object, or JSON text; empty means none). */
export function parseExtraFields(value: unknown): Outcome<Record<string, unknown>> {
	if (value === undefined || value === null) return succeed({});
	if (isObject(value)) return succeed(value);
	if (typeof value === 'string' && value.trim() === '') return succeed({});
	const parsed = typeof value === 'string' ? parseJson(value) : undefined;
	if (isObject(parsed)) return succeed(parsed);
	return badInput(
		'"Extra Fields" is not a JSON object',
		'Write it like {"seed": 7}, with double quotes and curly brackets.',
	);
}

/**
 * The JSON body as the API documents it; extra fields are merged over it. With a picture it comes as the bytes to send:
 * as an object it would be made into a string of 13 MB, and that into bytes, once more for every try.
 */
export function toGenerateBody(request: GenerateRequest): Record<string, unknown> | Uint8Array {
	const { picture } = request;
	const words = {
		mode: request.mode,
		...(request.prompt === undefined ? {} : { prompt: request.prompt }),
		quality: request.quality,
		...request.extraFields,
	};
	return picture === undefined || 'image' in words ? words : withImage(words, picture.bytes);
}

/** Three bytes are four characters of base64; so many threes are encoded at a time. */
const THREES_AT_A_TIME = 16 * 1024;

/** `words` is not empty. */
function withImage(words: object, picture: Uint8Array): Uint8Array {
	const before = Buffer.from('{"image":"');
	const after = Buffer.from(`",${JSON.stringify(words).slice(1)}`);
	const body = Buffer.allocUnsafe(before.length + Math.ceil(picture.length / 3) * 4 + after.length);
	let end = before.copy(body);
	for (let start = 0; start < picture.length; start += THREES_AT_A_TIME * 3) {
		const { buffer, byteOffset, length } = picture.subarray(start, start + THREES_AT_A_TIME * 3);
		end += body.write(Buffer.from(buffer, byteOffset, length).toString('base64'), end, 'latin1');
	}
	after.copy(body, end);
	return body;
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
