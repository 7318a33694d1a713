/** What item `index` asks for, read from the node's parameters and checked before anything is spent. */
import type { IExecuteFunctions } from 'n8n-workflow';
import type { Mode } from '../shared/core/api/endpoints';
import { type Failure, type Outcome, succeed } from '../shared/core/failure';
import type { Ledger } from '../shared/core/purchase/ledger';
import {
	type GenerateRequest,
	checkPrompt,
	checkQuality,
	parseExtraFields,
} from '../shared/core/api/generateRequest';
import { readOptions } from '../shared/n8n/items/context';
import { estimatePictureBytes, findPictureProblem, readPicture } from '../shared/n8n/files/readInputImage';
import { paceItems } from '../shared/n8n/timing/stepQueue';
import { isLeftFor, readingFailed } from './lostImage';
import type { Run } from './run';

/**
 * Runs `work` with the whole request. Its picture is loaded as soon as the pictures of other items leave room for it in
 * memory, and let go with the end of `work`. `whenLost` is asked where it cannot be had.
 */
export async function withPicture<T>(
	{ context, pictures }: Pick<Run, 'context' | 'pictures'>,
	index: number,
	words: GenerateRequest,
	work: (request: GenerateRequest) => Promise<Outcome<T>>,
	whenLost: (failure: Failure) => Outcome<T>,
): Promise<Outcome<T>> {
	if (words.mode === 'text') return await work(words);
	return await pictures.hold(await estimatePictureBytes(context, index), async (resize) => {
		const picture = await readPicture(context, index).catch(readingFailed);
		if (!picture.ok) return whenLost(picture.failure);
		resize(picture.value.bytes.length);
		return await work({ ...words, picture: picture.value });
	});
}

/**
 * The first item that could not be sent, and why, found without loading pictures; undefined when all could. One whose
 * picture is not needed any more, because a try before has paid for its model, is none.
 */
export async function findBadItem(
	context: IExecuteFunctions,
	ledger: Ledger,
): Promise<{ index: number; failure: Failure } | undefined> {
	const pacer = paceItems();
	for (let index = 0; index < context.getInputData().length; index++) {
		await pacer.pause();
		const words = readWords(context, index);
		if (!words.ok) return { index, failure: words.failure };
		if (words.value.mode === 'text') continue;
		const problem = await findPictureProblem(context, index).catch(readingFailed);
		if (problem === undefined || problem.ok || isLeftFor(context, ledger, index, words.value)) continue;
		return { index, failure: problem.failure };
	}
	return undefined;
}

/** The request but for its picture. */
export function readWords(context: IExecuteFunctions, index: number): Outcome<GenerateRequest> {
	const mode = context.getNodeParameter('mode', index) as Mode;
	const quality = checkQuality(String(context.getNodeParameter('quality', index, 'pro') ?? ''));
	if (!quality.ok) return quality;
	const extraFields = parseExtraFields(readOptions(context, index).extraFields);
	if (!extraFields.ok) return extraFields;
	const request: GenerateRequest = { mode, quality: quality.value, extraFields: extraFields.value };
	if (mode !== 'text') return succeed(request);
	const prompt = checkPrompt(String(context.getNodeParameter('prompt', index, '') ?? ''));
	return prompt.ok ? succeed({ ...request, prompt: prompt.value }) : prompt;
}
