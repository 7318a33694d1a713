/** How long a poll may watch. */
import type { IPollFunctions } from 'n8n-workflow';
import {
	ACTIVATION_POLL_MS,
	DEFAULT_POLL_BUDGET_MS,
	LONGEST_POLL_MS,
	POLL_MARGIN_MS,
	UNSCHEDULED_POLL_BUDGET_MS,
} from '../shared/core/limits';

/** By their contexts, the activations that have made their first poll. */
const begun = new WeakSet<IPollFunctions>();

/**
 * Milliseconds for this poll; to be asked once in each. The poll that n8n makes while it activates the trigger is a
 * short one: whoever publishes the workflow, and n8n itself when it starts, wait for its end.
 */
export function takePollBudgetMs(context: IPollFunctions): number {
	const grantedMs = context.getPollBudgetMs?.();
	// n8n's scheduler opens a context for each poll; otherwise all polls of an activation share one.
	const isScheduled = grantedMs !== undefined && grantedMs < UNSCHEDULED_POLL_BUDGET_MS;
	if (!isScheduled && !begun.has(context)) {
		begun.add(context);
		return ACTIVATION_POLL_MS;
	}
	const budgetMs = grantedMs ?? DEFAULT_POLL_BUDGET_MS;
	return Math.max(0, Math.min(LONGEST_POLL_MS, budgetMs - POLL_MARGIN_MS));
}
