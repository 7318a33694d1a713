/** What the format allows for data: buffers, their views, accessors and images (glTF 2.0, "Properties Reference"). */
import { COMPONENT, INDEX_KINDS } from '../../facts/componentType';
import { ACCESSOR_WIDTH } from '../../facts/accessorWidth';
import { BAD, bool, int, isObject, keeps, nums, object, oneOf, ref, type Rule, text } from './rules';

/** Integers that WebGL has and that fit a float's exponent: more than any file holds. */
const MOST = 2 ** 40;
const [BYTE_LENGTH, OFFSET] = [int(1, MOST), int(0, MOST)];

const COMPONENTS: Readonly<Record<number, readonly [least: number, most: number]>> = {
	[COMPONENT.byte]: [-128, 127],
	[COMPONENT.unsignedByte]: [0, 255],
	[COMPONENT.short]: [-32_768, 32_767],
	[COMPONENT.unsignedShort]: [0, 65_535],
	[COMPONENT.unsignedInt]: [0, 2 ** 32 - 1],
	[COMPONENT.float]: [-Infinity, Infinity],
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
		'type!': oneOf(...Object.keys(ACCESSOR_WIDTH)),
		max: nums(undefined),
		min: nums(undefined),
		sparse: object({
			'count!': int(1, MOST),
			'indices!': object({
				'bufferView!': ref('bufferViews'),
				byteOffset: OFFSET,
				'componentType!': oneOf(...INDEX_KINDS),
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
				value >= least && value <= most && (kind === COMPONENT.float || Number.isInteger(value));
			if (!list || (list.length === ACCESSOR_WIDTH[entries.type as string] && list.every(isRight))) continue;
			delete entries[name];
			repairs.note('bounds');
		}
		if (entries.normalized === true && (kind === COMPONENT.float || kind === COMPONENT.unsignedInt)) {
			delete entries.normalized;
			repairs.note('description');
		}
		if (entries.bufferView !== undefined || entries.byteOffset === undefined) return true;
		delete entries.byteOffset;
		repairs.note('description');
		return true;
	},
);

const heldAccessor = keeps(accessor, ['bufferView', 'sparse']);

/** An accessor whose data was somewhere, and now is nowhere, is bad; so is one of no elements, which says so still. */
export const ACCESSOR_RULE: Rule = (value, context) =>
	isObject(value) && value.count === 0 ? BAD : heldAccessor(value, context);

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
export const BUFFER_VIEW_RULE = keeps(bufferView, ['byteStride', 'byteOffset']);

/** A buffer without the address that it came with would be the file's own data. */
export const BUFFER_RULE = keeps(object({ 'byteLength!': BYTE_LENGTH, uri }), ['uri']);

/** An image is part of the file's data, or has an address: one of both. */
export const IMAGE_RULE = object(
	{ bufferView: ref('bufferViews'), mimeType: text, uri },
	({ bufferView: view, uri: address }) => (view === undefined) !== (address === undefined),
);
