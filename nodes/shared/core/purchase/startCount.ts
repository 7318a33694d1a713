/**
 * What an agent has started through this node so far. Each call of a tool is a run of its own, and so a spend limit that
 * counts one run would let an agent go on without end: its calls share the count of their execution.
 */
import type { Ledger } from './ledger';

/** What the spend limit is held against. */
export type StartCount = Pick<Ledger, 'started' | 'countStart'>;

/** The count in what n8n keeps with the execution for the node, from one call of a tool to the next. */
export function startsInExecution(memory: object): StartCount {
	const state: { image3dStarts?: number } = memory;
	return {
		get started() {
			return state.image3dStarts ?? 0;
		},
		countStart: (by) => {
			state.image3dStarts = (state.image3dStarts ?? 0) + by;
		},
	};
}
