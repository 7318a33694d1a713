/** What the format allows in a description (glTF 2.0, "Properties Reference"): a rule for the elements of each list. */
import { MATERIAL_RULE, TEXTURE_RULE } from './materialRules';
import { Unmendable } from './repairs';
import {
	BAD,
	bool,
	type Entries,
	indexes,
	int,
	isObject,
	listOfDifferent,
	num,
	nums,
	object,
	objects,
	oneOf,
	ref,
	type Rule,
	text,
	withExtensions,
} from './rules';

const WIDTHS: Readonly<Record<string, number>> = {
	SCALAR: 1,
	VEC2: 2,
	VEC3: 3,
	VEC4: 4,
	MAT2: 4,
	MAT3: 9,
	MAT4: 16,
};

/** Integers that WebGL has and that fit a float's exponent: more than any file holds. */
const MOST = 2 ** 40;
const [BYTE_LENGTH, OFFSET] = [int(1, MOST), int(0, MOST)];

const FLOAT = 5126;
const COMPONENTS: Readonly<Record<number, readonly [least: number, most: number]>> = {
	5120: [-128, 127],
	5121: [0, 255],
	5122: [-32_768, 32_767],
	5123: [0, 65_535],
	5125: [0, 2 ** 32 - 1],
	[FLOAT]: [-Infinity, Infinity],
};

const DATA_URI = /^data:([\w.+-]+\/[\w.+-]+)?(;[\w-]+=[^;,]*)*(;base64)?,/;
/** Characters before the data: a type and its parameters. */
const LONGEST_HEAD = 200;

/** The address of another file, or data as text: these are taken where they can be read. */
const uri: Rule = (value) => {
	if (typeof value !== 'string') return BAD;
	if (!/^data:/i.test(value)) return value;
	const [head] = DATA_URI.exec(value.slice(0, LONGEST_HEAD)) ?? [];
	if (head === undefined) return BAD;
	if (!head.endsWith(';base64,')) return value;
	// Viewers do without the signs at its end that fill it up.
	const [, content] = /^([A-Za-z0-9+/]*)={0,2}$/.exec(value.slice(head.length)) ?? [];
	return content === undefined || content.length % 4 === 1 ? BAD : value;
};

const accessor = object(
	{
		bufferView: ref('bufferViews'),
		byteOffset: OFFSET,
		'componentType!': oneOf(...Object.keys(COMPONENTS).map(Number)),
		normalized: bool,
		'count!': int(1, MOST),
		'type!': oneOf(...Object.keys(WIDTHS)),
		max: nums(undefined),
		min: nums(undefined),
		sparse: object({
			'count!': int(1, MOST),
			'indices!': object({
				'bufferView!': ref('bufferViews'),
				byteOffset: OFFSET,
				'componentType!': oneOf(5121, 5123, 5125),
			}),
			'values!': object({ 'bufferView!': ref('bufferViews'), byteOffset: OFFSET }),
		}),
	},
	(entries, { repairs }) => {
		const kind = entries.componentType as number;
		for (const name of ['min', 'max']) {
			const list = entries[name] as number[] | undefined;
			const [least, most] = COMPONENTS[kind];
			const isRight = (value: number) =>
				value >= least && value <= most && (kind === FLOAT || Number.isInteger(value));
			if (!list || (list.length === WIDTHS[entries.type as string] && list.every(isRight))) continue;
			delete entries[name];
			repairs.note('bounds');
		}
		if (entries.normalized === true && (kind === FLOAT || kind === 5125)) {
			delete entries.normalized;
			repairs.note('description');
		}
		if (entries.bufferView !== undefined || entries.byteOffset === undefined) return true;
		delete entries.byteOffset;
		repairs.note('description');
		return true;
	},
);

/** An accessor whose data was somewhere, and now is nowhere, holds nothing. */
const accessorWithData = keeps(accessor, ['bufferView', 'sparse']);

const bufferView = object(
	{
		'buffer!': ref('buffers'),
		byteOffset: OFFSET,
		'byteLength!': BYTE_LENGTH,
		byteStride: int(4, 252, 4),
		target: oneOf(34962, 34963),
	},
	(entries, { repairs }) => {
		if (entries.byteStride !== undefined && entries.target === 34963) {
			delete entries.target;
			repairs.note('description');
		}
		return true;
	},
);

/** A stride that is not as the format says would move all elements, so that nothing of the view can be trusted. */
const trustedView = keeps(bufferView, ['byteStride', 'byteOffset']);

