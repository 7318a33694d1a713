/**
 * Fewer faces for a document: the share that is to stay in, the document changed. Where UVs, normals or colors break, the
 * seam stays where it is, and along smooth surfaces they weigh as much as the shape does.
 */
import type { Accessor, Document, Primitive } from '@gltf-transform/core';
import { compactPrimitive, convertPrimitiveToTriangles, weld } from '@gltf-transform/functions';
import { MeshoptSimplifier } from 'meshoptimizer/simplifier';
import type { TimeSlicer } from '../../timeSlicer';

/** How much a difference counts beside the shape's, by attribute: of normals from −1 to 1, of UVs in their own extent. */
const WEIGHTS = { NORMAL: 0.5, TEXCOORD_0: 1, COLOR_0: 1 } as const;

/** Modes of a primitive that have faces (glTF 2.0, `mesh.primitive.mode`). */
const TRIANGLES = 4;

/**
 * Reduces the faces to about `share` (0 to 1) of what they are, as far as the shape moves by no more than `maxError`, a
 * part of the model's size. WebAssembly works in one stretch per primitive: a second for a million faces.
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
	const done = new Set<Primitive>();
	for (const mesh of document.getRoot().listMeshes()) {
		for (const primitive of mesh.listPrimitives()) {
			if (primitive.getMode() < TRIANGLES || done.has(primitive)) continue;
			done.add(primitive);
			if (primitive.getMode() > TRIANGLES) convertPrimitiveToTriangles(primitive);
			reducePrimitive(document, primitive, share, maxError);
			await slicer.pause();
		}
	}
}

function reducePrimitive(document: Document, primitive: Primitive, share: number, maxError: number): void {
	const indices = primitive.getIndices();
	const place = primitive.getAttribute('POSITION');
	if (!indices || !place) return;
	const positions = floatsOf(place);
	const corners = new Uint32Array(indices.getArray() ?? []);
	const { values, weights } = attributesOf(primitive, positions.length / 3);
	const target = Math.max(1, Math.floor((corners.length / 3) * share)) * 3;
	if (target >= corners.length) return;
	const [fewer] = MeshoptSimplifier.simplifyWithAttributes(
		corners,
		positions,
		3,
		values,
		weights.length,
		weights,
		null,
		target,
		maxError,
	);
	if (fewer.length === 0) return;
	// Another primitive may use the same list.
	primitive.setIndices(document.createAccessor().setArray(fewer).setBuffer(indices.getBuffer()));
	compactPrimitive(primitive);
}

/** The attributes of every vertex one after another, and their weights. */
function attributesOf(primitive: Primitive, vertices: number): { values: Float32Array; weights: number[] } {
	const used = Object.entries(WEIGHTS).flatMap(([name, weight]) => {
		const accessor = primitive.getAttribute(name);
		return accessor === null ? [] : [{ accessor, weight: weight / extentOf(accessor) }];
	});
	const weights = used.flatMap(({ accessor, weight }) =>
		new Array<number>(accessor.getElementSize()).fill(weight),
	);
	const values = new Float32Array(vertices * weights.length);
	let first = 0;
	for (const { accessor } of used) {
		const width = accessor.getElementSize();
		const floats = floatsOf(accessor);
		for (let vertex = 0; vertex < vertices; vertex++) {
			for (let i = 0; i < width; i++)
				values[vertex * weights.length + first + i] = floats[vertex * width + i];
		}
		first += width;
	}
	return { values, weights };
}

/** The numbers of an accessor; those of a quantized one in the unit that they are stored in. */
function floatsOf(accessor: Accessor): Float32Array {
	const array = accessor.getArray();
	if (array instanceof Float32Array) return array;
	const width = accessor.getElementSize();
	const floats = new Float32Array(accessor.getCount() * width);
	const element: number[] = [];
	for (let index = 0; index < accessor.getCount(); index++) {
		accessor.getElement(index, element);
		floats.set(element, index * width);
	}
	return floats;
}

/** UVs may run over many tiles, or over a corner of one. */
function extentOf(accessor: Accessor): number {
	const [low, high] = [accessor.getMinNormalized([]), accessor.getMaxNormalized([])];
	return Math.max(1e-6, ...high.map((value, axis) => value - low[axis])) || 1;
}
