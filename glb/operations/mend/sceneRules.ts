/** What the format allows for what a scene is made of (glTF 2.0, "Properties Reference"). */
import { Unmendable } from './repairs';
import {
	BAD,
	type Entries,
	indexes,
	int,
	isObject,
	keeps,
	listOfDifferent,
	num,
	nums,
	object,
	objects,
	oneOf,
	ref,
	type Rule,
	type RuleContext,
	text,
	withExtensions,
} from './rules';

const clip = (entries: Entries) =>
	((entries.zfar as number | undefined) ?? Infinity) > (entries.znear as number);

/** How a scene can be looked at. */
export const CAMERA_RULE = object(
	{
		'type!': oneOf('perspective', 'orthographic'),
		perspective: object(
			{
				aspectRatio: num({ above: 0 }),
				'yfov!': num({ above: 0 }),
				zfar: num({ above: 0 }),
				'znear!': num({ above: 0 }),
			},
			clip,
		),
		orthographic: object(
			{ 'xmag!': num(), 'ymag!': num(), 'zfar!': num({ above: 0 }), 'znear!': num({ min: 0 }) },
			(entries) => clip(entries) && entries.xmag !== 0 && entries.ymag !== 0,
		),
	},
	(entries, { repairs }) => {
		const other = entries.type === 'perspective' ? 'orthographic' : 'perspective';
		if (entries[other] !== undefined) {
			delete entries[other];
			repairs.note('description');
		}
		return entries[entries.type as string] !== undefined;
	},
);

const variants = object(
	{
		'mappings!': objects(
			object({ 'variants!': listOfDifferent(ref('variants')), 'material!': ref('materials') }),
		),
	},
	(entries, { repairs }) => {
		// A variant has one material for each part: the first that is named.
		const named = new Set<unknown>();
		const mappings = entries.mappings as Array<{ variants: unknown[] }>;
		for (const mapping of mappings) {
			const first = mapping.variants.filter((variant) => !named.has(variant));
			if (first.length < mapping.variants.length) repairs.note('description');
			for (const variant of (mapping.variants = first)) named.add(variant);
		}
		entries.mappings = mappings.filter(({ variants: left }) => left.length > 0);
		return true;
	},
);

const primitive = object({
	'attributes!': indexes('accessors'),
	indices: ref('accessors'),
	material: ref('materials'),
	mode: int(0, 6),
	targets: (value, context) => {
		if (!Array.isArray(value) || value.length === 0) return BAD;
		// A target that is left out would make those after it others.
		return value.every((target) => indexes('accessors')(target, context) !== BAD) ? value : BAD;
	},
	extensions: withExtensions({ KHR_materials_variants: variants }),
});

/** Whether a part draws nothing, as exporters write it for an object without faces: no vertices, or no corners. */
function isEmpty(value: unknown, context: RuleContext): boolean {
	if (!isObject(value)) return false;
	const places = isObject(value.attributes) ? value.attributes.POSITION : undefined;
	const accessors = context.list('accessors');
	return [places, value.indices].some((index) => accessors[index as number]?.count === 0);
}

/** A part without its shape is none, and a model without one of its parts is another model. */
const wholePrimitive: Rule = (value, context) => {
	const hadPlaces = isObject(value) && isObject(value.attributes) && 'POSITION' in value.attributes;
	if (isEmpty(value, context)) return BAD;
	const isRight = keeps(primitive, ['indices'])(value, context) !== BAD;
	const hasPlaces = isRight && 'POSITION' in ((value as Entries).attributes as Entries);
	if (hadPlaces && !hasPlaces) throw new Unmendable('a part of its shape lies outside the file');
	return isRight ? value : BAD;
};

/** A mesh is refused where a part of its shape is lost. */
export const MESH_RULE = object({ 'primitives!': objects(wholePrimitive), weights: nums(undefined) });

/** The corners of a mesh name joints by their place in this list, so that none can be left out. */
const joints: Rule = (value, context) => {
	const kept = listOfDifferent(ref('nodes'))(value, context);
	return Array.isArray(kept) && kept.length === (value as unknown[]).length ? value : BAD;
};

/** A part of the scene. */
export const NODE_RULE = object({
	camera: ref('cameras'),
	children: listOfDifferent(ref('nodes')),
	skin: ref('skins'),
	matrix: nums([16]),
	mesh: ref('meshes'),
	rotation: nums([4]),
	scale: nums([3]),
	translation: nums([3]),
	weights: nums(undefined),
	extensions: withExtensions({
		KHR_lights_punctual: object({ 'light!': ref('lights') }),
	}),
});

/** A movement of nodes. */
export const ANIMATION_RULE = object({
	'channels!': objects(
		object({
			'sampler!': int(0),
			'target!': object({
				node: ref('nodes'),
				'path!': oneOf('translation', 'rotation', 'scale', 'weights', 'pointer'),
				extensions: withExtensions({ KHR_animation_pointer: object({ 'pointer!': text }) }),
			}),
		}),
	),
	'samplers!': (value, context) => {
		if (!Array.isArray(value) || value.length === 0) return BAD;
		return value.every((each) => sampler(each, context) !== BAD) ? value : BAD;
	},
});

const sampler = object({
	'input!': ref('accessors'),
	interpolation: oneOf('LINEAR', 'STEP', 'CUBICSPLINE'),
	'output!': ref('accessors'),
});

/** The bones of a mesh. */
export const SKIN_RULE = object({
	inverseBindMatrices: ref('accessors'),
	skeleton: ref('nodes'),
	'joints!': joints,
});
