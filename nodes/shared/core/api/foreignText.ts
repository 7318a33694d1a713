/** What somebody else has written, read with care: a text or a value in; its object, its reason, or nothing out. Nothing fails. */
import { redact } from '../report/redact';
import { parseJson } from './exactJson';

/** The JSON object in a text, or undefined for anything else (arrays and bare values too). */
export function parseObject(text: string): Record<string, unknown> | undefined {
	const value = parseJson(text);
	return isObject(value) ? value : undefined;
}

/** Whether a value of foreign JSON is an object, and no list. */
export function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The reason that a service gives under one of its usual names. */
export function reasonIn(body: Record<string, unknown>): string | undefined {
	for (const name of ['error', 'message', 'detail']) {
		const value = body[name];
		const text = isObject(value) ? value.message : value;
		if (typeof text === 'string' && text.trim() !== '') return redact(text.trim());
	}
	return undefined;
}

/** Whether a text is a web page where data was expected: somebody in between answered. */
export function looksLikeHtml(text: string): boolean {
	return /^\s*<(!doctype|html|head|body|\?xml)/i.test(text);
}
