/** AI agents that call one tool: in: the tool's arguments. Out: what the tool answered. No language model is asked. */
import {
	NodeConnectionTypes,
	type EngineRequest,
	type EngineResponse,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeParameters,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import type { RunResult } from '../engine';
import type { Account, Pack } from './pack';

type PlainNode = new () => INodeType;

const TOOL = 'Tool';

function agentDescription(name: string): INodeTypeDescription {
	return {
		name,
		displayName: name,
		description: name,
		group: ['transform'],
		version: 1,
		defaults: { name },
		inputs: [NodeConnectionTypes.Main, { type: NodeConnectionTypes.AiTool, displayName: 'Tool' }],
		outputs: [NodeConnectionTypes.Main],
		properties: [],
	};
}

/** Calls its tool by itself, as n8n's agents did up to their second version. */
class CallingAgent implements INodeType {
	description = agentDescription('callingAgent');

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const tools = (await this.getInputConnectionData(NodeConnectionTypes.AiTool, 0)) as Array<{
			invoke(input: unknown): Promise<string>;
		}>;
		const answer: IDataObject[] = [];
		for (const { json } of this.getInputData()) {
			// What a tool throws is kept from the model: it is told nothing.
			const said = await tools[0].invoke(json).catch(() => '[]');
			answer.push(...(JSON.parse(said) as IDataObject[]));
		}
		return [[{ json: { answer } }]];
	}
}

/** Asks the engine to run its tool, as n8n's agents do since their third version. */
class RequestingAgent implements INodeType {
	description = agentDescription('requestingAgent');

	async execute(
		this: IExecuteFunctions,
		response?: EngineResponse,
	): Promise<INodeExecutionData[][] | EngineRequest> {
		if (response !== undefined && response.actionResponses.length > 0) {
			const answer = response.actionResponses.flatMap(
				({ data }) => data.data?.ai_tool?.[0]?.map(({ json }) => json) ?? [],
			);
			return [[{ json: { answer } }]];
		}
		const actions = this.getInputData().map(({ json }, index) => ({
			actionType: 'ExecutionNodeAction' as const,
			nodeName: TOOL,
			id: `call-${index + 1}`,
			metadata: {},
			input: json,
			type: NodeConnectionTypes.AiTool,
		}));
		return { actions, metadata: {} };
	}
}

export const agents = { calling: CallingAgent, requesting: RequestingAgent };

/** The variant of a `usableAsTool` node that n8n offers to agents. */
export function asTool(nodeClass: PlainNode): PlainNode {
	const { description } = new nodeClass();
	const outputs = [NodeConnectionTypes.AiTool];
	class ToolVariant extends nodeClass {
		description = { ...description, name: `${description.name}Tool`, inputs: [], outputs };
	}
	return ToolVariant;
}

/** Runs an agent that calls its tool with each of the arguments. `answer` is the JSON of all items that it got. */
export async function askAgent(
	pack: Pack,
	agent: keyof typeof agents,
	tool: { type: PlainNode; account: Account; parameters: INodeParameters },
	...inputs: IDataObject[]
): Promise<{ answer: IDataObject[]; result: RunResult }> {
	const credentials = pack.engine.credentials.toReferences(tool.account.credentials);
	const result = await pack.engine.run(
		{
			nodes: [
				{ name: 'Start', type: 'n8n-nodes-base.manualTrigger' },
				{ name: 'Agent', type: agents[agent] },
				{ name: TOOL, type: tool.type, parameters: tool.parameters, credentials },
			],
			connections: {
				Start: { main: [[{ node: 'Agent', type: 'main', index: 0 }]] },
				[TOOL]: { ai_tool: [[{ node: 'Agent', type: 'ai_tool', index: 0 }]] },
			},
		},
		{ startNode: 'Start', startItems: inputs.map((json) => ({ json })) },
	);
	return { answer: (result.items('Agent')[0]?.json.answer ?? []) as IDataObject[], result };
}
