/** Meshes put right: their parts, the morph targets of these, and the weights of the joints that they hang on. */
import { COMPONENT } from '../../facts/componentType';
import { type GltfMesh, type GltfPrimitive, listOf } from '../../facts/gltf';
import { type Attributes, dropForeign, mendPrimitive, type Workshop } from './primitive';
import { Unmendable } from './repairs';
import { widthOf } from './storage';
import { mendInfluences, oneOfKind } from './vertices';

/** Most morph targets that a whole file is given, each of which is a line of its description. A sound file lacks none. */
const MAX_NEW_TARGETS = 100_000;

/** Puts every mesh right in place. */
export async function mendMeshes(shop: Workshop): Promise<void> {
	const { description } = shop;
	let missing = 0;
	for (const [index, mesh] of listOf(description.gltf.meshes).entries()) {
		if (description.isLost('meshes', index)) continue;
		const primitives = mesh.primitives!;
		const counts = primitives.map((each) => listOf(each.targets).length);
		const targets = counts.reduce((most, count) => Math.max(most, count), 0);
		missing += counts.reduce((sum, count) => sum + targets - count, 0);
		if (missing > MAX_NEW_TARGETS) throw new Unmendable('its parts do not fit together');
		for (const primitive of primitives) {
			await mendPrimitive(primitive, shop);
			if (targets > 0) await mendTargets(primitive, targets, shop);
			await shop.slicer.pause();
		}
		fitWeights(mesh, targets, shop);
	}
}

/** A mesh and its nodes have a weight for each morph target. */
export function fitWeights(owner: { weights?: number[] }, targets: number, { description }: Workshop): void {
	if (owner.weights === undefined || owner.weights.length === targets) return;
	description.repairs.note('description');
	if (targets === 0) delete owner.weights;
	else owner.weights = Array.from({ length: targets }, (_, i) => owner.weights![i] ?? 0);
}

/** Morph targets change what the part has, for as many corners; one that changes nothing stands for one that cannot. */
async function mendTargets(primitive: GltfPrimitive, wanted: number, shop: Workshop): Promise<void> {
	const { gltf, repairs } = shop.description;
	const attributes = primitive.attributes as Attributes;
	const base = attributes.POSITION ?? Object.values(attributes)[0];
	const count = gltf.accessors![base].count!;
	const targets = (primitive.targets ??= []) as Attributes[];
	for (const target of targets) {
		await dropForeign(target, shop, true);
		for (const name of Object.keys(target)) {
			const accessor = gltf.accessors![target[name]];
			if (name in attributes && accessor.count === count) continue;
			const numbers =
				name in attributes && accessor.count! > count ? shop.storage.numbers(target[name]) : undefined;
			repairs.note('attributes');
			if (numbers)
				target[name] = shop.storage.add(accessor, numbers.slice(0, count * widthOf(accessor)), true);
			else delete target[name];
		}
		if (Object.keys(target).length === 0) target.POSITION = zeros(shop, count);
		for (const name of Object.keys(target)) target[name] = shop.uses.of(target[name], 'vertex');
	}
	for (; targets.length < wanted; repairs.note('attributes')) targets.push({ POSITION: zeros(shop, count) });
}

function zeros({ description }: Workshop, count: number): number {
	const bounds = { min: [0, 0, 0], max: [0, 0, 0] };
	return (
		description.gltf.accessors!.push({ componentType: COMPONENT.float, type: 'VEC3', count, ...bounds }) - 1
	);
}

/** Joints and weights of a mesh that nodes hang on skins, held against the smallest of these. */
export async function mendInfluencesOf(mesh: GltfMesh, jointCount: number, shop: Workshop): Promise<void> {
	const { gltf, repairs } = shop.description;
	for (const primitive of mesh.primitives!) {
		const attributes = primitive.attributes as Attributes;
		const sets = Object.keys(attributes).filter((name) => name.startsWith('JOINTS_')).length;
		const names = (kind: string) => Array.from({ length: sets }, (_, set) => `${kind}_${set}`);
		const read = (kind: string) => names(kind).map((name) => shop.storage.numbers(attributes[name]));
		const [joints, weights] = [read('JOINTS'), read('WEIGHTS')];
		if (sets === 0 || ![...joints, ...weights].every((each) => each !== undefined)) continue;
		const ones = names('WEIGHTS').map((name) => oneOfKind(gltf.accessors![attributes[name]]));
		const given = { joints: joints as NonNullable<(typeof joints)[0]>[], weights: weights as NonNullable<(typeof weights)[0]>[], ones, jointCount }; // prettier-ignore
		const mended = await mendInfluences(given, shop.slicer);
		if (!mended) continue;
		repairs.note('numbers');
		const put = (name: string, numbers: Float32Array | (typeof mended.joints)[0], componentType?: number) => {
			const like = {
				type: 'VEC4',
				componentType: componentType ?? gltf.accessors![attributes[name]].componentType,
			};
			attributes[name] = shop.uses.of(shop.storage.add(like, numbers, true), 'vertex');
		};
		mended.joints.forEach((numbers, set) => put(`JOINTS_${set}`, numbers));
		mended.weights.forEach((numbers, set) => put(`WEIGHTS_${set}`, numbers, COMPONENT.float));
	}
}
