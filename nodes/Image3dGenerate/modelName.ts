/**
 * What the model of an item would be called: its parameters in; out comes a stem, as the user wishes, else like its picture,
 * else by its prompt. Throws what a broken expression throws.
 */
import { stemOfPicture, stemOfPrompt, toStem } from '../shared/core/delivery/modelFileName';
import { pictureNameOf, readInputImage } from '../shared/n8n/files/readInputImage';
import type { ItemParameters } from '../shared/n8n/items/nodeRun';

/** The stem of the file name; undefined where nothing tells one. */
export function readWishedName(parameters: ItemParameters): string | undefined {
	const { fileName } = parameters.readOptions();
	const wish = fileName === undefined ? undefined : toStem(String(fileName));
	if (wish !== undefined) return wish;
	if (parameters.get('mode') === 'text') return stemOfPrompt(String(parameters.get('prompt', '') ?? ''));
	const name = readInputFileName(parameters);
	return name === undefined ? undefined : stemOfPicture(name);
}

/** The file name of the picture that the item brings. */
export function readInputFileName(parameters: ItemParameters): string | undefined {
	return parameters.get('mode') === 'text' ? undefined : pictureNameOf(readInputImage(parameters));
}
