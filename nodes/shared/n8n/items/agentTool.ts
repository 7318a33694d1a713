/**
 * Nodes as tools of an AI agent: JSON only, and an answer before the agent loses patience. Options and failures in, what an
 * agent can work with out.
 */
import { type Failure, type Outcome, fail, succeed } from '../../core/failure';
import type { OutputItem } from './putOut';
import type { TaskOptions } from '../fields/readOptions';

/** An agent's tool call should answer within 50 s; the rest is for the model's own turn. */
const TOOL_ANSWER_MS = 45_000;

/** How n8n calls a node. */
export interface Call {
	/** What n8n says of it; undefined on an n8n that does not. */
	isToolExecution?: boolean;
	nodeType: string;
}

/**
 * Whether an agent called this node. n8n's newer agents have the engine run their tools like any node, and older n8n
 * has no `isToolExecution`: there only the node's type tells.
 */
export function isToolCall({ isToolExecution, nodeType }: Call): boolean {
	return isToolExecution === true || nodeType.endsWith('Tool');
}

/**
 * Whether an item that fails is put out as an item instead of failing the node: as the user chose, and for an agent
 * that calls its tools by itself (n8n's first two versions), which tells its model nothing of an error that is thrown.
 */
export function continuesOnFail(call: Call, chosen: boolean): boolean {
	return (call.isToolExecution ?? isToolCall(call)) || chosen;
}

/** The options as a tool may use them: no file, and no longer than an agent waits. */
export function toToolOptions(options: TaskOptions): TaskOptions {
	return { ...options, downloads: false, timeoutMs: Math.min(options.timeoutMs, TOOL_ANSWER_MS) };
}

/** A failure as an agent is to take it: a task that goes on is an answer, with the next step in words. */
export function answerAgent(failure: Failure): Outcome<OutputItem> {
	if (failure.kind !== 'timedOut') return fail(failure);
	return succeed({
		json: {
			task_id: failure.taskId,
			status: 'processing',
			next_step: `The model is not ready yet. Wait a minute, then call the Image3D Status tool with the task ID ${failure.taskId}.`,
		},
	});
}
