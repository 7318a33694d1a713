/** Animations put right: times that go up, as many values as they ask for, one channel for each thing that moves. */
import { COMPONENT } from '../../facts/componentType';
import { type Gltf, listOf } from '../../facts/gltf';
import type { Workshop } from './primitive';
import { TURN_WITHIN, unitVectors } from './vertices';

type Animation = NonNullable<Gltf['animations']>[number];
type Channel = NonNullable<Animation['channels']>[number];
type Sampler = NonNullable<Animation['samplers']>[number];

/** Types of what moves, by the path of a channel. */
const TYPES: Readonly<Record<string, string>> = {
	translation: 'VEC3',
	rotation: 'VEC4',
	scale: 'VEC3',
	weights: 'SCALAR',
};

/** Puts animations right in place; those that nothing is left of are dropped. */
export async function mendAnimations(shop: Workshop): Promise<void> {
	const { description } = shop;
	const { gltf, repairs } = description;
	if (!gltf.animations) return;
	const kept: Animation[] = [];
	for (const [index, animation] of gltf.animations.entries()) {
		if (!description.isLost('animations', index) && (await mendAnimation(animation, shop)))
			kept.push(animation);
		await shop.slicer.pause();
	}
	if (kept.length === gltf.animations.length) return;
	repairs.note('animations');
	// Nothing refers to an animation.
	description.forget('animations');
	if (kept.length > 0) gltf.animations = kept;
	else delete gltf.animations;
}

async function mendAnimation(animation: Animation, shop: Workshop): Promise<boolean> {
	const samplers = animation.samplers!;
	const moved = new Set<string>();
	const kept = animation.channels!.filter((channel) => canPlay(channel, samplers, moved, shop));
	if (kept.length < animation.channels!.length) {
		shop.description.repairs.note('animations');
		animation.channels = kept;
		dropUnused(animation);
	}
	for (const sampler of animation.samplers!) {
		sampler.input = shop.uses.of(sampler.input!, 'input');
		sampler.output = shop.uses.of(sampler.output!, 'output');
	}
	for (const { sampler, target } of kept)
		if (target!.path === 'rotation') await mendTurns(animation.samplers![sampler!], shop);
	return kept.length > 0;
}

function canPlay(
	{ sampler: index, target }: Channel,
	samplers: readonly Sampler[],
	moved: Set<string>,
	{ description, storage }: Workshop,
): boolean {
	const { gltf } = description;
	const sampler = samplers[index!];
	const isPointer = target!.path === 'pointer';
	if (!sampler || isPointer !== (target!.extensions?.KHR_animation_pointer !== undefined)) return false;
	const [input, output] = [sampler.input!, sampler.output!].map((each) => gltf.accessors![each]);
	if (input.type !== 'SCALAR' || input.componentType !== COMPONENT.float || input.normalized) return false;
	const isCubic = sampler.interpolation === 'CUBICSPLINE';
	if (isCubic && input.count! < 2) return false;
	const times = storage.numbers(sampler.input!);
	if (times && !isRising(times)) return false;
	if (isPointer) return target!.node === undefined;
	const isMeant =
		output.componentType === COMPONENT.float ||
		(output.normalized === true && output.componentType !== COMPONENT.unsignedInt);
	const mayBeWhole = target!.path === 'rotation' || target!.path === 'weights';
	if (
		output.type !== TYPES[target!.path!] ||
		!isMeant ||
		(output.componentType !== COMPONENT.float && !mayBeWhole)
	)
		return false;
	const node = target!.node === undefined ? undefined : gltf.nodes![target!.node];
	const targets = target!.path === 'weights' ? targetsOf(gltf, node?.mesh) : 1;
	if (targets === 0 && node) return false;
	const expected = input.count! * (isCubic ? 3 : 1) * targets;
	if (expected !== 0 && output.count !== expected) return false;
	const what = `${target!.node} ${target!.path}`;
	if (node && moved.has(what)) return false;
	moved.add(what);
	return true;
}

function targetsOf({ meshes }: Gltf, mesh: number | undefined): number {
	return mesh === undefined ? 0 : listOf(meshes![mesh].primitives?.[0].targets).length;
}

/** Times of an animation go up from 0 or later; one that runs backwards plays nowhere. */
function isRising(times: ArrayLike<number>): boolean {
	if (!(times[0] >= 0) || !Number.isFinite(times[times.length - 1])) return false;
	for (let i = 1; i < times.length; i++) if (!(times[i] > times[i - 1])) return false;
	return true;
}

/** Samplers that no channel names may be wrong in any way. */
function dropUnused(animation: Animation): void {
	const used = [...new Set(animation.channels!.map(({ sampler }) => sampler!))];
	animation.samplers = used.map((index) => animation.samplers![index]);
	for (const channel of animation.channels!) channel.sampler = used.indexOf(channel.sampler!);
}

async function mendTurns(sampler: Sampler, shop: Workshop): Promise<void> {
	const { storage, uses, description, slicer } = shop;
	const numbers = storage.numbers(sampler.output!);
	if (!numbers) return;
	const like = { ...description.gltf.accessors![sampler.output!] };
	const isCubic = sampler.interpolation === 'CUBICSPLINE';
	const vectors = {
		stride: isCubic ? 12 : 4,
		first: isCubic ? 4 : 0,
		width: 4,
		within: TURN_WITHIN,
		instead: [0, 0, 0, 1],
	};
	const right = await unitVectors(numbers, like, vectors, slicer);
	if (!right) return;
	description.repairs.note('numbers');
	sampler.output = uses.of(storage.add(like, right, false), 'output');
}
