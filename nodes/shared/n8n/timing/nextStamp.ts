/** Points in time that tell writes of this process apart: nothing in, milliseconds since the epoch out, never the same twice. */
import { realClock } from './realClock';

let last = 0;

/** Now, or the next millisecond that was not given out yet. */
export function nextStamp(): number {
	last = Math.max(realClock.now(), last + 1);
	return last;
}
