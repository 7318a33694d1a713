/** What of a glTF is drawn: the description in, every mesh of the default scene with its place in the world out. */
import { at, countOf, extensionOf, listOf, type Gltf, type GltfMesh, type GltfNode } from './gltf';
import { IDENTITY, localMatrix, multiply, type Matrix } from './matrix';

/** A mesh as a node draws it: one that two nodes name is drawn twice. */
export interface DrawnMesh {
	mesh: GltfMesh;
	/** Index of the mesh in the file. */
	meshIndex: number;
	node: GltfNode;
	/** From the mesh's own space to meters in the world. */
	world: Matrix;
	/** How often the mesh is drawn there: more than 1 only with `EXT_mesh_gpu_instancing`. */
	instances: number;
}

/** The drawn meshes and, for skins, where every reached node stands in the world (by node index). */
export interface DrawnScene {
	meshes: DrawnMesh[];
	worlds: Map<number, Matrix>;
}

/** Nodes between two pauses: some 5 ms in a process that has not walked before. */
const NODES_PER_STEP = 1_000;

/**
 * Walks the default scene, or the first one, or, in a file without scenes, every node that is nobody's child. A node
 * is visited once, so a file whose nodes form a circle ends too. A file without nodes draws each mesh once.
 */
export function walkScene(gltf: Gltf): DrawnScene {
	const walk = walkSteps(gltf);
	for (;;) {
		const step = walk.next();
		if (step.done) return step.value;
	}
}

/** As `walkScene`, with a pause now and then. */
export async function walkSceneInSteps(gltf: Gltf, pause: () => Promise<void>): Promise<DrawnScene> {
	const walk = walkSteps(gltf);
	for (;;) {
		const step = walk.next();
		if (step.done) return step.value;
		await pause();
	}
}

function* walkSteps(gltf: Gltf): Generator<void, DrawnScene, void> {
	const meshes: DrawnMesh[] = [];
	const worlds = new Map<number, Matrix>();
	// Noted as soon as they are seen, so that a node that is named a million times waits here once.
	const seen = new Set<number>();
	const pending: Array<{ index: number; parent: Matrix }> = [];
	const add = (index: number, parent: Matrix) => {
		if (!seen.has(index)) pending.push({ index, parent });
		seen.add(index);
	};
	for (const index of rootNodes(gltf)) add(index, IDENTITY);
	let visited = 0;
	for (let next = pending.pop(); next; next = pending.pop()) {
		visited += 1;
		if (visited % NODES_PER_STEP === 0) yield;
		const { index, parent } = next;
		const node = at(gltf.nodes, index);
		if (!node) continue;
		const world = multiply(parent, localMatrix(node));
		worlds.set(index, world);
		const mesh = at(gltf.meshes, node.mesh);
		if (mesh) {
			meshes.push({ mesh, meshIndex: node.mesh as number, node, world, instances: instancesOf(gltf, node) });
		}
		for (const child of listOf(node.children)) add(child, world);
	}
	if (listOf(gltf.nodes).length === 0) {
		listOf(gltf.meshes).forEach((_, meshIndex) => {
			const mesh = at(gltf.meshes, meshIndex);
			if (mesh) meshes.push({ mesh, meshIndex, node: {}, world: IDENTITY, instances: 1 });
		});
	}
	return { meshes, worlds };
}

function rootNodes(gltf: Gltf): number[] {
	const scene = at(gltf.scenes, gltf.scene ?? 0) ?? at(gltf.scenes, 0);
	if (scene) return [...listOf(scene.nodes)].reverse();
	const nodes = listOf(gltf.nodes);
	const children = new Set(nodes.flatMap((node) => listOf(node?.children)));
	return nodes.map((_, index) => index).filter((index) => !children.has(index));
}

function instancesOf(gltf: Gltf, node: GltfNode): number {
	const attributes = extensionOf(node, 'EXT_mesh_gpu_instancing')?.attributes;
	if (typeof attributes !== 'object' || attributes === null) return 1;
	const [accessor] = Object.values(attributes as Record<string, unknown>);
	return Math.max(1, countOf(at(gltf.accessors, accessor)?.count));
}
