/** Which nodes are hidden (`KHR_node_visibility`): the description in, the hidden nodes with all that is below them out. */
import { at, extensionOf, listOf, type Gltf, type GltfNode } from '../../facts/gltf';

/** Takes any graph, also one that goes round in circles. */
export function hiddenNodes(gltf: Gltf): ReadonlySet<GltfNode> {
	const hidden = new Set<GltfNode>();
	const pending = listOf(gltf.nodes).filter(
		(node) => node && extensionOf(node, 'KHR_node_visibility')?.visible === false,
	);
	for (let node = pending.pop(); node; node = pending.pop()) {
		if (hidden.has(node)) continue;
		hidden.add(node);
		for (const index of listOf(node.children)) {
			const child = at(gltf.nodes, index);
			if (child) pending.push(child);
		}
	}
	return hidden;
}
