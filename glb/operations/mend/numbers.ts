/** The numbers of all accessors: each finite, and the bounds that the file states those that they have. */
import { COMPONENT } from '../../facts/componentType';
import { type GltfAccessor, type GltfPrimitive, listOf } from '../../facts/gltf';
import type { Attributes, Workshop } from './primitive';
import { type Numbers, widthOf } from './storage';

/** Puts numbers and bounds right in place. */
export async function mendNumbers(shop: Workshop): Promise<void> {
	const { description, storage, uses, slicer } = shop;
	const bounded = boundedAccessors(shop);
	for (const [index, accessor] of listOf(description.gltf.accessors).entries()) {
		if (description.isLost('accessors', index)) continue;
		let numbers = storage.numbers(index);
		if (numbers instanceof Float32Array) {
			const finite = await makeFinite(numbers, shop);
			if (finite) {
				description.repairs.note('numbers');
				storage.replace(index, (numbers = finite), uses.isOfVertices(index));
			}
		}
		const isAsked = bounded.has(index);
		if (!isAsked && accessor.min === undefined && accessor.max === undefined) continue;
		const bounds = numbers ? await boundsOf(numbers, widthOf(accessor), shop) : statedBounds(accessor);
		if (!bounds) {
			if (isAsked && (!accessor.min || !accessor.max)) description.repairs.note('left');
			continue;
		}
		for (const end of ['min', 'max'] as const) {
			const stated = accessor[end];
			if (stated === undefined && !isAsked) continue;
			if (stated && isSame(stated, bounds[end], accessor)) continue;
			accessor[end] = bounds[end];
			description.repairs.note('bounds');
		}
		await slicer.pause();
	}
}

/** The format asks for the bounds of places and of times. */
function boundedAccessors({ description: { gltf } }: Workshop): Set<number> {
	const bounded = new Set<number>();
	const addPlaces = (attributes: unknown) => {
		const { POSITION: index } = attributes as Attributes;
		if (index !== undefined) bounded.add(index);
	};
	const primitives = listOf(gltf.meshes).flatMap((mesh) => listOf(mesh.primitives)) as GltfPrimitive[];
	for (const { attributes, targets, extensions } of primitives) {
		// Its data are where nobody here can read them.
		if (extensions?.KHR_draco_mesh_compression) continue;
		addPlaces(attributes);
		for (const target of listOf(targets)) addPlaces(target);
	}
	for (const animation of listOf(gltf.animations))
		for (const { input } of listOf(animation.samplers)) bounded.add(input!);
	return bounded;
}

/** Those of an accessor that has no data: zeros. What has data that are not here is taken at its word. */
function statedBounds(accessor: GltfAccessor): { min: number[]; max: number[] } | undefined {
	if (accessor.bufferView !== undefined || accessor.sparse) return undefined;
	// What is compressed by an extension has its data elsewhere, too.
	if (accessor.min && accessor.max) return undefined;
	const zeros = new Array<number>(widthOf(accessor)).fill(0);
	return { min: zeros, max: [...zeros] };
}

function isSame(
	stated: readonly number[],
	actual: readonly number[],
	{ componentType }: GltfAccessor,
): boolean {
	const rounded = (value: number) => (componentType === COMPONENT.float ? Math.fround(value) : value);
	return stated.length === actual.length && stated.every((value, i) => rounded(value) === actual[i]);
}

async function makeFinite(numbers: Float32Array, { slicer }: Workshop): Promise<Float32Array | undefined> {
	let copy: Float32Array | undefined;
	await slicer.inBatches(numbers.length, 65_536, (from, to) => {
		for (let i = from; i < to; i++) {
			// No number less itself is 0 but a finite one.
			if (numbers[i] - numbers[i] === 0) continue;
			copy ??= numbers.slice();
			copy[i] = 0;
		}
	});
	return copy;
}

async function boundsOf(
	numbers: Numbers,
	width: number,
	{ slicer }: Workshop,
): Promise<{ min: number[]; max: number[] }> {
	const min = new Array<number>(width).fill(Infinity);
	const max = new Array<number>(width).fill(-Infinity);
	await slicer.inBatches(numbers.length / width, 32_768, (from, to) => {
		for (let k = 0; k < width; k++) {
			let [low, high] = [min[k], max[k]];
			for (let at = from * width + k; at < to * width; at += width) {
				const value = numbers[at];
				if (value < low) low = value;
				if (value > high) high = value;
			}
			[min[k], max[k]] = [low, high];
		}
	});
	return { min, max };
}
