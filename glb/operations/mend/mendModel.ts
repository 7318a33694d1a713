/**
 * A model put right as far as it can be, for what makes something else of it: a GLB in; the same or a mended one, and what
 * was repaired out. A file that cannot be put right comes out as it came in, with the reason: what is wrong may be a part
 * that is never seen. Fails for what is no GLB.
 */
import { MODEL_LIMITS } from '../../facts/factsLimits';
import { readGlbJson, type Unreadable } from '../../facts/glbHead';
import { TimeSlicer, type Timing, type WorkLimits } from '../../timeSlicer';
import { type Mended, mendGlb } from './mendGlb';

/** Work on what is wrong in a file, ms: ten times what a million faces take. */
export const MAX_MENDING_MS = 20_000;

/** The model, and why it could not be put right where it could not. */
export interface KeptOrMended extends Mended {
	/** A sentence; undefined for a file that is in order now. */
	damage?: string;
}

/** Never rejects for what the file holds. */
export async function mendModel(
	glb: Uint8Array,
	options: Timing & WorkLimits,
): Promise<KeptOrMended | Unreadable> {
	return await mendOrKeep(
		glb,
		new TimeSlicer(options, { maxWorkMs: MAX_MENDING_MS, signal: options.signal }),
	);
}

/** The same with the time of other work. Where that is over, the next pause tells. */
export async function mendOrKeep(glb: Uint8Array, slicer: TimeSlicer): Promise<KeptOrMended | Unreadable> {
	const head = await readHead(glb);
	if (!head.ok) return head;
	const mended = await mendGlb(glb, head, slicer);
	if (mended.ok) return mended;
	// Mending changes the description in place.
	const again = await readHead(glb);
	if (!again.ok) return again;
	return { ok: true, glb, description: again, changes: [], left: [], findings: [], damage: mended.reason };
}

async function readHead(glb: Uint8Array) {
	const read = async (offset: number, length: number) => glb.subarray(offset, offset + length);
	return await readGlbJson(read, glb.length, MODEL_LIMITS.maxAskedJsonBytes);
}
