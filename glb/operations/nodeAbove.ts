/** One node above a scene: a description and a node in, the description with the node above all that is drawn out. */
import { listOf, type Gltf, type GltfNode } from '../facts/gltf';

/**
 * The description with a copy of `node` above the roots of every scene; undefined where two scenes share a root, which
 * would then have two parents. A file without scenes gets one.
 */
export function withNodeAbove(gltf: Gltf, node: GltfNode): Gltf | undefined {
	const nodes = [...listOf(gltf.nodes)];
	// A file without nodes is its meshes, each of them once.
	if (nodes.length === 0) nodes.push(...listOf(gltf.meshes).map((_, mesh) => ({ mesh })));
	const hasScenes = listOf(gltf.scenes).length > 0;
	const scenes = hasScenes ? listOf(gltf.scenes) : [{ nodes: rootsOf(nodes) }];
	const placed = new Set<number>();
	const above = scenes.map((scene) => {
		const roots = [...new Set(listOf(scene?.nodes))];
		if (roots.length === 0) return scene;
		if (roots.some((root) => placed.has(root))) return undefined;
		for (const root of roots) placed.add(root);
		nodes.push({ ...node, children: roots });
		return { ...scene, nodes: [nodes.length - 1] };
	});
	if (above.includes(undefined)) return undefined;
	return {
		...gltf,
		nodes,
		scenes: above as typeof scenes as Gltf['scenes'],
		...(hasScenes ? {} : { scene: 0 }),
	};
}

function rootsOf(nodes: readonly GltfNode[]): number[] {
	const children = new Set(nodes.flatMap((node) => listOf(node?.children)));
	return [...nodes.keys()].filter((index) => !children.has(index));
}
