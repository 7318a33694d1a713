/**
 * What the model of an item would be called: its parameters and its picture's name in; out comes a stem, as the user wishes, else like its picture,
 * else by its prompt. Throws what a broken expression throws.
 */
import { stemOfPicture, stemOfPrompt, toStem } from '../shared/core/delivery/modelFileName';
import type { ItemParameters } from '../shared/n8n/items/nodeRun';

/** The stem of the file name; undefined where nothing tells one. `pictureName`: of the file that the item brings. */
export function readWishedName(
	parameters: ItemParameters,
	pictureName: string | undefined,
): string | undefined {
	const { fileName } = parameters.readOptions();
	const wish = fileName === undefined ? undefined : toStem(String(fileName));
	if (wish !== undefined) return wish;
	if (parameters.get('mode') === 'text') return stemOfPrompt(String(parameters.get('prompt', '') ?? ''));
	return pictureName === undefined ? undefined : stemOfPicture(pictureName);
}
