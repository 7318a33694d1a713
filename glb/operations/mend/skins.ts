/** Skins put right: joints of one tree that is in the scene, and a matrix for each. What is not whole is lost. */
import { COMPONENT } from '../../facts/componentType';
import { listOf } from '../../facts/gltf';
import { type Forest, nodesBySkin } from './nodes';
import type { Workshop } from './primitive';
import type { Numbers } from './storage';

/** Drops skins that are not whole, before anything is done with what hangs on them. */
export function dropBrokenSkins({ description }: Workshop): void {
	const { gltf, repairs } = description;
	listOf(gltf.skins).forEach(({ joints, inverseBindMatrices: index }, skin) => {
		if (description.isLost('skins', skin) || index === undefined) return;
		const { type, componentType, normalized, count } = gltf.accessors![index];
		if (type === 'MAT4' && componentType === COMPONENT.float && !normalized && count! >= joints!.length)
			return;
		description.lose('skins', skin);
		repairs.note('lostSkins');
	});
	description.clean();
}

/** Puts the skins right that are left. */
export async function mendSkins(forest: Forest, shop: Workshop): Promise<void> {
	const { description, storage, uses } = shop;
	const { gltf, repairs } = description;
	const used = nodesBySkin(listOf(gltf.nodes));
	for (const [index, skin] of listOf(gltf.skins).entries()) {
		if (description.isLost('skins', index)) continue;
		if (skin.inverseBindMatrices !== undefined) {
			const matrices = storage.numbers(skin.inverseBindMatrices);
			const right = matrices && affine(matrices);
			if (right) {
				skin.inverseBindMatrices = storage.add(gltf.accessors![skin.inverseBindMatrices], right, false);
				repairs.note('skins');
			}
			skin.inverseBindMatrices = uses.of(skin.inverseBindMatrices, 'bind');
		}
		const root = joinTrees(skin.joints!, forest, shop);
		if (skin.skeleton !== undefined && !hangOn(skin.skeleton, skin.joints!, forest)) {
			delete skin.skeleton;
			repairs.note('skins');
		}
		showIn(root, used.get(index) ?? [], forest, shop);
		await shop.slicer.pause();
	}
}

/** Whether all joints hang on a node, or are it. Each way up ends where one before it came along. */
function hangOn(node: number, joints: readonly number[], forest: Forest): boolean {
	const below = new Set([node]);
	for (const joint of joints) {
		const line: number[] = [];
		for (const at of forest.lineOf(joint)) {
			if (below.has(at)) break;
			line.push(at);
			if (!forest.parents.has(at)) return false;
		}
		for (const at of line) below.add(at);
	}
	return true;
}

/** Joints of several trees come to hang on one node that moves nothing. */
function joinTrees(joints: readonly number[], forest: Forest, { description }: Workshop): number {
	const { gltf, repairs } = description;
	const found = new Set(joints.map((joint) => forest.rootOf(joint)));
	const roots = [...found];
	if (roots.length === 1) return roots[0];
	repairs.note('skins');
	const above = gltf.nodes!.push({ name: 'Skeleton', children: roots }) - 1;
	for (const root of roots) forest.hang(root, above);
	for (const scene of listOf(gltf.scenes)) {
		const nodes = listOf(scene.nodes);
		const others = nodes.filter((node) => !found.has(node));
		if (others.length < nodes.length) scene.nodes = [...others, above];
	}
	return above;
}

/** A scene that shows what hangs on joints has these, too. */
function showIn(root: number, nodes: readonly number[], forest: Forest, { description }: Workshop): void {
	const shown = new Set(nodes.map((node) => forest.rootOf(node)));
	for (const scene of listOf(description.gltf.scenes)) {
		const roots = listOf(scene.nodes);
		if (roots.includes(root) || !roots.some((node) => shown.has(node))) continue;
		scene.nodes = [...roots, root];
		description.repairs.note('skins');
	}
}

/** The last row of a joint's matrix is 0, 0, 0, 1. */
function affine(matrices: Numbers): Numbers | undefined {
	let copy: Numbers | undefined;
	for (let at = 3; at < matrices.length; at += 4) {
		const right = at % 16 === 15 ? 1 : 0;
		if (matrices[at] === right) continue;
		copy ??= matrices.slice();
		copy[at] = right;
	}
	return copy;
}
