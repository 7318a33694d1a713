/**
 * How long tasks took in this n8n process: a node's key in, what its tasks have taught out. Not in n8n's static data: at the
 * end of an execution n8n stores the static data of all nodes as it was at the beginning, and a polling trigger of the same
 * workflow would emit again, and have paid for again, what it had emitted meanwhile.
 */
import { DurationMemory, type Durations } from '../../core/polling/durationMemory';

const memory = new DurationMemory();

/** The durations of the node with this key. */
export function durationsOf(nodeKey: string): Durations {
	return memory.of(nodeKey);
}
