/**
 * An item of the input, each parameter of it read once; out comes what is kept for its turn. No picture is held, only where
 * it is. What fails, or throws, is kept as well.
 */
import { type Outcome, fail } from '../shared/core/failure';
import type { ImageSource } from '../shared/n8n/files/imageSource';
import { readInputImage } from '../shared/n8n/files/readInputImage';
import { attempt } from '../shared/n8n/items/attempt';
import { unexpected } from '../shared/n8n/items/itemLoop';
import type { ItemParameters, NodeRun } from '../shared/n8n/items/nodeRun';
import { readWishedName } from './modelName';
import { type ItemRequest, readRequest } from './readRequest';

/** All that an item says, for as long as the run takes. */
export interface ItemInput {
	/** The file name of the picture that the item brings. */
	fileName?: string;
	/** What its model would be called. */
	wishedName?: string;
	request: Outcome<ItemRequest>;
	/** What n8n threw for a broken expression. */
	thrown?: { error: unknown };
}

/** Reads item `index`. Never throws. */
export function readItem(run: NodeRun, index: number): ItemInput {
	const parameters = run.parametersOf(index);
	const image = readImage(parameters);
	const fileName = image?.ok ? image.value.fileName : undefined;
	const names = { fileName, wishedName: attempt(() => readWishedName(parameters, fileName)) };
	try {
		return { ...names, request: readRequest(run, index, parameters, image) };
	} catch (error) {
		return { ...names, request: fail(unexpected(error)), thrown: { error } };
	}
}

/** The picture of an item; undefined for a sentence. */
function readImage(parameters: ItemParameters): Outcome<ImageSource> | undefined {
	try {
		return parameters.get('mode') === 'text' ? undefined : readInputImage(parameters);
	} catch (error) {
		return fail(unexpected(error));
	}
}
