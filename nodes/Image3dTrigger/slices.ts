/** Taking turns in a list that is too long for one poll. */
import { MAX_STATUS_CALLS_PER_POLL } from '../shared/core/limits';

/** A bounded part of a long list, oldest first: those that had no turn yet before those that had one. */
export function takeSlice(pending: string[], looked: ReadonlySet<string>): string[] {
	if (pending.length <= MAX_STATUS_CALLS_PER_POLL) return pending;
	const fresh = pending.filter((id) => !looked.has(id));
	const others = pending.filter((id) => looked.has(id));
	return [...fresh, ...others].slice(0, MAX_STATUS_CALLS_PER_POLL);
}

/** Notes who had a turn. When all have had one it begins anew, so that nothing starves. */
export function noteTurn(looked: Set<string>, pending: string[], seen: string[]): void {
	for (const taskId of seen) looked.add(taskId);
	if (pending.every((taskId) => looked.has(taskId))) looked.clear();
}
