/**
 * What a trigger learned in this process, beside what n8n stores: how its tasks get on, and what was seen of the balance.
 * In: n8n's context, which says whose it is; out: the state, changed by whoever polls. It ends with the process.
 */
import type { IPollFunctions } from 'n8n-workflow';
import type { BalanceMemory } from '../shared/core/polling/cursor';
import type { TrackedTask } from '../shared/core/polling/trackedTask';

/** What one trigger knows between two polls. */
export interface ProcessState {
	/** A poll is under way: another one would emit the same tasks. */
	isPolling: boolean;
	/** What is known of the tasks, by their id; replaced by each poll. */
	tracked: ReadonlyMap<string, TrackedTask>;
	/** What was seen of the balance. */
	balance: BalanceMemory;
	/** The context of the last poll, how many polls it has served, and when the last of them was. */
	context: { last?: WeakRef<IPollFunctions>; polls: number; atMs: number };
}

const states = new Map<string, ProcessState>();

/** The state of this node of this workflow. Editing another node does not touch it. */
export function processStateOf(context: IPollFunctions): ProcessState {
	const key = `${context.getWorkflow().id}/${context.getNode().id}`;
	let state = states.get(key);
	if (state === undefined) {
		state = { isPolling: false, tracked: new Map(), balance: {}, context: { polls: 0, atMs: 0 } };
		states.set(key, state);
	}
	return state;
}
