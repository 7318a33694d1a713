/**
 * Nodes as tools of an AI agent: JSON only, and an answer before the agent loses patience. Options and failures in, what an
 * agent can work with out.
 */
import { type Failure, type Outcome, fail, succeed } from '../../core/failure';
import type { OutputItem } from './putOut';
import type { TaskOptions } from '../fields/readOptions';

/** An agent's tool call should answer within 50 s; the rest is for the model's own turn. */
const TOOL_ANSWER_MS = 45_000;

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
