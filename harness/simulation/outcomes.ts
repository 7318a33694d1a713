/** Takes an Outcome apart, and says what it was where it is not the one expected. */
import type { Failure, Outcome } from '../../nodes/shared/core/failure';

export function valueOf<T>(outcome: Outcome<T>): T {
	if (!outcome.ok) throw new Error(`Expected a value, got ${JSON.stringify(outcome.failure)}`);
	return outcome.value;
}

export function failureIn(outcome: Outcome<unknown>): Failure {
	if (outcome.ok) throw new Error(`Expected a failure, got ${JSON.stringify(outcome.value)}`);
	return outcome.failure;
}
