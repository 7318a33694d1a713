/** A damaged GLB in; what became of it out, held against the Khronos validator. Fails the test where it is not put right. */
import { readGlbJson } from '../../glb/facts';
import type { Gltf } from '../../glb/facts/gltf';
import { mendGlb } from '../../glb/operations/mend/mendGlb';
import { readerOf } from './buildGlb';
import { newSlicer } from './timing';
import { validatorErrors } from './validatorErrors';

/** What is said of a repair, a sentence each. */
export const NUMBERS = 'Corrected numbers that the format does not allow.';
export const REFERENCES = 'Removed references to parts that do not exist.';
export const TREE = 'Corrected its tree of nodes.';
export const LAYOUT = 'Stored parts of its shape anew that lay where the format does not allow it.';
export const SURFACE = 'Removed parts of its surface that cannot be read.';
export const ENTRIES = 'Corrected entries of its description that the format does not allow.';

/** As a fit mends it before it changes anything. */
export async function mend(glb: Uint8Array) {
	const head = await readGlbJson(readerOf(glb).read, glb.length);
	return head.ok ? await mendGlb(glb, head, newSlicer()) : head;
}

/** Mends a file that the validator refuses, holds the new one against it, and returns its description. */
export async function mended(glb: Uint8Array, said: string): Promise<Gltf> {
	expect(await validatorErrors(glb)).not.toEqual([]);
	const result = await mend(glb);
	if (!result.ok) throw new Error(result.reason);
	expect(result.changes).toContain(said);
	expect(await validatorErrors(result.glb)).toEqual([]);
	expect(await mend(result.glb)).toMatchObject({ changes: [] });
	return result.description.gltf;
}
