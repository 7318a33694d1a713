/**
 * What a trigger has handed over already, kept in n8n's static data. The state is replaced, never changed inside: n8n
 * notices only changes at its top level.
 */
import { MAX_REMEMBERED_TASKS } from './limits';

export interface CursorState {
	/** Ids of tasks that were handed over, or passed over because of their outcome; oldest first. */
	done?: string[];
	/** Whether the balance was below the threshold when it was last looked at. */
	low?: boolean;
	/** The balance that was reported last. */
	lowBalance?: number;
}

/** What a process saw of the balance since it was reported last, beside the state: n8n may not have stored it. */
export interface BalanceMemory {
	hasSeen?: true;
	wasAbove?: boolean;
}

/** The ids that are still to be handed over, in their order, each once. */
export function pendingIds(state: CursorState, ids: readonly string[]): string[] {
	const done = new Set(state.done ?? []);
	return [...new Set(ids)].filter((id) => !done.has(id));
}

/** The state after `ids` were handed over. Ids that are no longer `listed` are forgotten. */
export function markDone(state: CursorState, ids: readonly string[], listed: readonly string[]): CursorState {
	const current = new Set(listed);
	const kept = (state.done ?? []).filter((id) => current.has(id) && !ids.includes(id));
	return { ...state, done: [...kept, ...ids].slice(-MAX_REMEMBERED_TASKS) };
}

/**
 * Whether a balance is to be reported: once when it falls below the threshold, again after it was above. n8n stores the
 * state of a poll that reports nothing only sometimes, so `memory`, which is changed, holds against an old state; and where
 * nothing was seen yet, a balance higher than the one reported shows that credits were bought meanwhile.
 */
export function crossesThreshold(
	state: CursorState,
	balance: number,
	threshold: number,
	memory: BalanceMemory = {},
): { emits: boolean; state: CursorState } {
	const low = balance < threshold;
	const hasRisen = memory.hasSeen === undefined && balance > (state.lowBalance ?? Number.POSITIVE_INFINITY);
	const emits = low && (state.low !== true || memory.wasAbove === true || hasRisen);
	memory.hasSeen = true;
	memory.wasAbove = !low;
	return { emits, state: { ...state, low, ...(emits ? { lowBalance: balance } : {}) } };
}
