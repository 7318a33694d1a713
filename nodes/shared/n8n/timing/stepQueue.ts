/**
 * The turns of this process, whatever runs take part: n8n's other work never waits for many of this pack's steps. A step in,
 * what it returns out; fails as the step does.
 */
import { TimeSlicer, type Timing } from '../../../../glb/timeSlicer';
import { SerialQueue } from '../../core/concurrency/serialQueue';
import { realClock } from './realClock';

const turns = new SerialQueue(async () => await realClock.sleep(0));

/** Runs a step of some milliseconds, such as going through a whole picture, in a turn of its own. */
export async function inTurn<T>(step: () => T): Promise<T> {
	return await turns.take(step);
}

const timing: Timing = { now: realClock.now, yieldToEventLoop: async () => await inTurn(() => undefined) };

/** For a loop over all items of a run: pauses when it has gone on for long enough. */
export function paceItems(): TimeSlicer {
	return new TimeSlicer(timing);
}
