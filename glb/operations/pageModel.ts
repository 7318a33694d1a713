/**
 * The model as the viewer of a page reads it: a GLB in; the same, put right and without a compression that the viewer does
 * not know, out. Never rejects for what the file holds; fails for what is no GLB and for what cannot be unpacked.
 */
import type { Unreadable } from '../facts/glbHead';
import type { Timing, WorkLimits } from '../timeSlicer';
import { mendModel } from './mend/mendModel';
import { toPlainGlb } from './plainGlb';

/** The model for the page, with what was done to it. */
export interface PageModel {
	ok: true;
	/** The bytes that were given where the viewer reads them as they are. */
	glb: Uint8Array;
	/** A sentence each. */
	changes: string[];
	/** Why the file could not be put right; undefined for one that is in order. The viewer may show some of it. */
	damage?: string;
}

/** The viewer loads its decoder for Draco by itself, and none for meshopt. */
const UNPACKED = 'Geometry unpacked, so that the page can show it.';

/** Prepares a model for being part of a page. */
export async function prepareForPage(
	file: Uint8Array,
	options: Timing & WorkLimits,
): Promise<PageModel | Unreadable> {
	const mended = await mendModel(file, options);
	if (!mended.ok) return mended;
	const { glb, description, changes, left, damage } = mended;
	const plain = await toPlainGlb(glb, description);
	if (!plain.ok) return plain;
	const unpacked = plain.glb === glb ? [] : [UNPACKED];
	return { ok: true, glb: plain.glb, changes: [...changes, ...left, ...unpacked], damage };
}
