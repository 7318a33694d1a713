/**
 * Fewer faces for a document: the share that is to stay in, the document changed. Where UVs, normals or colors break, the
 * seam stays where it is. The vertices that stay are moved to where shape and attributes fit the former ones best.
 */
import type { Document } from '@gltf-transform/core';
import { compactPrimitive, weld } from '@gltf-transform/functions';
import { MeshoptSimplifier } from 'meshoptimizer/simplifier';
import type { TimeSlicer } from '../../timeSlicer';
import { writeAttributes } from './faceAttributes';
import { type Part, partsOf } from './parts';
import { settle } from './settle';
import { shareOut } from './shareOut';
import { FLAGS, LOCKED } from './simplifierFlags';
import { type Reduced, UsedVertices } from './surface';

/** How many faces are to stay, and what that may cost the shape. */
export interface FaceTarget {
	/** Of the faces that are to stay, 0 to 1. */
	share: number;
	/** How far the shape may move, as a part of the size of the largest part. */
	maxError: number;
	/** Whether vertices where two parts of a mesh meet, and those that reach farthest, stay where they are. */
	keepsJoints: boolean;
}

/** Faces of a part that are still seen as faces. Of more, each covers a few pixels, and there is no need to settle them. */
const MAX_SETTLED = 30_000;

/** WebAssembly works in one stretch per primitive: a second for a million faces. */
export async function reduceFaces(
	document: Document,
	{ share, maxError, keepsJoints }: FaceTarget,
	slicer: TimeSlicer,
): Promise<void> {
	await MeshoptSimplifier.ready;
	await document.transform(weld());
	await slicer.pause();
	const parts = await partsOf(document, { keeps: keepsJoints, share }, slicer);
	const size = parts.reduce((most, { extent, scale }) => Math.max(most, extent * scale), 0);
	const targets = await shareOut(parts, share, size * maxError, slicer);
	for (const [index, part] of parts.entries()) {
		const limit = parts.length === 1 ? part.extent * maxError : (size * maxError) / (part.scale || 1);
		if (targets[index] < part.corners.length)
			await reducePart(document, part, { corners: targets[index], error: limit }, slicer);
		await slicer.pause();
	}
}

async function reducePart(
	document: Document,
	{ primitive, positions, corners, attributes, locks, outline, extent }: Part,
	most: { corners: number; error: number },
	slicer: TimeSlicer,
): Promise<void> {
	const { values, weights, isMovable, used } = attributes;
	const width = weights.length;
	const given = [positions, 3, values, width, weights, locks, most.corners, most.error, FLAGS] as const;
	let left: Reduced;
	if (isMovable) {
		const settles = most.corners <= MAX_SETTLED * 3;
		const before = settles ? { positions: positions.slice(), values: values.slice(), width, corners } : null;
		// Nobody else looks at them again.
		const changed = before ? corners.slice() : corners;
		const fewer = changed.slice(0, MeshoptSimplifier.simplifyWithUpdate(changed, ...given)[0]);
		left = { positions, values, width, corners: fewer };
		await slicer.pause();
		// It stops before what was wanted where the shape would move too far.
		if (before && fewer.length > 0 && fewer.length <= MAX_SETTLED * 3) {
			const sameAs = MeshoptSimplifier.generatePositionRemap(positions, 3);
			const vertices = new UsedVertices(left, sameAs, (vertex) => (locks[vertex] & LOCKED) !== 0);
			const lengths = weights.map((weight) => weight * extent);
			const normal = used.find(({ name }) => name === 'NORMAL')?.first;
			await settle(vertices, before, { lengths, normal, outline }, slicer);
			left = vertices.result;
		}
	} else {
		const [fewer] = MeshoptSimplifier.simplifyWithAttributes(corners, ...given);
		left = { positions, values, width, corners: fewer };
	}
	if (left.corners.length === 0) return;
	const buffer = primitive.getIndices()!.getBuffer();
	// Another primitive may use the same list.
	primitive.setIndices(document.createAccessor().setArray(left.corners).setBuffer(buffer));
	if (isMovable) writeAttributes(primitive, left, attributes);
	compactPrimitive(primitive);
}
