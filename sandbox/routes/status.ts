/** GET /api/status/:id: where a job stands, and on success a fresh address of its model. */
import { type Answer } from '../answer';
import { STATUS_BODY_FAULTS, takeFault } from '../faults';
import { RequestProblem } from '../problem';
import { now } from '../service';
import { progressOf, statusOf } from '../state/tasks';
import { type Call } from './call';

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
	return { status: 200, body: spoil(call, body) };
}

/** A finished job is what `missingModelUrl` waits for; `unknownStatus` hits any. */
function spoil(call: Call, body: Record<string, unknown>): Record<string, unknown> {
	const kinds = STATUS_BODY_FAULTS.filter((kind) => kind !== 'missingModelUrl' || body.status === 'success');
	const fault = takeFault(call.user.faults, 'status', kinds);
	if (!fault) return body;
	call.record.fault = fault.kind;
	if (fault.kind === 'unknownStatus')
		return { ...body, status: fault.value ?? 'dreaming', model_url: undefined };
	return { ...body, model_url: undefined };
}
