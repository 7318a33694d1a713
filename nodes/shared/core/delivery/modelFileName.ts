/**
 * Names of files. In: a wish, a prompt, a picture's name, as a user or a shop wrote it. Out: a name that Windows, macOS
 * and Linux take as one path segment, cut between characters. Never fails: what has no name gets the one that is given
 * for that case. Every step is linear, for a name may come with any text.
 */
import { PICTURE_ENDING } from '../inputImage/imageFormat';

/** File systems take 255 bytes at most; what is left is for the folders' and the next steps' own additions. */
export const MAX_FILE_NAME_BYTES = 200;

/** A prompt's name is read in a list of files: some ten words. */
const MAX_PROMPT_NAME_CHARACTERS = 60;

/** With a shorter name than this share of the length a word is cut in two rather than left out. */
const SHORTEST_SHARE = 0.5;

/** Of a longer text only the start is looked at: a name is long over before. */
const MAX_READ_UNITS = 2_000;

const ENDING = '.glb';

/** The longest stem that still takes an ending. */
export const MAX_STEM_BYTES = MAX_FILE_NAME_BYTES - ENDING.length;

/** What no file system takes, and halves of a character. */
const FORBIDDEN = /[\\/:*?"<>|\p{Cc}\p{Cs}\p{Zl}\p{Zp}]+/gu;

/** Marks that nobody sees and that turn the reading direction, so that a name seems to be another. */
const INVISIBLE = /[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g;

/** Windows keeps these for devices, whatever follows the first dot. */
const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])\s*(?:\.|$)/i;

/** A safe file name that ends with .glb: the wish, or the task id. Given what it made, it gives the same back. */
export function modelFileName(wish: string | undefined, taskId: string): string {
	return `${toStem(wish ?? '') ?? toStem(taskId.replace(/[^\w.-]+/g, '-')) ?? 'model'}${ENDING}`;
}

/** The safe part before `.glb`; undefined where nothing is left of the text. */
export function toStem(text: string): string | undefined {
	const given = text.replace(INVISIBLE, '').trim().slice(0, MAX_READ_UNITS);
	let stem = given.normalize('NFC').replace(FORBIDDEN, '-');
	for (let before: string | undefined; stem !== before; ) {
		before = stem;
		stem = withoutEnding(trimEnd(cutBytes(stem, MAX_STEM_BYTES)));
	}
	stem = trimStart(stem);
	if (DEVICE.test(stem)) return toStem(`_${stem}`);
	return stem === '' ? undefined : stem;
}

function withoutEnding(stem: string): string {
	return stem.toLowerCase().endsWith(ENDING) ? stem.slice(0, -ENDING.length) : stem;
}

/** The stem of a picture's file name, or of its path or link: `photos/chair.jpg` gives `chair`. */
export function stemOfPicture(fileName: string): string | undefined {
	const segment = fileName.slice(Math.max(fileName.lastIndexOf('/'), fileName.lastIndexOf('\\')) + 1);
	return toStem(withoutPictureEnding(segment));
}

/** `chair.jpg` as `chair`; a text that does not end like a picture's name as it is. */
export function withoutPictureEnding(text: string): string {
	return text.trim().replace(PICTURE_ENDING, '');
}

/** The first words of a prompt. */
export function stemOfPrompt(prompt: string): string | undefined {
	const words = prompt
		.trim()
		.slice(0, MAX_READ_UNITS)
		.replace(/["“”„«»<>|*?]+/g, '')
		.replace(/[\s:]+/g, ' ')
		.trim();
	const cut = cutCharacters(words, MAX_PROMPT_NAME_CHARACTERS);
	const lastBlank = cut === words ? -1 : `${cut}${words[cut.length]}`.lastIndexOf(' ');
	return toStem(lastBlank > cut.length * SHORTEST_SHARE ? cut.slice(0, lastBlank) : cut);
}

/** The stem with something after it, shortened so that both fit. */
export function appendToStem(stem: string, addition: string): string {
	return `${trimEnd(cutBytes(stem, MAX_STEM_BYTES - bytesOf(addition)))}${addition}`;
}

/** The start of a text that has at most so many bytes in UTF-8, cut between two characters as a reader sees them. */
export function cutBytes(text: string, maxBytes: number): string {
	if (text.length * 3 <= maxBytes || bytesOf(text) <= maxBytes) return text;
	// Every unit takes a byte or more: what lies behind cannot fit.
	const head = text.slice(0, maxBytes + 1);
	return takeWhileFits(charactersOf(head), maxBytes, bytesOf) || takeWhileFits(head, maxBytes, bytesOf);
}

function cutCharacters(text: string, most: number): string {
	// A character may be made of many code points; of 16 or more it is no word any more.
	return text.length <= most ? text : takeWhileFits(charactersOf(text.slice(0, most * 16)), most, () => 1);
}

function takeWhileFits(parts: Iterable<string>, most: number, sizeOf: (part: string) => number): string {
	let taken = '';
	let size = 0;
	for (const part of parts) {
		size += sizeOf(part);
		if (size > most) break;
		taken += part;
	}
	return taken;
}

function* charactersOf(text: string): Generator<string> {
	for (const { segment } of new Intl.Segmenter().segment(text)) yield segment;
}

function bytesOf(text: string): number {
	return Buffer.byteLength(text, 'utf8');
}

/** Without dots, blanks and dashes in front; a regular expression would look at each blank in between again. */
function trimStart(text: string): string {
	let start = 0;
	while (start < text.length && isEdge(text[start])) start++;
	return text.slice(start);
}

function trimEnd(text: string): string {
	let end = text.length;
	while (end > 0 && isEdge(text[end - 1])) end--;
	return text.slice(0, end);
}

function isEdge(unit: string): boolean {
	return unit === '.' || unit === '-' || unit.trim() === '';
}
