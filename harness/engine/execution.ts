/**
 * Executions as n8n's workflow runner starts them: additional data and lifecycle hooks around n8n-core's
 * WorkflowExecute, the result saved when it ends, and the *Retry* of a failed one.
 */
import { ExecutionLifecycleHooks, WorkflowExecute, WorkflowHasIssuesError } from 'n8n-core';
import {
	createRunExecutionData,
	Workflow,
	type INodeExecutionData,
	type IRun,
	type IRunExecutionData,
	type IWorkflowBase,
	type IWorkflowExecuteAdditionalData,
	type WorkflowExecuteMode,
} from 'n8n-workflow';
import type PCancelable from 'p-cancelable';

import { createAdditionalData, type AdditionalDataSources } from './additionalData';
import type { NodeTypes } from './nodeTypes';
import { RunResult, type UiMessage } from './runResult';
import { toWorkflowData, type WorkflowInput } from './workflowInput';

export interface RunOptions {
	/** `manual` (the editor's *Execute workflow*) unless told. */
	mode?: WorkflowExecuteMode;
	/** What the start node puts out; pinned to it in manual mode, handed to it as a trigger's event otherwise. */
	startItems?: INodeExecutionData[];
	/** Name of the node to start from; n8n's choice when left out. */
	startNode?: string;
	/** Name of the node to stop after (*Execute step*). */
	destinationNode?: string;
	/** false: an n8n that gives executions no token of their own (before 2.20); not in manual mode. */
	resumeToken?: false;
	/** Aborting it is what *Stop execution* does. The run still ends only when the node has returned. */
	signal?: AbortSignal;
}

export interface EngineParts extends AdditionalDataSources {
	nodeTypes: NodeTypes;
}

interface Start {
	workflowData: IWorkflowBase;
	mode: WorkflowExecuteMode;
	signal?: AbortSignal;
	retryOf?: string;
	/** `save`: writes the row that n8n has from the start of an execution, and of one that died to the end. */
	begin(
		workflow: Workflow,
		additionalData: IWorkflowExecuteAdditionalData,
		save: (data: IRunExecutionData) => void,
	): PCancelable<IRun>;
}

/** Runs a workflow to its end. Whatever fails in it is in the result. */
export async function runWorkflow(parts: EngineParts, input: WorkflowInput, options: RunOptions = {}) {
	const { mode = 'manual', signal } = options;
	const workflowData = toWorkflowData(input, parts.nodeTypes);
	return await execute(parts, {
		workflowData,
		mode,
		signal,
		begin: (workflow, additionalData, save) => {
			const { startNode: startName, destinationNode, startItems } = options;
			const startNode = startName ? workflow.getNode(startName) : workflow.getStartNode(destinationNode);
			if (!startNode) throw new Error('No node to start the workflow from could be found');
			if (mode !== 'manual') {
				const data = { main: [startItems ?? [{ json: {} }]] };
				const nodeExecutionStack = [{ node: startNode, data, source: null }];
				const executionData = createRunExecutionData({ executionData: { nodeExecutionStack } });
				if (options.resumeToken === false) Reflect.deleteProperty(executionData, 'resumeToken');
				save(executionData);
				return new WorkflowExecute(additionalData, mode, executionData).processRunExecutionData(workflow);
			}
			const pinData = { ...workflowData.pinData, ...(startItems && { [startNode.name]: startItems }) };
			return new WorkflowExecute(additionalData, mode).run({
				workflow,
				startNode,
				pinData,
				destinationNode: destinationNode ? { nodeName: destinationNode, mode: 'inclusive' } : undefined,
			});
		},
	});
}

/**
 * *Retry* in the list of executions: the stored data of the failed execution, without the failed run of its last
 * node, goes on under a new id. `current` retries with the workflow as saved now.
 */
export async function retryExecution(
	parts: EngineParts,
	executionId: string,
	{ current, signal }: { current?: WorkflowInput; signal?: AbortSignal } = {},
): Promise<RunResult> {
	const stored = parts.database.readExecution(executionId);
	if (stored.finished) throw new Error('The execution succeeded, so it cannot be retried.');
	const workflowData = current ? toWorkflowData(current, parts.nodeTypes) : stored.workflow;
	dropFailedRun(stored.data);
	return await execute(parts, {
		workflowData,
		mode: 'retry',
		signal,
		retryOf: executionId,
		begin: (workflow, additionalData, save) => {
			save(stored.data);
			if (current) {
				for (const entry of stored.data.executionData?.nodeExecutionStack ?? []) {
					const node = workflow.getNode(entry.node.name);
					if (!node) throw new Error(`Could not find the node "${entry.node.name}" in workflow.`);
					entry.node = node;
				}
			}
			return new WorkflowExecute(additionalData, 'retry', stored.data).processRunExecutionData(workflow);
		},
	});
}

function dropFailedRun({ resultData }: IRunExecutionData): void {
	const { lastNodeExecuted, runData } = resultData;
	if (!lastNodeExecuted) return;
	delete resultData.error;
	if (runData[lastNodeExecuted]?.at(-1)?.error !== undefined) runData[lastNodeExecuted].pop();
}

async function execute(parts: EngineParts, { workflowData, mode, signal, retryOf, begin }: Start) {
	const { database, nodeTypes } = parts;
	const executionId = database.nextExecutionId();
	const uiMessages: UiMessage[] = [];
	const hooks = new ExecutionLifecycleHooks(mode, executionId, workflowData, retryOf);
	hooks.addHandler('workflowExecuteAfter', (run, newStaticData) => {
		if (mode !== 'manual' && newStaticData) database.writeStaticData(workflowData.id, newStaticData);
		database.writeExecution(executionId, workflowData, run);
	});
	const workflow = new Workflow({
		...workflowData,
		staticData: database.readStaticData(workflowData.id),
		nodeTypes,
	});
	const additionalData = createAdditionalData(parts, {
		hooks,
		executionId,
		workflowId: workflowData.id,
		workflowSettings: workflowData.settings,
		setExecutionStatus: () => {},
		sendDataToUI: (type, data) => uiMessages.push({ type, data }),
	});
	let execution: PCancelable<IRun>;
	try {
		execution = begin(workflow, additionalData, (data) => {
			const started = { data, mode, status: 'running', finished: false } as const;
			database.writeStart(executionId, workflowData, {
				...started,
				startedAt: new Date(),
				storedAt: 'db',
			});
		});
	} catch (error) {
		if (!(error instanceof WorkflowHasIssuesError)) throw error;
		const refused = refusedRun(mode, error);
		await hooks.runHook('workflowExecuteAfter', [refused]);
		return new RunResult(executionId, refused, uiMessages);
	}
	const stop = () => execution.cancel();
	signal?.addEventListener('abort', stop);
	if (signal?.aborted) stop();
	try {
		return new RunResult(executionId, await execution, uiMessages);
	} finally {
		signal?.removeEventListener('abort', stop);
	}
}

/** The failed execution that n8n records when a required parameter is empty: no node has run. */
function refusedRun(mode: WorkflowExecuteMode, error: WorkflowHasIssuesError): IRun {
	const now = new Date();
	const data = createRunExecutionData({ resultData: { error: error as never, runData: {} } });
	return { data, mode, finished: false, status: 'error', startedAt: now, stoppedAt: now, storedAt: 'db' };
}
