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
import { type Failure, type Outcome, fail, succeed } from '../../shared/core/failure';
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
	if (!result.ok) return unusable(result.reason, isGlb(glb) ? '' : CHOOSE_GLB);
	const sizes = await readTextureSizes(read, result.gltf, result.header);
	return succeed({ ...result.facts, largest_texture_side: largestSide(sizes.values()) });
}

const CHOOSE_GLB = 'Enter the field that holds a GLB file in "Input Binary Field". ';

function isGlb(file: Uint8Array): boolean {
	return Buffer.from(file.subarray(0, 4)).toString('latin1') === 'glTF';
}

/** The failure of an item whose model cannot be worked on; `reason` is a whole sentence, and so is what to do next. */
export function unusable(reason: string, next = ''): { ok: false; failure: Failure } {
	return fail({
		kind: 'badInput',
		message: reason.replace(/\.$/, ''),
		hint: `${next}The file that came in is unchanged. Nothing was charged.`,
		retryable: false,
	});
}

/** `fileName` with another ending. */
export function renamed(fileName: string, ending: string): string {
	return `${fileName.replace(/\.(glb|gltf)$/i, '') || 'model'}.${ending}`;
}

/** Whether a switch is on; a sheet's cell says so in text. */
export function isYes(input: OperationInput, name: string): boolean {
	return /^(?:true|yes|1)$/i.test(textOf(input, name));
}

/** A parameter of the item as trimmed text. */
export function textOf({ parameters }: OperationInput, name: string): string {
	return String(parameters.get(name, '') ?? '').trim();
}
