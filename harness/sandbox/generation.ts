/** Image3D Generate with all that a test does not care about filled in: the quickest tier, polled briskly. */
import type { IDataObject, INodeExecutionData, INodeParameters } from 'n8n-workflow';

import type { NodeResult, RunNodeOptions } from '../engine';
import type { NodeInput, WorkflowInput } from '../engine/workflowInput';
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

/** A workflow that runs the node twice on what it is started with, as a loop does. */
export function loopOfTwo(
	pack: Pack,
	{ credentials }: { credentials: Record<string, string> },
	parameters: IDataObject = {},
	settings: Partial<NodeInput> = {},
): Required<Pick<WorkflowInput, 'nodes' | 'connections'>> {
	const to = (node: string) => ({ node, type: 'main' as const, index: 0 });
	return {
		nodes: [
			{ name: 'Start', type: 'n8n-nodes-base.manualTrigger' },
			{ name: 'First', type: 'n8n-nodes-base.noOp' },
			{ name: 'Second', type: 'n8n-nodes-base.noOp' },
			{
				name: 'Generate',
				type: Image3dGenerate,
				parameters: parametersFor(parameters),
				credentials: pack.engine.credentials.toReferences(credentials),
				...settings,
			},
		],
		connections: {
			Start: { main: [[to('First'), to('Second')]] },
			First: { main: [[to('Generate')]] },
			Second: { main: [[to('Generate')]] },
		},
	};
}

/** What comes out of the two rounds of such a workflow. */
export async function runLoopOfTwo(
	pack: Pack,
	account: { credentials: Record<string, string> },
	items: INodeExecutionData[],
	parameters?: IDataObject,
	settings?: Partial<NodeInput>,
): Promise<INodeExecutionData[][]> {
	const loop = loopOfTwo(pack, account, parameters, settings);
	const { run } = await pack.engine.run(loop, { startItems: items, startNode: 'Start' });
	return run.data.resultData.runData.Generate.map(({ data }) => data!.main[0]!);
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