const clip = (entries: Entries) =>
	((entries.zfar as number | undefined) ?? Infinity) > (entries.znear as number);

const camera = object(
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

/** A part without its shape is none, and a model without one of its parts is another model. */
const wholePrimitive: Rule = (value, context) => {
	const hadPlaces = isObject(value) && isObject(value.attributes) && 'POSITION' in value.attributes;
	const isRight = keeps(primitive, ['indices'])(value, context) !== BAD;
	const hasPlaces = isRight && 'POSITION' in ((value as Entries).attributes as Entries);
	if (hadPlaces && !hasPlaces) throw new Unmendable('a part of its shape lies outside the file');
	return isRight ? value : BAD;
};

const mesh = object({ 'primitives!': objects(wholePrimitive), weights: nums(undefined) });

/** The corners of a mesh name joints by their place in this list, so that none can be left out. */
const joints: Rule = (value, context) => {
	const kept = listOfDifferent(ref('nodes'))(value, context);
	return Array.isArray(kept) && kept.length === (value as unknown[]).length ? value : BAD;
};

const node = object({
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

const animation = object({
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

const WRAP = oneOf(33071, 33648, 10497);

const light = object({
	color: nums([3], { min: 0, max: 1 }),
	intensity: num({ min: 0 }),
	'type!': oneOf('directional', 'point', 'spot'),
	range: num({ above: 0 }),
	spot: object(
		{
			innerConeAngle: num({ min: 0, below: Math.PI / 2 }),
			outerConeAngle: num({ above: 0, max: Math.PI / 2 }),
		},
		({ innerConeAngle = 0, outerConeAngle = Math.PI / 4 }) =>
			(outerConeAngle as number) > (innerConeAngle as number),
	),
});

const rightLight: Rule = (value, context) => {
	if (light(value, context) === BAD) return BAD;
	const { type, spot } = value as Entries;
	return type === 'spot' && spot === undefined ? BAD : value;
};

/** The lights of a file, which an extension holds; one that gives no light stands for one that cannot. */
export const LIGHTS_RULE = everyOne(rightLight, () => ({ type: 'point', intensity: 0 }));

/** The variants of a file, which an extension holds. */
export const VARIANTS_RULE = everyOne(object({ 'name!': text }), (index) => ({
	name: `Variant ${index + 1}`,
}));

/** A list whose elements are named by their places: something stands in for a bad one. */
function everyOne(rule: Rule, standIn: (index: number) => Entries): Rule {
	return (value, context) => {
		if (!Array.isArray(value) || value.length === 0) return BAD;
		value.forEach((each, index) => {
			if (rule(each, context) !== BAD) return;
			value[index] = standIn(index);
			context.repairs.note('description');
		});
		return value;
	};
}

/** As `rule`, for objects that are worth nothing without some of the properties that they came with. */
function keeps(rule: Rule, names: readonly string[]): Rule {
	return (value, context) => {
		const had = isObject(value) ? names.filter((name) => value[name] !== undefined) : [];
		if (rule(value, context) === BAD) return BAD;
		return had.every((name) => (value as Entries)[name] !== undefined) ? value : BAD;
	};
}

/** A rule for the elements of each list, in the order in which they depend on each other. */
export const LISTS: ReadonlyArray<readonly [list: string, rule: Rule]> = [
	['buffers', keeps(object({ 'byteLength!': BYTE_LENGTH, uri }), ['uri'])],
	['bufferViews', trustedView],
	['accessors', accessorWithData],
	[
		'images',
		object(
			{ bufferView: ref('bufferViews'), mimeType: text, uri },
			({ bufferView: view, uri: address }) => (view === undefined) !== (address === undefined),
		),
	],
	[
		'samplers',
		object({
			magFilter: oneOf(9728, 9729),
			minFilter: oneOf(9728, 9729, 9984, 9985, 9986, 9987),
			wrapS: WRAP,
			wrapT: WRAP,
		}),
	],
	['textures', TEXTURE_RULE],
	['materials', MATERIAL_RULE],
	['meshes', mesh],
	['cameras', camera],
	['skins', object({ inverseBindMatrices: ref('accessors'), skeleton: ref('nodes'), 'joints!': joints })],
	['nodes', node],
	['animations', animation],
	['scenes', object({ nodes: listOfDifferent(ref('nodes')) })],
] as const;
