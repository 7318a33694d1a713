/** What a task's model would be called: the item or row that speaks of the task in, a stem out; undefined where none is told. */
import { stemOfPicture, stemOfPrompt, withoutPictureEnding } from './modelFileName';

/** Where the name stands: written by Image3D Generate, by n8n's file nodes, or as a column of a table. */
const FILE_NAME_FIELDS = ['file_name', 'fileName'];
/** Words about the task, in the order in which they are taken. */
const WORD_FIELDS = ['label', 'prompt'];

/** The beginning of a file name, without its ending. */
export interface ToldName {
	stem: string;
	/** It is a file's name; words are the same for many tasks. */
	isFileName: boolean;
}

/** The stem that the fields tell; undefined where none does. */
export function readToldName(fields: Record<string, unknown>): ToldName | undefined {
	for (const [names, toName, isFileName] of [
		[FILE_NAME_FIELDS, stemOfPicture, true],
		[WORD_FIELDS, stemOfWords, false],
	] as const) {
		for (const name of names) {
			const value = fields[name];
			const stem = typeof value === 'string' ? toName(value) : undefined;
			if (stem !== undefined) return { stem, isFileName };
		}
	}
	return undefined;
}

/** The file name that the fields tell, as it stands there. */
export function fileNameIn(fields: Record<string, unknown>): string | undefined {
	return FILE_NAME_FIELDS.map((name) => fields[name]).find(isText);
}

function isText(value: unknown): value is string {
	return typeof value === 'string' && value !== '';
}

/** A label is a prompt or a picture's name. */
function stemOfWords(words: string): string | undefined {
	return stemOfPrompt(withoutPictureEnding(words));
}
