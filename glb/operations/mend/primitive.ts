/**
 * A part of a mesh put right: its attributes fit its corners, its faces name corners that exist, and its material finds the
 * texture coordinates that it asks for. Without its shape it is refused.
 */
import { COMPONENT, INDEX_KINDS, LARGEST_OF_KIND } from '../../facts/componentType';
import {
	type Gltf,
	type GltfAccessor,
	type GltfMaterial,
	type GltfPrimitive,
	listOf,
} from '../../facts/gltf';
import type { TimeSlicer } from '../../timeSlicer';
import type { Description } from './description';
import { allowanceOf, ATTRIBUTE_TYPES, isAttribute } from './formats';
import { findPlaces } from './corners';
import { mendFaces } from './faceList';
import { Unmendable } from './repairs';
import { type Numbers, type Storage, widthOf } from './storage';
import type { Uses } from './uses';
import { divided, shares, unitVectors } from './vertices';

/** What the mending of one file shares. */
export interface Workshop {
	description: Description;
	storage: Storage;
	uses: Uses;
	slicer: TimeSlicer;
	/** Accessors that were mended, by what was mended and the accessor that they stand for. */
	mended: Map<string, number>;
}

/** A map of attribute names to accessors. */
export type Attributes = Record<string, number>;

const QUANTIZATION = 'KHR_mesh_quantization';

/** Puts a primitive right in place. */
export async function mendPrimitive(primitive: GltfPrimitive, shop: Workshop): Promise<void> {
	const { gltf } = shop.description;
	const attributes = primitive.attributes as Attributes;
	await dropForeign(attributes, shop, false);
	const [first] = Object.values(attributes);
	const count = gltf.accessors![attributes.POSITION ?? first]?.count;
	if (count === undefined) throw new Unmendable('one of its parts has no shape');
	for (const name of Object.keys(attributes)) fitCount(attributes, name, count, shop);
	makeContinuous(attributes, shop);
	await mendCorners(primitive, attributes, shop);
	for (const name of Object.keys(attributes)) await mendAttribute(attributes, name, shop);
	giveTangentSpace(primitive, attributes, shop);
	giveCoordinates(primitive, attributes, count, shop);
	for (const name of Object.keys(attributes)) attributes[name] = shop.uses.of(attributes[name], 'vertex');
	if (primitive.indices !== undefined) primitive.indices = shop.uses.of(primitive.indices, 'index');
}

/** Drops attributes that the format does not know, and those in a form that it does not know and that cannot be told. */
export async function dropForeign(attributes: Attributes, shop: Workshop, isMorph: boolean): Promise<void> {
	const { gltf, repairs, needed } = shop.description;
	for (const name of Object.keys(attributes)) {
		const accessor = gltf.accessors![attributes[name]];
		const allowance = isAttribute(name, isMorph) ? allowanceOf(name, accessor, isMorph) : 'no';
		if (allowance === 'core') continue;
		if (allowance === 'quantized') {
			needed.add(QUANTIZATION);
			continue;
		}
		const other = isAttribute(name, isMorph)
			? inAllowedForm(name, attributes[name], shop, isMorph)
			: undefined;
		if (other === undefined && name === 'POSITION')
			throw new Unmendable('a position does not have three coordinates');
		repairs.note('attributes');
		if (other === undefined) delete attributes[name];
		else attributes[name] = other;
	}
}

