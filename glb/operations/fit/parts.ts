/** The parts of a document that have faces, and what is known of each: how large it is shown, and what is to stay. */
import type { Document, Node, Primitive } from '@gltf-transform/core';
import { convertPrimitiveToTriangles } from '@gltf-transform/functions';
import type { TimeSlicer } from '../../timeSlicer';
import { type FaceAttributes, readAttributes } from './faceAttributes';
import { jointsOf } from './joints';
import { type Outline, outlineOf, type Plane } from './outline';
import { extentOf, placesOf } from './places';
import { seamsOf } from './seams';

/** Modes of a primitive that have faces (glTF 2.0, `mesh.primitive.mode`). */
const TRIANGLES = 4;

/** Faces that are to stay from which on a model has so many that those at its outline may be among them. */
const MIN_WITH_OUTLINE = 1_000;

/** A primitive as the simplifier takes it. */
export interface Part {
	primitive: Primitive;
	positions: Float32Array;
	/** Three vertices per face. */
	corners: Uint32Array;
	attributes: FaceAttributes;
	/** `LOCKED`, `PROTECTED` or both, for each vertex. */
	locks: Uint8Array;
	/** What it must not reach beyond. */
	outline: readonly Plane[];
	/** Longest side of its box, in its own unit. */
	extent: number;
	/** The length in the world of one of its units. */
	scale: number;
}

/**
 * All of them, strips and fans made triangles.
 *
 * @param keeps whether vertices where two parts of a mesh meet, and those that reach farthest, are to stay
 */
export async function partsOf(
	document: Document,
	{ keeps, share }: { keeps: boolean; share: number },
	slicer: TimeSlicer,
): Promise<Part[]> {
	const places = new Map<Primitive, Float32Array>();
	const joints = new Map<Primitive, Uint8Array>();
	for (const mesh of document.getRoot().listMeshes()) {
		const primitives = mesh.listPrimitives().filter((each) => each.getMode() >= TRIANGLES);
		for (const each of primitives) if (each.getMode() > TRIANGLES) convertPrimitiveToTriangles(each);
		const own = placesOf(primitives);
		if (keeps) for (const [primitive, locks] of jointsOf(own)) joints.set(primitive, locks);
		for (const [primitive, positions] of own) if (!places.has(primitive)) places.set(primitive, positions);
		await slicer.pause();
	}
	const faces = [...places.keys()].reduce((sum, each) => sum + (each.getIndices()?.getCount() ?? 0) / 3, 0);
	const keepsOutline = keeps && faces * share >= MIN_WITH_OUTLINE;
	const outlines = keepsOutline ? outlineOf(document, places) : new Map<Primitive, Outline>();
	await slicer.pause();
	const scales = scalesOf(document.getRoot().listNodes());
	const parts: Part[] = [];
	for (const [primitive, positions] of places) {
		const indices = primitive.getIndices()?.getArray();
		if (!indices) continue;
		const seams = seamsOf(primitive, positions);
		const corners = new Uint32Array(indices).map((vertex) => seams.merged[vertex]);
		await slicer.pause();
		const outline = outlines.get(primitive);
		parts.push({
			primitive,
			positions,
			corners,
			attributes: readAttributes(primitive, positions, corners),
			locks: together([seams.locks, joints.get(primitive), outline?.locks]),
			outline: outline?.planes ?? [],
			extent: extentOf(positions),
			scale: scales.get(primitive) ?? 1,
		});
		await slicer.pause();
	}
	return parts;
}

/** Of each primitive that a node shows, the largest scale at which one does. */
function scalesOf(nodes: readonly Node[]): Map<Primitive, number> {
	const scales = new Map<Primitive, number>();
	for (const node of nodes) {
		const mesh = node.getMesh();
		if (mesh === null) continue;
		const scale = Math.max(...node.getWorldScale().map(Math.abs));
		for (const each of mesh.listPrimitives()) scales.set(each, Math.max(scales.get(each) ?? 0, scale));
	}
	return scales;
}

/** What any of them locks. */
function together([first, ...others]: [Uint8Array, ...Array<Uint8Array | undefined>]): Uint8Array {
	for (const other of others) other?.forEach((lock, vertex) => (first[vertex] |= lock));
	return first;
}
