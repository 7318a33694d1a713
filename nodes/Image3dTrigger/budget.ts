/** How long a poll may take. */
import type { IPollFunctions } from 'n8n-workflow';
import {
	ACTIVATION_DELIVERY_MS,
	ACTIVATION_POLL_MS,
	DEFAULT_POLL_BUDGET_MS,
	LONGEST_POLL_MS,
	POLL_MARGIN_MS,
	UNSCHEDULED_POLL_BUDGET_MS,
} from '../shared/core/limits';

export interface PollBudget {
	/** Milliseconds for watching. */
	watchMs: number;
	/** Milliseconds after which nothing is downloaded any more, counted from the poll's beginning too. */
	deliverMs: number;
	/** n8n waits for this poll before it goes on: what did not fit in is no sign of anything. */
	isActivation: boolean;
}

/** By their contexts, the activations that have made their first poll. */
const begun = new WeakSet<IPollFunctions>();

/**
 * The budget of this poll; to be asked for once in each. The poll that n8n makes while it activates the trigger is a
 * short one: whoever publishes the workflow, and n8n itself when it starts, wait for its end.
 */
export function takePollBudget(context: IPollFunctions): PollBudget {
	const grantedMs = context.getPollBudgetMs?.();
	// n8n's scheduler opens a context for each poll; otherwise all polls of an activation share one.
	const isScheduled = grantedMs !== undefined && grantedMs < UNSCHEDULED_POLL_BUDGET_MS;
	if (!isScheduled && !begun.has(context)) {
		begun.add(context);
		return { watchMs: ACTIVATION_POLL_MS, deliverMs: ACTIVATION_DELIVERY_MS, isActivation: true };
	}
	const watchMs = Math.min(LONGEST_POLL_MS, (grantedMs ?? DEFAULT_POLL_BUDGET_MS) - POLL_MARGIN_MS);
	const deliverMs = grantedMs ?? UNSCHEDULED_POLL_BUDGET_MS;
	return { watchMs: Math.max(0, watchMs), deliverMs, isActivation: false };
}
