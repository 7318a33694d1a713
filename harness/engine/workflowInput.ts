/** Test workflows in short: what a test leaves out of a node gets the value that the editor would have written. */
import {
	deepCopy,
	type IConnections,
	type INode,
	type INodeExecutionData,
	type IPinData,
	type IWorkflowBase,
	type IWorkflowSettings,
} from 'n8n-workflow';

import type { NodeClass, NodeTypes } from './nodeTypes';

/** A node needs a name and a type; the newest version, a position and an id are made up for it. */
export type NodeInput = Partial<Omit<INode, 'type'>> & { name: string; type: NodeClass | string };

export interface WorkflowInput {
	id?: string;
	name?: string;
	nodes: NodeInput[];
	connections?: IConnections;
	settings?: IWorkflowSettings;
	/** Output pinned to a node, by node name; manual executions only, as in n8n. */
	pinData?: Record<string, INodeExecutionData[]>;
}

/** Deep copies the input, so that a test can run the same workflow twice. */
export function toWorkflowData(input: WorkflowInput, nodeTypes: NodeTypes): IWorkflowBase {
	return {
		id: input.id ?? 'workflow-1',
		name: input.name ?? 'Test workflow',
		active: false,
		isArchived: false,
		activeVersionId: null,
		createdAt: new Date(),
		updatedAt: new Date(),
		nodes: input.nodes.map((node, index) => toNode(node, index, nodeTypes)),
		connections: deepCopy(input.connections ?? {}),
		settings: { executionOrder: 'v1', ...input.settings },
		pinData: input.pinData as IPinData | undefined,
	};
}

function toNode(input: NodeInput, index: number, nodeTypes: NodeTypes): INode {
	const type = nodeTypes.nameOf(input.type);
	return {
		id: `node-${index + 1}`,
		typeVersion: nodeTypes.latestVersion(type),
		position: [index * 200, 0],
		...input,
		parameters: deepCopy(input.parameters ?? {}),
		type,
	};
}
