/** Fewer faces for a document: the share that is to stay in, the document changed. UV seams stay where they are. */
import type { Document } from '@gltf-transform/core';
import { simplify, weld } from '@gltf-transform/functions';
import { MeshoptSimplifier } from 'meshoptimizer/simplifier';
import type { TimeSlicer } from '../../timeSlicer';

/**
 * Reduces the faces to about `share` (0 to 1) of what they are, as far as the shape moves by no more than `maxError`, a
 * part of the model's size. WebAssembly works in one stretch per primitive: some 1.6 s for a million faces.
 */
export async function reduceFaces(
	document: Document,
	share: number,
	maxError: number,
	slicer: TimeSlicer,
): Promise<void> {
	await MeshoptSimplifier.ready;
	await document.transform(weld());
	await slicer.pause();
	await document.transform(simplify({ simplifier: MeshoptSimplifier, ratio: share, error: maxError }));
	await slicer.pause();
}
