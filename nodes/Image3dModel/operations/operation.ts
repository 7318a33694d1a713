/** What every operation is given and gives back, and what they share. */
import type { IDataObject } from 'n8n-workflow';
import {
	MODEL_LIMITS,
	type ModelFacts,
	largestSide,
	readModelFacts,
	readTextureSizes,
} from '../../../glb/facts';
import type { Timing } from '../../../glb/timeSlicer';
import { type Outcome, fail, succeed } from '../../shared/core/failure';
import type { ItemParameters } from '../../shared/n8n/items/nodeRun';
import { realClock } from '../../shared/n8n/timing/realClock';

/** One item and its model. */
export interface OperationInput {
	parameters: ItemParameters;
	/** Ends when the execution is cancelled. */
	signal?: AbortSignal;
	glb: Uint8Array;
	/** Of the file that came in. */
	fileName: string;
}

/** A file for the item's output field. */
export interface NewFile {
	data: Uint8Array;
	name: string;
	mimeType: string;
}

/** What is added to the item, and the new file where there is one. */
interface OperationOutput {
	json: IDataObject;
	files: NewFile[];
}

/** One item through one operation; what is wrong with the file or the fields is a Failure. */
export type Operate = (input: OperationInput) => Promise<Outcome<OperationOutput>>;

export const timing: Timing = { now: realClock.now, yieldToEventLoop: async () => await realClock.sleep(0) };

/** On first use, so that n8n starts sooner. */
export async function loadOperations() {
	return await import('../../../glb/operations/index.js');
}

/** The facts of a model with its largest texture, or the failure of an item whose file is no model. */
export async function readFacts(glb: Uint8Array): Promise<Outcome<ModelFacts>> {
	const read = async (offset: number, length: number) => glb.subarray(offset, offset + length);
	const result = await readModelFacts(
		read,
		glb.length,
		MODEL_LIMITS.maxAskedJsonBytes,
		timing.yieldToEventLoop,
	);
	if (!result.ok) return unusable(result.reason);
	const sizes = await readTextureSizes(read, result.gltf, result.header);
	return succeed({ ...result.facts, largest_texture_side: largestSide(sizes.values()) });
}

/** The failure of an item whose model cannot be worked on; `reason` is a whole sentence. */
export function unusable(reason: string): { ok: false; failure: Parameters<typeof fail>[0] } {
	return fail({
		kind: 'badInput',
		message: reason.replace(/\.$/, ''),
		hint: 'The file that came in is unchanged. Nothing was charged.',
		retryable: false,
	});
}

/** `fileName` with another ending. */
export function renamed(fileName: string, ending: string): string {
	return `${fileName.replace(/\.(glb|gltf)$/i, '') || 'model'}.${ending}`;
}

/** A parameter of the item as trimmed text. */
export function textOf({ parameters }: OperationInput, name: string): string {
	return String(parameters.get(name, '') ?? '').trim();
}