/** The same numbers as floats, or joints as shorts: what they mean is plain, only their form is not allowed. */
function inAllowedForm(
	name: string,
	index: number,
	{ description, storage }: Workshop,
	isMorph: boolean,
): number | undefined {
	const accessor = description.gltf.accessors![index];
	const kind = name.split('_')[0];
	const isOwn = kind === '';
	const types = isMorph && kind === 'TANGENT' ? ['VEC3'] : ATTRIBUTE_TYPES[kind];
	const numbers = storage.numbers(index);
	if (!numbers || (!isOwn && !types?.includes(accessor.type!))) return undefined;
	if (kind === 'JOINTS')
		return storage.add(
			{ type: accessor.type, componentType: COMPONENT.unsignedShort },
			new Uint16Array(numbers),
			true,
		);
	// Colors and weights in whole numbers are shares of the largest one, whether they say so or not.
	const isShare = kind === 'COLOR' || kind === 'WEIGHTS' || accessor.normalized === true;
	const one =
		isShare && accessor.componentType !== COMPONENT.float
			? (LARGEST_OF_KIND[accessor.componentType!] ?? 1)
			: 1;
	const like = { type: accessor.type, componentType: COMPONENT.float, min: [0], max: [0] };
	return storage.add(like, divided(numbers, one), true);
}

/** An attribute has as many elements as there are corners: more are cut off, fewer are none. */
function fitCount(
	attributes: Attributes,
	name: string,
	count: number,
	{ description, storage }: Workshop,
): void {
	const accessor = description.gltf.accessors![attributes[name]];
	if (accessor.count === count) return;
	description.repairs.note('attributes');
	const numbers = accessor.count! > count ? storage.numbers(attributes[name]) : undefined;
	if (!numbers) delete attributes[name];
	else attributes[name] = storage.add(accessor, numbers.slice(0, count * widthOf(accessor)), true);
}

/** Sets are counted from 0 without a gap, and every set of joints has its weights. */
function makeContinuous(attributes: Attributes, { description }: Workshop): void {
	const before = Object.keys(attributes).join();
	const numbersOf = (kind: string) =>
		Object.keys(attributes).filter((name) => name.startsWith(`${kind}_`)).map((name) => Number(name.split('_')[1])).sort((a, b) => a - b); // prettier-ignore
	// What lies on another set keeps it, so that the gap is filled.
	const sets = numbersOf('TEXCOORD');
	for (let i = (sets.at(-1) ?? 0) - 1; i >= 0; i--)
		attributes[`TEXCOORD_${i}`] ??= attributes[`TEXCOORD_${i + 1}`];
	const joined = numbersOf('JOINTS').filter(
		(i, at) => i === at && attributes[`WEIGHTS_${i}`] !== undefined,
	).length;
	const whole = {
		COLOR: numbersOf('COLOR').filter((i, at) => i === at).length,
		JOINTS: joined,
		WEIGHTS: joined,
	};
	for (const [kind, most] of Object.entries(whole))
		for (const i of numbersOf(kind)) if (i >= most) delete attributes[`${kind}_${i}`];
	if (Object.keys(attributes).join() !== before) description.repairs.note('attributes');
}

async function mendCorners(primitive: GltfPrimitive, attributes: Attributes, shop: Workshop): Promise<void> {
	const { storage, slicer, description } = shop;
	const places = attributes.POSITION === undefined ? undefined : storage.numbers(attributes.POSITION);
	const found =
		places &&
		(await findPlaces(places, primitive.indices === undefined && (primitive.mode ?? 4) === 4, slicer));
	if (found) {
		description.repairs.note('numbers');
		attributes.POSITION = storage.add(description.gltf.accessors![attributes.POSITION], found.places, true);
	}
	if (primitive.indices === undefined) return;
	const corners = storage.numbers(primitive.indices);
	const { type, componentType, normalized, count } = description.gltf.accessors![primitive.indices];
	// The format knows lists of whole numbers without a sign there, and nothing else.
	if (type !== 'SCALAR' || !INDEX_KINDS.includes(componentType!) || normalized)
		throw new Unmendable('the order of its vertices is not a list of numbers');
	const vertexCount = description.gltf.accessors![attributes.POSITION ?? Object.values(attributes)[0]].count!;
	const faces =
		corners &&
		(await mendFaces(corners, { vertexCount, mode: primitive.mode ?? 4, lost: found?.lost }, slicer));
	if (!faces) return;
	if (faces.length === 0) throw new Unmendable('the faces of one of its parts name no vertices that exist');
	if (faces.length < count!) description.repairs.note('faces');
	primitive.indices = storage.add(
		{ type, componentType: faces instanceof Uint32Array ? COMPONENT.unsignedInt : componentType },
		faces,
		false,
	);
}

