/** Image3D Generate with all that a test does not care about filled in: the quickest tier, polled briskly. */
import type { IDataObject, INodeExecutionData, INodeParameters } from 'n8n-workflow';

import type { NodeResult, RunNodeOptions } from '../engine';
import { Image3dGenerate, type Pack } from './pack';

/** The node's parameters; what is left out makes a vase in text mode. */
export function parametersFor(parameters: IDataObject = {}): INodeParameters {
	const options = { pollInterval: 0.1, preview: 'off', ...(parameters.options as IDataObject) };
	return { prompt: 'a vase', quality: 'fast', ...parameters, options } as INodeParameters;
}

export async function generate(
	pack: Pack,
	{ credentials }: { credentials: Record<string, string> },
	parameters: IDataObject = {},
	more: Omit<RunNodeOptions, 'parameters' | 'credentials'> = {},
): Promise<NodeResult> {
	return await pack.engine.runNode(Image3dGenerate, {
		credentials,
		parameters: parametersFor(parameters),
		...more,
	});
}

/** One item per JSON object. */
export function itemsOf(...jsons: IDataObject[]): INodeExecutionData[] {
	return jsons.map((json) => ({ json }));
}

/** Items that each bring their prompt; the node takes it with `PROMPT_OF_ITEM`. */
export function promptItems(...prompts: string[]): INodeExecutionData[] {
	return itemsOf(...prompts.map((prompt) => ({ prompt })));
}

export const PROMPT_OF_ITEM = '={{ $json.prompt }}';
