/** In which form the format allows each attribute of a vertex: a name and an accessor in, whether it may be so out. */
import { COMPONENT } from '../../facts/componentType';
import type { GltfAccessor } from '../../facts/gltf';

/** Written as the accessor's type, its component type, and `n` where it is normalized. */
type Format = string;

const {
	byte: BYTE,
	unsignedByte: UBYTE,
	short: SHORT,
	unsignedShort: USHORT,
	unsignedInt: UINT,
	float: FLOAT,
} = COMPONENT;

const all = (type: string, kinds: readonly number[], suffix = '') =>
	kinds.map((kind) => `${type}${kind}${suffix}`);
const UNSIGNED = [UBYTE, USHORT];
const SIGNED = [BYTE, SHORT];

const CORE: Readonly<Record<string, ReadonlySet<Format>>> = {
	POSITION: new Set([`VEC3${FLOAT}`]),
	NORMAL: new Set([`VEC3${FLOAT}`]),
	TANGENT: new Set([`VEC4${FLOAT}`]),
	TEXCOORD: new Set([`VEC2${FLOAT}`, ...all('VEC2', UNSIGNED, 'n')]),
	COLOR: new Set(['VEC3', 'VEC4'].flatMap((type) => [`${type}${FLOAT}`, ...all(type, UNSIGNED, 'n')])),
	JOINTS: new Set(all('VEC4', UNSIGNED)),
	WEIGHTS: new Set([`VEC4${FLOAT}`, ...all('VEC4', UNSIGNED, 'n')]),
};

/** What KHR_mesh_quantization allows beside. */
const QUANTIZED: Readonly<Record<string, ReadonlySet<Format>>> = {
	POSITION: new Set(['', 'n'].flatMap((suffix) => all('VEC3', [...SIGNED, ...UNSIGNED], suffix))),
	NORMAL: new Set(all('VEC3', SIGNED, 'n')),
	TANGENT: new Set(all('VEC4', SIGNED, 'n')),
	TEXCOORD: new Set([...all('VEC2', [...SIGNED, ...UNSIGNED]), ...all('VEC2', SIGNED, 'n')]),
};

const MORPH_CORE: Readonly<Record<string, ReadonlySet<Format>>> = {
	POSITION: CORE.POSITION,
	NORMAL: CORE.NORMAL,
	TANGENT: new Set([`VEC3${FLOAT}`]),
	TEXCOORD: new Set([`VEC2${FLOAT}`, ...all('VEC2', [...SIGNED, ...UNSIGNED], 'n')]),
	COLOR: new Set(
		['VEC3', 'VEC4'].flatMap((type) => [`${type}${FLOAT}`, ...all(type, [...SIGNED, ...UNSIGNED], 'n')]),
	),
};

const MORPH_QUANTIZED: Readonly<Record<string, ReadonlySet<Format>>> = {
	POSITION: new Set(['', 'n'].flatMap((suffix) => all('VEC3', SIGNED, suffix))),
	NORMAL: new Set(all('VEC3', SIGNED, 'n')),
	TANGENT: new Set(all('VEC3', SIGNED, 'n')),
	TEXCOORD: new Set(all('VEC2', SIGNED)),
};

/** Whether the format's core allows it, an extension does, or nothing does. */
export type Allowance = 'core' | 'quantized' | 'no';

/** @param isMorph of a morph target, which holds differences */
export function allowanceOf(name: string, accessor: GltfAccessor, isMorph: boolean): Allowance {
	const { type, componentType, normalized } = accessor;
	if (name.startsWith('_')) return componentType === UINT ? 'no' : 'core';
	const kind = name.split('_')[0];
	const format = `${type}${componentType}${normalized ? 'n' : ''}`;
	if ((isMorph ? MORPH_CORE : CORE)[kind]?.has(format)) return 'core';
	return (isMorph ? MORPH_QUANTIZED : QUANTIZED)[kind]?.has(format) ? 'quantized' : 'no';
}

const NUMBERED = /^(TEXCOORD|COLOR|JOINTS|WEIGHTS)_(0|[1-9]\d?)$/;
const MORPH_NUMBERED = /^(TEXCOORD|COLOR)_(0|[1-9]\d?)$/;

/** Whether the format knows an attribute of this name, or it is one of the file's own. */
export function isAttribute(name: string, isMorph: boolean): boolean {
	if (name.startsWith('_') || name === 'POSITION' || name === 'NORMAL' || name === 'TANGENT') return true;
	return (isMorph ? MORPH_NUMBERED : NUMBERED).test(name);
}

/** Numbers of a vertex by the kind of attribute; undefined where there may be several. */
export const ATTRIBUTE_TYPES: Readonly<Record<string, readonly string[]>> = {
	POSITION: ['VEC3'],
	NORMAL: ['VEC3'],
	TANGENT: ['VEC4'],
	TEXCOORD: ['VEC2'],
	COLOR: ['VEC3', 'VEC4'],
	JOINTS: ['VEC4'],
	WEIGHTS: ['VEC4'],
};
