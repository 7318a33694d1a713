/**
 * A finished task in; its output item out: the GLB stored and checked, with its facts, its limits' verdict and its picture.
 * Fails with the task's id where the model does not arrive whole.
 */
import type { IDataObject } from 'n8n-workflow';
import { type Patience, deliver } from '../../core/delivery/downloadWithRetry';
import { type Outcome, aboutTask, fail, succeed } from '../../core/failure';
import { modelFileName } from '../../core/delivery/modelFileName';
import type { Task } from '../../core/api/task';
import { fetchStatusWithRetry } from '../../core/api/fetchStatus';
import { describeModel } from './describeModel';
import { downloadModel } from './downloadModel';
import type { OutputItem } from '../items/putOut';
import { drawPreview } from './drawPreview';
import type { NodeService } from '../http/openService';
import type { DeliveryOptions } from '../fields/readOptions';

/** The item of a task that succeeded, with its model. Every Failure carries the task id. By default it is as patient as the execution. */
export async function deliverModel(
	service: NodeService,
	task: Task,
	json: IDataObject,
	options: DeliveryOptions,
	patience: Patience = { signal: service.cancelled },
): Promise<Outcome<OutputItem>> {
	const { signal } = patience;
	const { clock, allowHttp, files } = service;
	const fileName = modelFileName(options.fileName, task.taskId);
	// The link that worked: a fresh one where the task's own had expired.
	let modelUrl = task.modelUrl;
	const stored = await deliver(
		task,
		async (url) => {
			modelUrl = url;
			const { maxBytes } = options;
			return await downloadModel(service, url, { fileName, maxBytes, allowHttp, signal });
		},
		async () => (await fetchStatusWithRetry(task.taskId, service, signal, Number.POSITIVE_INFINITY)).outcome,
		clock,
		patience,
	);
	if (!stored.ok) return stored;
	const { binary, bytes, isPadded } = stored.value;
	const quality = String(json.quality ?? '');
	const described = await describeModel(files, binary, bytes, quality, options).catch(() => ({
		ok: false as const,
		reason: "it could not be read back from n8n's storage",
	}));
	if (!described.ok) return fail(aboutTask(damaged(described.reason), task.taskId, modelUrl));
	const { facts, description, unread, verdict } = described;
	const model = { binary, bytes, description, unread };
	const preview = await drawPreview(files, model, options.preview, fileName, signal);
	facts.largest_texture_side ??= preview.largestTextureSide;
	const hints = hintsOf(bytes, isPadded, unread);
	return succeed({
		json: {
			...json,
			model_url: modelUrl,
			model: facts as unknown as IDataObject,
			...(hints.length === 0 ? {} : { model_hint: hints.join(' ') }),
			...(verdict === undefined ? {} : { budget: verdict as unknown as IDataObject }),
			...(preview.hint === undefined ? {} : { preview_hint: preview.hint }),
		},
		binary: {
			[options.outputBinaryField]: binary,
			...(preview.picture === undefined ? {} : { preview: preview.picture }),
		},
	});
}

function hintsOf(bytes: number, isPadded: boolean, unread: string | undefined): string[] {
	return [
		...(isPadded
			? [`The file has more data after the ${bytes} bytes of the model, which was left out.`]
			: []),
		...(unread === undefined ? [] : [`Only the file's size is known. ${unread}`]),
	];
}

function damaged(reason: string) {
	return {
		kind: 'download' as const,
		message: `The model arrived damaged: ${reason.replace(/\.$/, '')}`,
		hint: 'Run again a little later.',
		retryable: true,
	};
}
