/** A finished task as an output item: the GLB stored and checked, with its facts, its budget and its picture. */
import type { IBinaryData, IDataObject } from 'n8n-workflow';
import { type Patience, deliver } from '../core/delivery';
import { type Outcome, aboutTask, fail, succeed } from '../core/failure';
import { modelFileName } from '../core/fileName';
import {
	type BudgetVerdict,
	type ModelFacts,
	checkBudget,
	largestSide,
	needsTextureSizes,
	readModelFacts,
	readTextureSizes,
} from '../../../glb/facts';
import type { Task } from '../core/task';
import { withinTier } from '../core/withinTier';
import { askStatus } from '../core/watch';
import { type NodeContext, cancelSignalOf } from './context';
import { downloadModel } from './download';
import type { OutputItem } from './items';
import { renderPicture } from './preview';
import type { NodeService } from './service';
import { rangeReader } from './storedFile';
import type { DeliveryOptions } from './taskOptions';

/** The item of a task that succeeded, with its model. Every Failure carries the task id. By default it is as patient as the execution. */
export async function collectModel(
	context: NodeContext,
	service: NodeService,
	task: Task,
	json: IDataObject,
	options: DeliveryOptions,
	patience: Patience = { signal: cancelSignalOf(context) },
): Promise<Outcome<OutputItem>> {
	const { signal } = patience;
	const { clock, allowHttp } = service;
	const fileName = modelFileName(options.fileName, task.taskId);
	// The link that worked: a fresh one where the task's own had expired.
	let modelUrl = task.modelUrl;
	const stored = await deliver(
		task,
		async (url) => {
			modelUrl = url;
			const { maxBytes } = options;
			return await downloadModel(context, url, { fileName, maxBytes, allowHttp, signal }, clock);
		},
		async () => (await askStatus(task.taskId, service, signal, Number.POSITIVE_INFINITY)).outcome,
		clock,
		patience,
	);
	if (!stored.ok) return stored;
	const { binary, bytes, isPadded } = stored.value;
	const described = await describe(context, binary, bytes, String(json.quality ?? ''), options).catch(() => ({
		ok: false as const,
		reason: "it could not be read back from n8n's storage",
	}));
	if (!described.ok) return fail(aboutTask(damaged(described.reason), task.taskId, modelUrl));
	const { facts, verdict } = described;
	const preview = await renderPicture(context, binary, bytes, options.preview, fileName);
	facts.largest_texture_side ??= preview.largestTextureSide;
	return succeed({
		json: {
			...json,
			model_url: modelUrl,
			model: facts as unknown as IDataObject,
			...(isPadded ? { model_hint: paddedHint(bytes) } : {}),
			...(verdict === undefined ? {} : { budget: verdict as unknown as IDataObject }),
			...(preview.hint === undefined ? {} : { preview_hint: preview.hint }),
		},
		binary: {
			[options.outputBinaryField]: binary,
			...(preview.picture === undefined ? {} : { preview: preview.picture }),
		},
	});
}

async function describe(
	context: NodeContext,
	binary: IBinaryData,
	bytes: number,
	quality: string,
	options: DeliveryOptions,
): Promise<{ ok: true; facts: ModelFacts; verdict?: BudgetVerdict } | { ok: false; reason: string }> {
	const read = rangeReader(context, binary);
	const result = await readModelFacts(read, bytes);
	if (!result.ok) return result;
	const { facts, gltf, header } = result;
	const within = withinTier(facts, quality);
	if (within !== undefined) facts.within_tier = within;
	const { budget } = options;
	if (budget === undefined) return { ok: true, facts };
	if (needsTextureSizes(budget)) {
		facts.largest_texture_side = largestSide((await readTextureSizes(read, gltf, header)).values());
	}
	return { ok: true, facts, verdict: checkBudget(facts, budget) };
}

function paddedHint(bytes: number): string {
	return `The file goes on behind the ${bytes} bytes of the model: what came after them was left away.`;
}

function damaged(reason: string) {
	return {
		kind: 'download' as const,
		message: `The model arrived damaged: ${reason.replace(/\.$/, '')}`,
		hint: 'Run again a little later.',
		retryable: true,
	};
}
