/** GET /api/status/:id: where a job stands, and on success a fresh address of its model. */
import { type Answer } from '../answer';
import { RequestProblem } from '../problem';
import { now } from '../sandboxService';
import { progressOf, statusOf } from '../state/tasks';
import { type Call } from './call';
import { spoilAnswer } from './spoilAnswer';

export function status(call: Call): Answer {
	const { service, user } = call;
	const task = user.tasks.get(call.params.id);
	if (!task) throw new RequestProblem(404, 'Unknown task');
	const moment = now();
	const word = statusOf(task, moment);
	const body: Record<string, unknown> = { status: word, progress: progressOf(task, moment) };
	if (word === 'failed' && task.failure) body[task.failure.field] = task.failure.reason;
	if (word === 'success') {
		body.model_url = service.links.make(task, user.settings.modelUrlLifetimeSeconds);
	}
	return { status: 200, body: spoilAnswer(call, 'status', body) };
}
