/** A form of n8n as a visitor's browser goes through it: fills it in, waits, and takes what the last page holds. */
import { setTimeout as sleep } from 'node:timers/promises';
import axios from 'axios';
import FormData from 'form-data';

const LOOK_MS = 250;

export interface LastPage {
	html: string;
	/** What the page makes the browser download. */
	files: Array<{ fileName: string; type: string; bytes: Buffer }>;
}

/** What somebody chooses in a file field. */
export interface ChosenFile {
	fileName: string;
	type: string;
	bytes: Buffer;
}

/** What is entered in a field; a file field that stays empty has none. */
export type Entry = string | ChosenFile | undefined;

const http = axios.create({ proxy: false, validateStatus: () => true, maxContentLength: Infinity });

/** The page with the empty form. */
export async function openForm(url: string): Promise<string> {
	const { status, data } = await http.get<string>(url);
	if (status !== 200) throw new Error(`The form answered HTTP ${status}`);
	return data;
}

/**
 * Fills in the fields in their order and goes on to the last page. Throws when it does not come in `timeoutMs`.
 * Resolves when that page has told n8n that it was shown, which ends the execution.
 */
export async function fillIn(url: string, values: Entry[], timeoutMs: number): Promise<LastPage> {
	const { status, data } = await send(url, values);
	if (data.formWaitingUrl === undefined) throw new Error(`The form was answered with HTTP ${status}`);
	const page = new URL(data.formWaitingUrl);
	// `localhost` may resolve to an address that n8n does not listen on.
	page.hostname = '127.0.0.1';
	await waitUntilReady(page, timeoutMs);
	const { data: html } = await http.get<string>(page.href);
	const shown = await http.post(page.href);
	if (shown.status !== 200) throw new Error(`The last page was answered with HTTP ${shown.status}`);
	return { html, files: readFiles(html) };
}

/** Fills in the fields of a form that ends at once, with a text that is in its page already. */
export async function handIn(url: string, values: Entry[]): Promise<void> {
	const { status } = await send(url, values);
	if (status !== 200) throw new Error(`The form was answered with HTTP ${status}`);
}

async function send(url: string, values: Entry[]) {
	const form = new FormData();
	for (const [index, value] of values.entries()) {
		if (typeof value === 'string') form.append(`field-${index}`, value);
		else if (value !== undefined) {
			const { bytes, fileName: filename, type: contentType } = value;
			form.append(`field-${index}`, bytes, { filename, contentType });
		}
	}
	return await http.post<{ formWaitingUrl?: string }>(url, form, {
		headers: form.getHeaders(),
		maxBodyLength: Infinity,
	});
}

async function waitUntilReady(page: URL, timeoutMs: number): Promise<void> {
	const status = new URL(page);
	status.pathname += '/n8n-execution-status';
	for (const deadline = Date.now() + timeoutMs; ; await sleep(LOOK_MS)) {
		const { data } = await http.get<string>(status.href);
		if (String(data).trim() === 'form-waiting') return;
		if (Date.now() > deadline) throw new Error(`The execution of the form is still ${String(data)}`);
	}
}

interface SentFile {
	fileName: string;
	type: string;
	data: { type: 'Buffer'; data: number[] } | string;
}

/** n8n writes the files into the page's script. */
function readFiles(html: string): LastPage['files'] {
	const [, sent = ''] = /decodeURIComponent\("([^"]*)"\)/.exec(html) ?? [];
	const files = (sent === '' ? [] : JSON.parse(decodeURIComponent(sent))) as SentFile[];
	return files.map(({ fileName, type, data }) => ({
		fileName,
		type,
		bytes: typeof data === 'string' ? Buffer.from(data, 'latin1') : Buffer.from(data.data),
	}));
}