async function mendAttribute(attributes: Attributes, name: string, shop: Workshop): Promise<void> {
	const { storage, slicer, description, mended } = shop;
	const index = attributes[name];
	const known = mended.get(`${name} ${index}`);
	const numbers = known === undefined ? storage.numbers(index) : undefined;
	let right = known;
	if (numbers) {
		const like: GltfAccessor = { ...description.gltf.accessors![index] };
		let other: Numbers | undefined;
		if (name === 'NORMAL')
			other = await unitVectors(numbers, like, { stride: 3, width: 3, instead: [0, 0, 1] }, slicer);
		else if (name === 'TANGENT')
			other = await unitVectors(numbers, like, { stride: 4, width: 3, instead: [1, 0, 0] }, slicer);
		else if (name === 'COLOR_0' && like.componentType === COMPONENT.float)
			other = await shares(numbers, slicer);
		right = other ? storage.add(like, other, true) : index;
		if (other) description.repairs.note('numbers');
		mended.set(`${name} ${index}`, right);
	}
	if (right !== undefined) attributes[name] = right;
}

/** A material that asks for texture coordinates which are not there gets some: viewers take them for zeros. */
function giveCoordinates(
	primitive: GltfPrimitive,
	attributes: Attributes,
	count: number,
	{ description }: Workshop,
): void {
	const { gltf, repairs } = description;
	const used = materialsOf(primitive, gltf);
	const asked = used.reduce((most, material) => Math.max(most, lastSetOf(material)), -1);
	for (let set = 0; set <= asked; set++) {
		if (attributes[`TEXCOORD_${set}`] !== undefined) continue;
		repairs.note('coordinates');
		attributes[`TEXCOORD_${set}`] =
			gltf.accessors!.push({ componentType: COMPONENT.float, type: 'VEC2', count }) - 1;
	}
}

/** The materials that a part may be seen with. */
function materialsOf(primitive: GltfPrimitive, gltf: Gltf): GltfMaterial[] {
	const variants = primitive.extensions?.KHR_materials_variants as
		| { mappings?: Array<{ material: number }> }
		| undefined;
	const indexes = [primitive.material, ...listOf(variants?.mappings).map(({ material }) => material)];
	return indexes.filter((index) => index !== undefined).map((index) => gltf.materials![index]);
}

/** Brushed metal and the relief of a clear coat need to know which way is along the texture: a flat relief tells it. */
function giveTangentSpace(primitive: GltfPrimitive, attributes: Attributes, { description }: Workshop): void {
	if (attributes.NORMAL !== undefined && attributes.TANGENT !== undefined) return;
	for (const material of materialsOf(primitive, description.gltf)) {
		const extensions = material.extensions as
			| Record<string, Record<string, { index: number; texCoord?: number }>>
			| undefined;
		const map =
			extensions?.KHR_materials_clearcoat?.clearcoatNormalTexture ??
			extensions?.KHR_materials_anisotropy?.anisotropyTexture;
		if (!map || material.normalTexture) continue;
		material.normalTexture = { index: map.index, texCoord: map.texCoord ?? 0, scale: 0 };
		description.repairs.note('coordinates');
	}
}

/** The last set of texture coordinates that a material asks for; −1 for one without textures. */
function lastSetOf(material: GltfMaterial | undefined): number {
	let last = -1;
	const visit = (value: unknown) => {
		if (typeof value !== 'object' || value === null) return;
		for (const [key, each] of Object.entries(value)) {
			if (key === 'extras' || typeof each !== 'object' || each === null) continue;
			if (key.endsWith('Texture')) {
				const { texCoord, extensions } = each as {
					texCoord?: number;
					extensions?: Record<string, { texCoord?: number }>;
				};
				last = Math.max(last, texCoord ?? 0, extensions?.KHR_texture_transform?.texCoord ?? 0);
			}
			visit(each);
		}
	};
	visit(material);
	return last;
}
