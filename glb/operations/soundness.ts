/**
 * Whether a document's geometry can be handed to libraries in WebAssembly, which trust it: a document in, the reason why
 * not out.
 */
import type { Document, Primitive } from '@gltf-transform/core';
import { INDEX_KINDS } from '../facts/componentType';

/** Why the geometry cannot be worked on, or undefined for one that can. */
export function findUnsoundPart(document: Document): string | undefined {
	for (const mesh of document.getRoot().listMeshes()) {
		for (const primitive of mesh.listPrimitives()) {
			const reason = findFault(primitive);
			if (reason !== undefined) return `The model file is damaged: ${reason}.`;
		}
	}
	for (const node of document.getRoot().listNodes()) {
		const joints = node.getSkin()?.listJoints().length;
		const parts = node.getMesh()?.listPrimitives() ?? [];
		if (joints !== undefined && parts.some((part) => namesJointBeyond(part, joints)))
			return 'The model file is damaged: one of its vertices uses a joint that does not exist.';
	}
	return undefined;
}

function namesJointBeyond(primitive: Primitive, joints: number): boolean {
	const named = primitive.getAttribute('JOINTS_0')?.getArray() ?? [];
	for (let i = 0; i < named.length; i++) if (named[i] >= joints) return true;
	return false;
}

function findFault(primitive: Primitive): string | undefined {
	const positions = primitive.getAttribute('POSITION');
	if (positions === null) return undefined;
	const count = positions.getCount();
	if (positions.getElementSize() !== 3) return 'a position does not have three coordinates';
	const others = [
		...primitive.listAttributes(),
		...primitive.listTargets().flatMap((target) => target.listAttributes()),
	];
	if (others.some((attribute) => attribute.getCount() !== count))
		return 'a part of its shape has more or less data than vertices';
	const values = positions.getArray() ?? [];
	if (values.length < count * 3) return 'a part of its shape lies outside the file';
	for (let i = 0; i < values.length; i++)
		if (!Number.isFinite(values[i])) return 'one of its vertices has no position';
	const order = primitive.getIndices();
	// The format knows lists of whole numbers without a sign there, and nothing else.
	if (order && !(order.getElementSize() === 1 && INDEX_KINDS.includes(order.getComponentType())))
		return 'the order of its vertices is not a list of numbers';
	const indices = order?.getArray();
	if (!indices) return undefined;
	for (let i = 0; i < indices.length; i++)
		if (indices[i] >= count) return 'one of its faces uses a vertex that does not exist';
	return undefined;
}
