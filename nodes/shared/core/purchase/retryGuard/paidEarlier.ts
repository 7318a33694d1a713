/** What is said of a request that another execution has or may have paid for, and whose result was lost with it. */
import type { Failure } from '../../failure';

/** `executionId`: which execution it was, where that is known. */
export function paidEarlier(executionId?: string): Failure {
	const who = executionId === undefined ? 'an earlier try of this execution' : `execution ${executionId}`;
	return {
		kind: 'uncertain',
		message: `This generation was or may have been paid for by ${who}, so it is not sent again`,
		hint: 'Nothing was charged in this try. The error of that execution or n8n\'s log names the task ("Image3D accepted task …"): Image3D Status fetches its model. To pay for a new model anyway, set the option "If a Charge Is Uncertain" to Submit Again.',
		retryable: false,
	};
}
