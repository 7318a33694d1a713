/** The tree of nodes put right: each node has one parent, none is its own ancestor, and scenes name roots. */
import { type GltfMesh, type GltfNode, listOf } from '../../facts/gltf';
import { fitWeights, mendInfluencesOf } from './mesh';
import type { Workshop } from './primitive';
import { mendTransform } from './transforms';

/** Parents by child, and the root of every tree. */
export class Forest {
	readonly parents = new Map<number, number>();
	private readonly roots = new Map<number, number>();

	/** Hangs a node on another one; false where it has a parent, or is what the other one hangs on. */
	hang(child: number, parent: number): boolean {
		if (this.parents.has(child) || this.rootOf(parent) === child) return false;
		this.parents.set(child, parent);
		this.roots.set(child, this.rootOf(parent));
		return true;
	}

	/** The node at the top of a tree, found on a way that is short the next time. */
	rootOf(node: number): number {
		let root = node;
		for (let above = this.roots.get(root); above !== undefined; above = this.roots.get(root)) root = above;
		for (let at = node; at !== root; ) {
			const above = this.roots.get(at)!;
			this.roots.set(at, root);
			at = above;
		}
		return root;
	}

	/** A node and all that it hangs on, from below. */
	*lineOf(node: number): Generator<number> {
		for (let at: number | undefined = node; at !== undefined; at = this.parents.get(at)) yield at;
	}
}

/** Puts nodes and scenes right in place. */
export function mendTree({ description }: Workshop): Forest {
	const { gltf, repairs } = description;
	const forest = new Forest();
	const animated = animatedNodes(description.list('animations'));
	listOf(gltf.nodes).forEach((node, index) => {
		mendTransform(node, animated.has(index), repairs);
		if (!node.children) return;
		const kept = node.children.filter((child) => forest.hang(child, index));
		if (kept.length === node.children.length) return;
		repairs.note('hierarchy');
		if (kept.length > 0) node.children = kept;
		else delete node.children;
	});
	for (const scene of listOf(gltf.scenes)) {
		const roots = listOf(scene.nodes);
		const right = [...new Set(roots.map((node) => forest.rootOf(node)))];
		if (right.length === roots.length && right.every((node, i) => node === roots[i])) continue;
		repairs.note('hierarchy');
		scene.nodes = right;
	}
	return forest;
}

/** A channel cannot move a node that stands where a matrix says. */
function animatedNodes(animations: ReadonlyArray<Record<string, unknown>>): Set<unknown> {
	const channels = animations.flatMap(({ channels: list }) =>
		listOf(list as Array<{ target?: { node?: unknown; path?: string } }>),
	);
	return new Set(
		channels.filter(({ target }) => target?.path !== 'weights').map(({ target }) => target?.node),
	);
}

/** What nodes draw: skins need a mesh that has joints, and weights one that has morph targets. */
export async function mendDrawn(shop: Workshop): Promise<void> {
	const { gltf, repairs } = shop.description;
	const smallest = new Map<GltfMesh, number>();
	for (const node of listOf(gltf.nodes)) {
		const mesh = node.mesh === undefined ? undefined : gltf.meshes![node.mesh];
		if (node.skin !== undefined && !(mesh && hasJoints(mesh))) {
			delete node.skin;
			repairs.note('skins');
		}
		fitWeights(node, mesh ? listOf(mesh.primitives![0].targets).length : 0, shop);
		if (node.skin === undefined || !mesh) continue;
		const count = gltf.skins![node.skin].joints!.length;
		smallest.set(mesh, Math.min(count, smallest.get(mesh) ?? count));
	}
	for (const [mesh, count] of smallest) await mendInfluencesOf(mesh, count, shop);
}

function hasJoints({ primitives }: GltfMesh): boolean {
	return primitives!.some(({ attributes }) => 'JOINTS_0' in (attributes as object));
}

/** Nodes that hang on one skin, by it. */
export function nodesBySkin(nodes: readonly GltfNode[]): Map<number, number[]> {
	const found = new Map<number, number[]>();
	nodes.forEach(({ skin }, index) => {
		if (skin === undefined) return;
		const known = found.get(skin);
		if (known) known.push(index);
		else found.set(skin, [index]);
	});
	return found;
}
