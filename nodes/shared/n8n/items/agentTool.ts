/**
 * Nodes as tools of an AI agent: JSON only, and an answer before the agent loses patience. Options and failures in, what an
 * agent can work with out.
 */
import type { IExecuteFunctions } from 'n8n-workflow';
import { type Failure, type Outcome, fail, succeed } from '../../core/failure';
import type { OutputItem } from './itemLoop';
import type { TaskOptions } from '../fields/readOptions';

/** An agent's tool call should answer within 50 s; the rest is for the model's own turn. */
const TOOL_ANSWER_MS = 45_000;

/**
 * Whether an agent called this node. n8n's newer agents have the engine run their tools like any node, and older n8n
 * has no `isToolExecution`: there only the node's type tells.
 */
export function isToolCall(context: IExecuteFunctions): boolean {
	return context.isToolExecution?.() === true || context.getNode().type.endsWith('Tool');
}

/**
 * Whether an item that fails is put out as an item instead of failing the node: as the user chose, and for an agent
 * that calls its tools by itself (n8n's first two versions), which tells its model nothing of an error that is thrown.
 */
export function continuesOnFail(context: IExecuteFunctions): boolean {
	const isCalledByAgent = context.isToolExecution?.() ?? isToolCall(context);
	return isCalledByAgent || context.continueOnFail();
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
