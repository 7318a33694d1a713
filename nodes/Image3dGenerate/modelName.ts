/** What the model of an item would be called: as the user wishes, else like its picture, else by its prompt. */
import type { IExecuteFunctions } from 'n8n-workflow';
import { stemOfPicture, stemOfPrompt, toStem } from '../shared/core/delivery/modelFileName';
import { readOptions } from '../shared/n8n/items/context';
import { readPictureName } from '../shared/n8n/files/readInputImage';

/** The stem of the file name; undefined where nothing tells one. */
export function readWishedName(context: IExecuteFunctions, index: number): string | undefined {
	const { fileName } = readOptions(context, index);
	const wish = fileName === undefined ? undefined : toStem(String(fileName));
	if (wish !== undefined) return wish;
	if (context.getNodeParameter('mode', index) === 'text') {
		return stemOfPrompt(String(context.getNodeParameter('prompt', index, '') ?? ''));
	}
	const name = readPictureName(context, index);
	return name === undefined ? undefined : stemOfPicture(name);
}

/** The file name of the picture that item `index` brings. */
export function readInputFileName(context: IExecuteFunctions, index: number): string | undefined {
	return context.getNodeParameter('mode', index) === 'text' ? undefined : readPictureName(context, index);
}
