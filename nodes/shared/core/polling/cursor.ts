/**
 * What a trigger has emitted already, kept in n8n's static data: the state and a list in, what is still to be emitted and the
 * new state out. It is replaced, never changed inside: n8n notices only changes at its top level. Nothing fails.
 */

/** Ids remembered as emitted; n8n keeps this state in its database with the workflow. */
export const MAX_REMEMBERED_TASKS = 20_000;

/** Plain JSON; n8n stores it when the poll's items are handed on. */
export interface CursorState {
	/** Keys of tasks that were emitted, or dropped because of their outcome; oldest first. */
	done?: string[];
	/** Whether the balance was below the threshold when it was last read. */
	low?: boolean;
	/** The balance that was reported last. */
	lowBalance?: number;
}

/** What a process saw of the balance since it was reported last, beside the state: n8n may not have stored it. */
export interface BalanceMemory {
	hasSeen?: true;
	wasAbove?: boolean;
}

/** What stands for a task in the state: its id, in a table that of the row with it, for another row may hold it too. */
export function keyOf(taskId: string, rowId?: unknown): string {
	return rowId === undefined ? taskId : `${taskId}${BEFORE_ROW}${String(rowId)}`;
}

/** No task id holds it. */
const BEFORE_ROW = '#';

function taskOf(key: string): string {
	return key.split(BEFORE_ROW, 1)[0];
}

/** The keys that are still to be emitted, in their order, each once. */
export function pendingIds({ done = [] }: CursorState, keys: readonly string[]): string[] {
	const covered = new Set(done);
	const doneTasks = new Set(done.map(taskOf));
	// A task without a row stands for all of its rows, and each row for the task where it is listed without.
	const isDone = (key: string) =>
		covered.has(key) || covered.has(taskOf(key)) || (!key.includes(BEFORE_ROW) && doneTasks.has(key));
	return [...new Set(keys)].filter((key) => !isDone(key));
}

/** The state after `keys` were emitted. Those that are no longer `listed` are forgotten. */
export function markDone(
	state: CursorState,
	keys: readonly string[],
	listed: readonly string[],
): CursorState {
	const current = new Set(listed);
	const added = new Set(keys);
	const rowsOf = new Map<string, string[]>();
	for (const key of listed) {
		if (!key.includes(BEFORE_ROW)) continue;
		const rows = rowsOf.get(taskOf(key));
		if (rows === undefined) rowsOf.set(taskOf(key), [key]);
		else rows.push(key);
	}
	const kept = (state.done ?? []).flatMap((key) => {
		if (current.has(key) || current.has(taskOf(key))) return [key];
		return key.includes(BEFORE_ROW) ? [] : (rowsOf.get(key) ?? []);
	});
	const done = [...new Set(kept)].filter((key) => !added.has(key));
	return { ...state, done: [...done, ...keys].slice(-MAX_REMEMBERED_TASKS) };
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
