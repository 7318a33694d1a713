/** The queues of all nodes whose runs this process serves: a node in, its queue out, one for as long as anything stands in it. */
import type { Clock } from '../../concurrency/clock';
import { NoteQueue } from './noteQueue';

/** One per process: the queues of all nodes. */
export class NoteBook {
	private readonly queues = new Map<string, NoteQueue>();

	constructor(private readonly clock: Clock) {}

	/** The queue of a node. */
	queueOf(node: string): NoteQueue {
		const known = this.queues.get(node);
		if (known !== undefined) return known;
		const queue = new NoteQueue(this.clock, () => this.queues.delete(node));
		this.queues.set(node, queue);
		return queue;
	}
}
