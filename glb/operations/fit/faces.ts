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
import { type Outline, outlineOf, type Plane } from './outline';
import { extentOf, placesOf } from './places';
import { settle } from './settle';
import { UsedVertices } from './surface';

/** Modes of a primitive that have faces (glTF 2.0, `mesh.primitive.mode`). */
const TRIANGLES = 4;

/** How many faces are to stay, and what that may cost the shape. */
export interface FaceTarget {
	/** Of the faces that are to stay, 0 to 1. */
	share: number;
	/** How far the shape may move, as a part of the model's size. */
	maxError: number;
	/** Whether vertices where two parts of a mesh meet, and those that reach farthest, stay where they are. */
	keepsJoints: boolean;
}

/**
 * Faces of a part that are still seen as faces. Of more, each covers a few pixels, and there is no need to settle them.
 */
const MAX_SETTLED = 30_000;

/** Faces of a model from which on it has so many that those at its outline may be kept. */
const MIN_WITH_OUTLINE = 1_000;

/** WebAssembly works in one stretch per primitive: a second for a million faces. */
export async function reduceFaces(document: Document, target: FaceTarget, slicer: TimeSlicer): Promise<void> {
	await MeshoptSimplifier.ready;
	await document.transform(weld());
	await slicer.pause();
	const meshes = document.getRoot().listMeshes();
	const places = new Map<Primitive, Float32Array>();
	const joints = new Map<Primitive, Uint8Array>();
	for (const mesh of meshes) {
		const primitives = mesh.listPrimitives().filter((each) => each.getMode() >= TRIANGLES);
		for (const each of primitives) if (each.getMode() > TRIANGLES) convertPrimitiveToTriangles(each);
		const own = placesOf(primitives);
		if (target.keepsJoints) for (const [primitive, locks] of jointsOf(own)) joints.set(primitive, locks);
		for (const [primitive, positions] of own) if (!places.has(primitive)) places.set(primitive, positions);
		await slicer.pause();
	}
	const keepsOutline = target.keepsJoints && facesOf(places.keys()) * target.share >= MIN_WITH_OUTLINE;
	const outlines = keepsOutline ? outlineOf(document, places) : new Map<Primitive, Outline>();
	await slicer.pause();
	for (const [primitive, positions] of places) {
		const outline = outlines.get(primitive);
		const locks = both(joints.get(primitive), outline?.locks);
		await reducePrimitive(
			document,
			{ primitive, positions, locks, planes: outline?.planes ?? [] },
			target,
			slicer,
		);
		await slicer.pause();
	}
}

/** A part with what is known of it. */
interface Part {
	primitive: Primitive;
	positions: Float32Array;
	/** 1 for a vertex that stays where it is. */
	locks: Uint8Array | null;
	/** What it must not reach beyond. */
	planes: readonly Plane[];
}

async function reducePrimitive(
	document: Document,
	{ primitive, positions, locks, planes }: Part,
	{ share, maxError }: FaceTarget,
	slicer: TimeSlicer,
): Promise<void> {
	const indices = primitive.getIndices();
	if (!indices) return;
	const corners = new Uint32Array(indices.getArray() ?? []);
	const target = Math.max(1, Math.floor((corners.length / 3) * share)) * 3;
	if (target >= corners.length) return;
	const attributes = readAttributes(primitive, positions, corners);
	const { values, weights } = attributes;
	const given = [positions, 3, values, weights.length, weights, locks, target, maxError] as const;
	let fewer: Uint32Array;
	if (attributes.isMovable) {
		const width = weights.length;
		const settles = target <= MAX_SETTLED * 3;
		const before = settles && { positions: positions.slice(), values: values.slice(), width, corners: corners.slice() }; // prettier-ignore
		const [count] = MeshoptSimplifier.simplifyWithUpdate(corners, ...given);
		fewer = corners.slice(0, count);
		await slicer.pause();
		if (before && count > 0) {
			const sameAs = MeshoptSimplifier.generatePositionRemap(positions, 3);
			const used = new UsedVertices(
				{ positions, values, width, corners: fewer },
				sameAs,
				(vertex) => locks?.[vertex] === 1,
			);
			const extent = extentOf(before.positions);
			await settle(used, before, weights.map((weight) => weight * extent), planes, slicer); // prettier-ignore
		}
	} else [fewer] = MeshoptSimplifier.simplifyWithAttributes(corners, ...given);
	if (fewer.length === 0) return;
	// Another primitive may use the same list.
	primitive.setIndices(document.createAccessor().setArray(fewer).setBuffer(indices.getBuffer()));
	if (attributes.isMovable) writeAttributes(primitive, positions, attributes);
	compactPrimitive(primitive);
}

function facesOf(primitives: Iterable<Primitive>): number {
	let faces = 0;
	for (const primitive of primitives) faces += (primitive.getIndices()?.getCount() ?? 0) / 3;
	return faces;
}

/** What one of them locks. */
function both(first: Uint8Array | undefined, second: Uint8Array | undefined): Uint8Array | null {
	if (first === undefined || second === undefined) return first ?? second ?? null;
	return first.map((lock, vertex) => lock | second[vertex]);
}
