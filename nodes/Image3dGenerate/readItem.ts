/**
 * What an item asks for: its parameters in, each read once; out comes what is kept for its turn. No picture is held, only
 * where it is. Fails where the item could not be sent.
 */
import type { Mode } from '../shared/core/api/endpoints';
import {
	type GenerateRequest,
	checkPrompt,
	checkQuality,
	parseExtraFields,
} from '../shared/core/api/generateRequest';
import { type Outcome, fail, succeed } from '../shared/core/failure';
import { type TaskOptions, readTaskOptions } from '../shared/n8n/fields/readOptions';
import { type InputImage, readInputImage } from '../shared/n8n/files/readInputImage';
import { toToolOptions } from '../shared/n8n/items/agentTool';
import { attempt } from '../shared/n8n/items/attempt';
import { unexpected } from '../shared/n8n/items/itemLoop';
import type { ItemParameters, NodeRun } from '../shared/n8n/items/nodeRun';
import { readingFailed } from './lostImage';
import { readInputFileName, readWishedName } from './modelName';

/** What an item asks for. */
export interface ItemRequest {
	index: number;
	/** The request but for its picture. */
	words: GenerateRequest;
	/** Where its picture comes from; undefined for a sentence. */
	image?: Outcome<InputImage>;
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
	const names = {
		fileName: attempt(() => readInputFileName(parameters)),
		wishedName: attempt(() => readWishedName(parameters)),
	};
	try {
		return { ...names, request: readRequest(run, index, parameters) };
	} catch (error) {
		return { ...names, request: fail(unexpected(error)), thrown: { error } };
	}
}

function readRequest({ isTool }: NodeRun, index: number, parameters: ItemParameters): Outcome<ItemRequest> {
	const options = parameters.readOptions();
	const words = readWords(parameters, options);
	if (!words.ok) return words;
	const taskOptions = readTaskOptions(parameters, options);
	return succeed({
		index,
		words: words.value,
		...(words.value.mode === 'text' ? {} : { image: findImage(parameters) }),
		options: isTool ? toToolOptions(taskOptions) : taskOptions,
		submitsAgain: options.onUncertainCharge === 'submitAgain',
		makesAgain: options.makeAgain === true,
		knownModels: readKnownModels(options.knownModels, isTool),
		label: words.value.prompt ?? attempt(() => readInputFileName(parameters)),
	});
}

/** An agent wants an answer in any case, and takes no file. */
function readKnownModels(value: unknown, isTool: boolean): KnownModels {
	if (value === 'leaveOut' && !isTool) return value;
	return value === 'leaveOut' || value === 'withoutFile' ? 'withoutFile' : 'deliver';
}

function readWords({ get }: ItemParameters, options: Record<string, unknown>): Outcome<GenerateRequest> {
	const mode = get('mode') as Mode;
	const quality = checkQuality(String(get('quality', 'pro') ?? ''));
	if (!quality.ok) return quality;
	const extraFields = parseExtraFields(options.extraFields);
	if (!extraFields.ok) return extraFields;
	const request: GenerateRequest = { mode, quality: quality.value, extraFields: extraFields.value };
	if (mode !== 'text') return succeed(request);
	const prompt = checkPrompt(String(get('prompt', '') ?? ''));
	return prompt.ok ? succeed({ ...request, prompt: prompt.value }) : prompt;
}

function findImage(parameters: ItemParameters): Outcome<InputImage> {
	try {
		return succeed(readInputImage(parameters));
	} catch (error) {
		return readingFailed(error);
	}
}
