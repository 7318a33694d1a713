/** Tasks made by the control API instead of a user: free, and in any state. */
import { type Quality, TIER_SECONDS } from '../tiers';
import { RequestProblem } from '../problem';
import { now } from '../sandboxService';
import { newTask, type Failure, type Task } from '../state/tasks';
import { type User } from '../state/users';

const STATES = ['running', 'success', 'failed'];

/**
 * Reads `{ prompt?, quality?, state?, endsInSeconds?, outcome?, field?, reason? }`; `endsInSeconds` are real seconds.
 * @throws RequestProblem (400)
 */
export function injectTask(user: User, order: Record<string, unknown>): Task {
	const { prompt = 'a vase', quality = 'fast', state = 'success', endsInSeconds = 30 } = order;
	if (typeof prompt !== 'string') throw new RequestProblem(400, '"prompt" is a string');
	if (!STATES.includes(String(state)))
		throw new RequestProblem(400, `"state" is one of ${STATES.join(', ')}`);
	if (!Object.hasOwn(TIER_SECONDS, String(quality))) throw new RequestProblem(400, 'Unknown "quality"');
	const moment = now();
	const isRunning = state === 'running';
	const hasFailed = state === 'failed' || order.outcome === 'failed';
	const duration = TIER_SECONDS[quality as Quality] * 1000;
	return newTask({
		createdAt: isRunning ? moment : moment - duration,
		endsAt: isRunning ? moment + Number(endsInSeconds) * 1000 : moment,
		input: { mode: 'text', prompt },
		quality: quality as Quality,
		body: { mode: 'text', prompt, quality },
		progressStyle: user.settings.progress,
		failure: hasFailed ? readFailure(order) : undefined,
		injected: true,
		hasNumericId: user.settings.numericIds,
	});
}

function readFailure(order: Record<string, unknown>): Failure {
	const { field = 'error', reason = 'Generation failed' } = order;
	return { field: field as Failure['field'], reason: String(reason) };
}
