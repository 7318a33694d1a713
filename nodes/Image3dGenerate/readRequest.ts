/**
 * What an item asks for: its parameters in, a request that is fit to be sent out. Fails where it could not be sent; throws what
 * a broken expression throws.
 */
import type { Mode } from '../shared/core/api/endpoints';
import { type GenerateRequest, checkRequest } from '../shared/core/api/generateRequest';
import { type Outcome, succeed } from '../shared/core/failure';
import { sourceOf } from '../shared/core/purchase/fingerprint';
import { type TaskOptions, readTaskOptions } from '../shared/n8n/fields/readOptions';
import type { ImageSource } from '../shared/n8n/files/imageSource';
import { toToolOptions } from '../shared/n8n/items/agentTool';
import type { ItemParameters, NodeRun } from '../shared/n8n/items/nodeRun';

/** What an item asks for. */
export interface ItemRequest {
	index: number;
	/** The request but for its picture. */
	words: GenerateRequest;
	/** Where its picture comes from; undefined for a sentence. */
	image?: Outcome<ImageSource>;
	/** What is asked and where the picture comes from, as one hash that needs no picture; undefined where nothing tells. */
	source?: string;
	options: TaskOptions;
	/** An unconfirmed submit is sent again. */
	submitsAgain: boolean;
	/** A new model is made although one is remembered. */
	makesAgain: boolean;
	/** What comes out where the model was handed on before. */
	knownModels: KnownModels;
	/** What its model is noted by. */
	label?: string;
	/** Of the request, where it is known before its turn. */
	fingerprint?: string;
}

/** What becomes of an item whose model was paid for by an earlier execution. */
export type KnownModels = 'deliver' | 'withoutFile' | 'leaveOut';

/** Reads the request of item `index`, whose picture is `image`. */
export function readRequest(
	{ isTool }: NodeRun,
	index: number,
	parameters: ItemParameters,
	image: Outcome<ImageSource> | undefined,
): Outcome<ItemRequest> {
	const { get } = parameters;
	const options = parameters.readOptions();
	const knownModels = readKnownModels(options.knownModels, isTool);
	const mode = get('mode') as Mode;
	const words = checkRequest({
		mode,
		quality: get('quality', 'pro'),
		prompt: mode === 'text' ? get('prompt', '') : undefined,
		extraFields: options.extraFields,
	});
	if (!words.ok) return words;
	const taskOptions = readTaskOptions(parameters, options);
	const picture = image?.ok ? image.value : undefined;
	return succeed({
		index,
		words: words.value,
		image,
		source: sourceOf(words.value, picture?.place),
		options: isTool ? toToolOptions(taskOptions) : taskOptions,
		submitsAgain: options.onUncertainCharge === 'submitAgain',
		makesAgain: options.makeAgain === true,
		knownModels,
		label: words.value.prompt ?? picture?.fileName,
	});
}

/** An agent wants an answer in any case, and takes no file. */
function readKnownModels(value: unknown, isTool: boolean): KnownModels {
	if (value === 'leaveOut' && !isTool) return value;
	return value === 'leaveOut' || value === 'withoutFile' ? 'withoutFile' : 'deliver';
}
