/**
 * What a process remembers of how long tasks take, for each node on its own: finished tasks in, when the next one is likely
 * to end out. Bounded; it ends with the process, and the documented durations take its place. Nothing fails.
 */
import { type LearnedSpan, type LearnedState, type Lesson, learn, learnedSpan } from './learnedDurations';

/** Nodes remembered, those that learned last: each takes some two kilobytes, and n8n has hundreds of workflows, not of these. */
const MOST_NODES = 200;

/** The durations that one node has seen. */
export interface Durations {
	/** When a task of this quality is likely to end; undefined while too little is known. */
	spanOf(quality: string): LearnedSpan | undefined;
	/** Learns from a finished task. */
	learn(quality: string, lesson: Lesson): void;
}

/** The durations of all nodes of a process. */
export class DurationMemory {
	/** `states` is where they are kept, by the key of the node. */
	constructor(private readonly states = new Map<string, LearnedState>()) {}

	/** `nodeKey` names the node: the same in each of its runs. */
	of(nodeKey: string): Durations {
		return {
			spanOf: (quality) => learnedSpan(this.states.get(nodeKey) ?? {}, quality),
			learn: (quality, lesson) =>
				this.replace(nodeKey, learn(this.states.get(nodeKey) ?? {}, quality, lesson)),
		};
	}

	private replace(nodeKey: string, state: LearnedState): void {
		// The order of a Map is that of its insertions: the first is the one that learned longest ago.
		this.states.delete(nodeKey);
		this.states.set(nodeKey, state);
		const [oldest] = this.states.keys();
		if (this.states.size > MOST_NODES) this.states.delete(oldest);
	}
}
