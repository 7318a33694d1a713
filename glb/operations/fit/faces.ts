/**
 * Fewer faces for a document: the share that is to stay in, the document changed. Where UVs, normals or colors break, the
 * seam stays where it is. The vertices that stay are moved to where shape and attributes fit the former ones best.
 */
import type { Document, Primitive } from '@gltf-transform/core';
import { compactPrimitive, convertPrimitiveToTriangles, weld } from '@gltf-transform/functions';
import { MeshoptSimplifier } from 'meshoptimizer/simplifier';
import type { TimeSlicer } from '../../timeSlicer';
import { readAttributes, writeAttributes } from './faceAttributes';
import { jointsOf } from './joints';
import { placesOf } from './places';

/** Modes of a primitive that have faces (glTF 2.0, `mesh.primitive.mode`). */
const TRIANGLES = 4;

/** How many faces are to stay, and what that may cost the shape. */
export interface FaceTarget {
	/** Of the faces that are to stay, 0 to 1. */
	share: number;
	/** How far the shape may move, as a part of the model's size. */
	maxError: number;
	/** Whether vertices where two parts of a mesh meet stay where they are, so that no gap opens between them. */
	keepsJoints: boolean;
}

/** WebAssembly works in one stretch per primitive: a second for a million faces. */
export async function reduceFaces(document: Document, target: FaceTarget, slicer: TimeSlicer): Promise<void> {
	await MeshoptSimplifier.ready;
	await document.transform(weld());
	await slicer.pause();
	const done = new Set<Primitive>();
	for (const mesh of document.getRoot().listMeshes()) {
		const primitives = mesh.listPrimitives().filter((each) => each.getMode() >= TRIANGLES);
		for (const each of primitives) if (each.getMode() > TRIANGLES) convertPrimitiveToTriangles(each);
		const places = placesOf(primitives);
		const joints = target.keepsJoints ? jointsOf(places) : new Map<Primitive, Uint8Array>();
		await slicer.pause();
		for (const [primitive, positions] of places) {
			if (done.has(primitive)) continue;
			done.add(primitive);
			reducePrimitive(document, primitive, positions, target, joints.get(primitive) ?? null);
			await slicer.pause();
		}
	}
}

function reducePrimitive(
	document: Document,
	primitive: Primitive,
	positions: Float32Array,
	{ share, maxError }: FaceTarget,
	joints: Uint8Array | null,
): void {
	const indices = primitive.getIndices();
	if (!indices) return;
	const corners = new Uint32Array(indices.getArray() ?? []);
	const target = Math.max(1, Math.floor((corners.length / 3) * share)) * 3;
	if (target >= corners.length) return;
	const attributes = readAttributes(primitive, positions, corners);
	const { values, weights } = attributes;
	const given = [positions, 3, values, weights.length, weights, joints, target, maxError] as const;
	let fewer: Uint32Array;
	if (attributes.isMovable) {
		const [count] = MeshoptSimplifier.simplifyWithUpdate(corners, ...given);
		fewer = corners.slice(0, count);
	} else [fewer] = MeshoptSimplifier.simplifyWithAttributes(corners, ...given);
	if (fewer.length === 0) return;
	// Another primitive may use the same list.
	primitive.setIndices(document.createAccessor().setArray(fewer).setBuffer(indices.getBuffer()));
	if (attributes.isMovable) writeAttributes(primitive, positions, attributes);
	compactPrimitive(primitive);
}
