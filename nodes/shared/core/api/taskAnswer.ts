/**
 * Where an answer of the service keeps what it says of a task, documented names first. In: the JSON object of an answer;
 * out: id, link, status word, progress, reason. Nothing fails: what is not there is undefined.
 */
import { redact } from '../report/redact';
import { isObject, reasonIn } from './foreignText';
import { knownStatus } from './taskStatus';

type Body = Record<string, unknown>;

const ID_NAMES = ['task_id', 'taskId', 'id'];

/** The documented name, then those of other services. */
const LINK_PATHS = [['model_url'], ['modelUrl'], ['model', 'url'], ['model_urls', 'glb']];

/** An id longer than this is a pasted text. */
const MAX_ID_CHARACTERS = 200;

/** Of an answer that is quoted, so much is looked at … */
const MAX_READ_CHARACTERS = 2_000;
/** … and so much is shown: enough for an id and a sentence. */
const MAX_QUOTED_CHARACTERS = 300;

/**
 * The id that a value stands for, or undefined. Ids are opaque, but one that holds a space, a quote, a brace or a
 * question mark, climbs out of its path or is an address is an expression or a link gone wrong.
 */
export function toTaskId(value: unknown): string | undefined {
	const isText = typeof value === 'string' || typeof value === 'number';
	const id = isText ? String(value).trim() : '';
	const isUsable =
		id.length <= MAX_ID_CHARACTERS &&
		/^[\w.:~+=@/-]+$/.test(id) &&
		!id.includes('//') &&
		!id.split('/').some((part) => part === '' || part === '.' || part === '..');
	return isUsable ? id : undefined;
}

/** The id of the task that an answer speaks of. */
export function taskIdIn(body: Body): string | undefined {
	for (const name of ID_NAMES) {
		for (const part of [body, partOf(body, 'data')]) {
			const id = isIdLike(part?.[name]) ? toTaskId(part?.[name]) : undefined;
			if (id !== undefined) return id;
		}
	}
	return undefined;
}

/** Zero and fractions are counters or codes. */
function isIdLike(value: unknown): boolean {
	return typeof value === 'string' || (Number.isInteger(value) && (value as number) > 0);
}

/** Where an answer says that the model is. */
export interface ModelLink {
	url: string;
	/** Its name says that it leads to a model; a bare `url` may lead anywhere. */
	isNamed: boolean;
}

/** The link to the model. */
export function modelLinkIn(body: Body): ModelLink | undefined {
	const data = partOf(body, 'data');
	const parts = [body, data, partOf(body, 'result'), data && partOf(data, 'result')];
	const find = (path: string[]) =>
		parts.map((part) => part && valueAt(part, path)).find((value) => isLink(value, path[0])) as
			| string
			| undefined;
	for (const path of LINK_PATHS) {
		const url = find(path);
		if (url !== undefined) return { url, isNamed: true };
	}
	const url = find(['url']);
	return url === undefined ? undefined : { url, isNamed: /\.glb$/i.test(new URL(url).pathname) };
}

/** The status word as it came. An envelope has a word of its own ("success"), and the task's inside. */
export function statusWordIn(body: Body): unknown {
	return partOf(body, 'data')?.status ?? body.status ?? undefined;
}

/** As it came: a number, a text, or undefined where nothing is told. */
export function progressIn(body: Body): unknown {
	return body.progress ?? partOf(body, 'data')?.progress;
}

/** Why a task failed or a request was refused, in the service's words; of an envelope what is inside. */
export function taskReasonIn(body: Body): string | undefined {
	const data = partOf(body, 'data');
	return (data && reasonIn(data)) ?? reasonIn(body);
}

/** Whether an answer with HTTP 200 reports a problem in place of a task. */
export function reportsProblem(body: Body): boolean {
	const word = statusWordIn(body);
	const speaksOfTask = typeof word === 'string' || modelLinkIn(body) !== undefined;
	return !speaksOfTask && saysProblem(body);
}

/** Whether an answer says that what was asked for was not done, whatever its HTTP status. */
export function saysProblem(body: Body): boolean {
	const hasError = body.error !== undefined && body.error !== null && body.error !== false;
	return hasError || body.success === false || knownStatus(body.status) === 'failed';
}

/** What an accepted answer without a task id says: the service's reason, or else the answer itself. */
export function describeWithoutId(body: Body): string {
	return quoteAnswer(taskReasonIn(body) ?? JSON.stringify(body));
}

/** An answer as one short line without secrets, for an error and the log. */
export function quoteAnswer(text: string): string {
	const line = text.slice(0, MAX_READ_CHARACTERS).replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ');
	const clean = redact(line).trim();
	return clean.length > MAX_QUOTED_CHARACTERS ? `${clean.slice(0, MAX_QUOTED_CHARACTERS)}…` : clean;
}

function partOf(body: Body, name: string): Body | undefined {
	const part = body[name];
	return isObject(part) ? part : undefined;
}

function valueAt(body: Body, path: string[]): unknown {
	return path.reduce<unknown>((value, name) => (isObject(value) ? value[name] : undefined), body);
}

/** What comes under the documented name is taken as it is; under another it has to be a web address. */
function isLink(value: unknown, name: string): boolean {
	if (typeof value !== 'string' || value.trim() === '') return false;
	return name === 'model_url' || (/^https?:/i.test(value) && URL.canParse(value));
}
