/** How long a poll may take: n8n's context and what was seen of it before in, milliseconds out. */
import type { IPollFunctions } from 'n8n-workflow';
import { realClock } from '../shared/n8n/timing/realClock';
import type { ProcessState } from './processState';

/** A poll leaves this much of its time unused, so that n8n never sees it overrun. */
export const POLL_MARGIN_MS = 3_000;

/** The poll that n8n waits for when it activates a trigger: one look at what is due, and no more. */
const ACTIVATION_POLL_MS = 3_000;

/** What that poll has found may take this long in all to be downloaded; the rest comes with the next poll. */
const ACTIVATION_DELIVERY_MS = 10_000;

/** What n8n says that a poll may take when no scheduler runs it. */
export const UNSCHEDULED_POLL_BUDGET_MS = 300_000;

/** What a poll may take on an n8n that does not tell (before 2.3x): well inside its one-minute interval. */
export const DEFAULT_POLL_BUDGET_MS = 45_000;

/** A poll ends before the next one of the shortest interval, one minute, begins. */
export const LONGEST_POLL_MS = 57_000;

/** With something to emit, a poll waits only for what is expected within this time. */
export const LINGER_MS = 3_000;

/** The two ends of a poll, and what kind of poll it is. */
export interface PollTime {
	/** Milliseconds for status checks. */
	checkMs: number;
	/** Milliseconds after which nothing is downloaded any more, counted from the poll's beginning too. */
	deliverMs: number;
	/** n8n waits for this poll before it goes on: what did not fit in is no sign of anything. */
	isActivation: boolean;
}

/**
 * The time of this poll; to be asked for once in each. The poll that n8n makes while it activates the trigger is a
 * short one: whoever publishes the workflow, and n8n itself when it starts, wait for its end.
 */
export function takePollTime(context: IPollFunctions, processState: ProcessState): PollTime {
	const grantedMs = context.getPollBudgetMs?.();
	const isScheduled = grantedMs !== undefined && grantedMs !== UNSCHEDULED_POLL_BUDGET_MS;
	if (isFirstOfActivation(context, processState.context) && !isScheduled) {
		return { checkMs: ACTIVATION_POLL_MS, deliverMs: ACTIVATION_DELIVERY_MS, isActivation: true };
	}
	const checkMs = Math.min(LONGEST_POLL_MS, (grantedMs ?? DEFAULT_POLL_BUDGET_MS) - POLL_MARGIN_MS);
	const deliverMs = grantedMs ?? UNSCHEDULED_POLL_BUDGET_MS;
	return { checkMs: Math.max(0, checkMs), deliverMs, isActivation: false };
}

/**
 * Whether this is the first poll since n8n activated the trigger, and counts it. Otherwise than the polls of an activation,
 * which share a context, those of n8n's scheduler have one each, for which it gives "update" as the reason: a new one, an
 * interval after one that served a single poll, is the scheduler's, however long it lets a poll take.
 */
function isFirstOfActivation(context: IPollFunctions, seen: ProcessState['context']): boolean {
	const nowMs = realClock.now();
	const isSame = seen.last?.deref() === context;
	const isNextOfScheduler =
		seen.polls === 1 && nowMs - seen.atMs >= LEAST_INTERVAL_MS && context.getActivationMode() === 'update';
	seen.last = new WeakRef(context);
	seen.polls = isSame ? seen.polls + 1 : 1;
	seen.atMs = nowMs;
	return !isSame && !isNextOfScheduler;
}

/** n8n polls every minute at the most; its scheduler's beat may be some seconds off. */
const LEAST_INTERVAL_MS = 50_000;
