/** What a trigger learned in this process, beside what n8n stores: how its tasks get on, and what failed how often. */
import type { IPollFunctions } from 'n8n-workflow';
import type { BalanceMemory } from '../shared/core/polling/cursor';
import type { Watch } from '../shared/core/polling/trackedTask';

export interface TriggerMemory {
	/** A poll is under way: another one would hand over the same tasks. */
	isPolling: boolean;
	/** How the tasks get on, by their id. */
	watches: Map<string, Watch>;
	/** Polls in which a finished model could not be downloaded, by task id. */
	failedDownloads: Map<string, number>;
	/** What was seen of the balance. */
	balance: BalanceMemory;
	/** The context of the last poll, how many polls it has served, and when the last of them was. */
	context: { last?: WeakRef<IPollFunctions>; polls: number; atMs: number };
}

const memories = new Map<string, TriggerMemory>();

/** The memory of this node of this workflow. Editing another node does not touch it. */
export function memoryOf(context: IPollFunctions): TriggerMemory {
	const key = `${context.getWorkflow().id}/${context.getNode().id}`;
	let memory = memories.get(key);
	if (memory === undefined) {
		memory = newMemory();
		memories.set(key, memory);
	}
	return memory;
}

/** The memory of a trigger that has not polled yet. */
export function newMemory(): TriggerMemory {
	return {
		isPolling: false,
		watches: new Map(),
		failedDownloads: new Map(),
		balance: {},
		context: { polls: 0, atMs: 0 },
	};
}

/** Forgets tasks that are no longer watched. */
export function forgetOthers(memory: TriggerMemory, pending: readonly string[]): void {
	const kept = new Set(pending);
	for (const known of [memory.watches, memory.failedDownloads]) {
		for (const taskId of known.keys()) if (!kept.has(taskId)) known.delete(taskId);
	}
}
