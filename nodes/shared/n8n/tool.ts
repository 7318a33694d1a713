/** Nodes as tools of an AI agent: JSON only, and an answer before the agent loses patience. */
import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import type { Failure } from '../core/failure';
import { TOOL_ANSWER_MS } from '../core/limits';
import type { TaskOptions } from './taskOptions';

/**
 * Whether an agent called this node. n8n's newer agents have the engine run their tools like any node, and older n8n
 * has no `isToolExecution`: there only the node's type tells.
 */
export function isToolCall(context: IExecuteFunctions): boolean {
	return context.isToolExecution?.() === true || context.getNode().type.endsWith('Tool');
}

/** The options as a tool may use them: no file, and no longer than an agent waits. */
export function toToolOptions(options: TaskOptions): TaskOptions {
	return { ...options, downloads: false, timeoutMs: Math.min(options.timeoutMs, TOOL_ANSWER_MS) };
}

/** What an agent is told about a task that goes on. */
export function stillRunningJson(failure: Failure, json: IDataObject): IDataObject {
	return {
		...json,
		status: 'processing',
		next_step: `The model is not ready yet. Wait a minute, then call the Image3D Status tool with the task ID ${failure.taskId}.`,
	};
}
