/**
 * Whether a model may be opened as a document: its description in, the reason why not out. Opening copies every accessor,
 * and a few bytes may claim any number of them or of their elements, so what is claimed is added up before anything is made.
 */
import { ACCESSOR_WIDTH } from '../facts/accessorWidth';
import { COMPONENT_BYTES } from '../facts/componentType';
import { at, countOf, extensionOf, type Gltf, type GltfAccessor, listOf } from '../facts/gltf';
import { MODEL_LIMITS } from '../facts/factsLimits';
import { MESHOPT_EXTENSIONS } from './unpackGlb';

const OPENING_LIMITS = {
	/** Largest file, bytes: it is in memory, its parts are copied, and the new file stands beside them. */
	maxFileBytes: 256 * 1024 * 1024,
	/** Most bytes of all accessors: two million faces without an index, with normals, tangents and two sets of UVs. */
	maxShapeBytes: 384 * 1024 * 1024,
	/** Most accessors: two thousand parts have five each, and some morph targets. */
	maxAccessors: 20_000,
	/** Most nodes, and most primitives of all meshes: looking for duplicates compares each with the others, at once. */
	maxNodes: 10_000,
	maxParts: 2_000,
	/** Most bytes of all images as they are stored. */
	maxImageBytes: 256 * 1024 * 1024,
} as const;

/** Why the model is not opened, or undefined for one that may be. */
export function tooMuchToOpen(gltf: Gltf, fileBytes: number): string | undefined {
	const { maxFileBytes, maxShapeBytes, maxAccessors, maxNodes, maxParts, maxImageBytes } = OPENING_LIMITS;
	if (fileBytes > maxFileBytes)
		return `The model is too large: models of up to ${megabytes(maxFileBytes)} MB can be changed.`;
	const accessors = listOf(gltf.accessors);
	if (accessors.length > maxAccessors) return tooMany('accessors', accessors.length, maxAccessors);
	const nodes = listOf(gltf.nodes);
	if (nodes.length > maxNodes) return tooMany('nodes', nodes.length, maxNodes);
	const primitives = listOf(gltf.meshes).reduce((sum, mesh) => sum + listOf(mesh?.primitives).length, 0);
	if (primitives > maxParts) return tooMany('parts', primitives, maxParts);
	const shape = accessors.reduce((sum, accessor) => sum + bytesOf(accessor), 0) + unpackedBytes(gltf);
	if (shape > maxShapeBytes)
		return `The shape of the model would take ${megabytes(shape)} MB; models of up to ${megabytes(maxShapeBytes)} MB can be changed.`;
	const images = listOf(gltf.images).reduce((sum, image) => {
		if (typeof image?.uri === 'string') return sum + image.uri.length;
		return sum + countOf(at(gltf.bufferViews, image?.bufferView)?.byteLength);
	}, 0);
	if (images > maxImageBytes)
		return `The images of the model take ${megabytes(images)} MB; up to ${megabytes(maxImageBytes)} MB can be changed.`;
	return isForest(gltf) ? undefined : 'The model file is damaged: one of its parts belongs to two others.';
}

function bytesOf(accessor: GltfAccessor | undefined): number {
	const width = ACCESSOR_WIDTH[accessor?.type ?? ''] ?? 1;
	const bytes = COMPONENT_BYTES[accessor?.componentType ?? 0] ?? 4;
	return countOf(accessor?.count) * width * bytes;
}

/** What compressed views and the buffers that stand for their content unpack to. */
function unpackedBytes(gltf: Gltf): number {
	let bytes = 0;
	for (const view of listOf(gltf.bufferViews)) {
		const name = MESHOPT_EXTENSIONS.find((each) => extensionOf(view, each));
		const packed = name && extensionOf(view, name);
		if (packed) bytes += countOf(packed.count) * countOf(packed.byteStride);
	}
	for (const buffer of listOf(gltf.buffers).slice(1)) {
		if (buffer?.uri === undefined) bytes += countOf(buffer?.byteLength);
	}
	return bytes;
}

/** Whether every node has at most one parent and none is its own ancestor (glTF 2.0, "Nodes and Hierarchy"). */
function isForest(gltf: Gltf): boolean {
	const parents = new Map<number, number>();
	for (const [index, node] of listOf(gltf.nodes).entries()) {
		for (const child of listOf(node?.children)) {
			if (parents.has(child)) return false;
			parents.set(child, index);
		}
	}
	// With one parent each, a circle is what is never reached from a root.
	const reached = new Set<number>();
	const open = [...listOf(gltf.nodes).keys()].filter((index) => !parents.has(index));
	for (let index = open.pop(); index !== undefined; index = open.pop()) {
		reached.add(index);
		open.push(...listOf(at(gltf.nodes, index)?.children));
	}
	return [...parents.keys()].every((index) => reached.has(index));
}

function tooMany(what: string, has: number, most: number): string {
	return `The model has ${has.toLocaleString('en-US')} ${what}; models with up to ${most.toLocaleString('en-US')} can be changed.`;
}

function megabytes(bytes: number): string {
	return Math.ceil(bytes / MODEL_LIMITS.bytesPerMb).toLocaleString('en-US');
}
