/** One node between a manual start and nothing: the short way to run a node on items. */
import type {
	ExecutionError,
	ExecutionStatus,
	INode,
	INodeExecutionData,
	INodeParameters,
	NodeExecutionHint,
	OnError,
	WorkflowExecuteMode,
} from 'n8n-workflow';

import { runWorkflow, type EngineParts } from './execution';
import type { NodeClass } from './nodeTypes';
import type { RunResult, UiMessage } from './runResult';
import type { WorkflowInput } from './workflowInput';

/** The name under which the node stands in its workflow. */
export const NODE_NAME = 'Node';

export interface RunNodeOptions {
	parameters?: INodeParameters;
	/** The items that reach the node; one empty item unless told. */
	items?: INodeExecutionData[];
	/** Credential ids by credential type. */
	credentials?: Record<string, string>;
	onError?: OnError;
	retryOnFail?: boolean;
	/** 2 to 5, as the engine caps it; 3 unless told. */
	maxTries?: number;
	/** Milliseconds, up to 5000; 0 or nothing means n8n's 1000. */
	waitBetweenTries?: number;
	executeOnce?: boolean;
	alwaysOutputData?: boolean;
	typeVersion?: number;
	mode?: WorkflowExecuteMode;
	signal?: AbortSignal;
	resumeToken?: false;
	workflowId?: string;
}

export interface NodeResult {
	executionId: string;
	status: ExecutionStatus;
	/** First main output. */
	items: INodeExecutionData[];
	/** All main outputs; the last one is the error output under `continueErrorOutput`. */
	outputs: INodeExecutionData[][];
	/** The error that stopped the node, whether or not the execution went on. */
	error?: ExecutionError;
	hints: NodeExecutionHint[];
	uiMessages: UiMessage[];
	/** The whole execution. */
	result: RunResult;
}

type CredentialReferences = (credentials?: Record<string, string>) => INode['credentials'];

/** The workflow that `runNode` runs; a test may also run or retry it itself. */
function singleNodeWorkflow(
	type: NodeClass | string,
	options: RunNodeOptions,
	toReferences: CredentialReferences,
): WorkflowInput {
	const { parameters, credentials, typeVersion, workflowId } = options;
	const { onError, retryOnFail, maxTries, waitBetweenTries, executeOnce, alwaysOutputData } = options;
	return {
		id: workflowId,
		nodes: [
			{ name: 'Start', type: 'n8n-nodes-base.manualTrigger' },
			{
				name: NODE_NAME,
				type,
				parameters,
				...(typeVersion !== undefined && { typeVersion }),
				credentials: toReferences(credentials),
				...{ onError, retryOnFail, maxTries, waitBetweenTries, executeOnce, alwaysOutputData },
			},
		],
		connections: { Start: { main: [[{ node: NODE_NAME, type: 'main', index: 0 }]] } },
	};
}

export async function runNode(
	parts: EngineParts,
	type: NodeClass | string,
	options: RunNodeOptions,
	toReferences: CredentialReferences,
): Promise<NodeResult> {
	const workflow = singleNodeWorkflow(type, options, toReferences);
	const { items: startItems = [{ json: {} }], mode, signal, resumeToken } = options;
	return toNodeResult(
		await runWorkflow(parts, workflow, { startItems, mode, signal, resumeToken, startNode: 'Start' }),
	);
}

export function toNodeResult(result: RunResult): NodeResult {
	const { executionId, status, hints, uiMessages } = result;
	const outputs = result.outputs(NODE_NAME);
	const error = result.error(NODE_NAME) ?? result.error();
	return { executionId, status, items: outputs[0] ?? [], outputs, error, hints, uiMessages, result };
}
