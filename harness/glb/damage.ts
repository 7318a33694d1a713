/** Damage to a GLB that its reader gets past the first step with: a file and changes in, a changed copy out. */
import { joinGlb } from '../../glb/operations/container';
import type { Gltf } from '../../glb/facts/gltf';
import * as fc from '../fuzz';

/** A place, which is brought into the file, and a value. */
export type Change = readonly [place: number, value: number];

const DESCRIPTION_START = 20;
const CHUNK_HEADER_BYTES = 8;
/** Bytes behind the description in which most readers find their first numbers. */
const FIRST_BYTES = 500;

/** Changes a byte in place: in the description digits alone, to other digits, so that it still parses. */
export function changeByte(glb: Buffer, at: number, value: number): void {
	if (at >= glb.length) return;
	const isDigit = glb[at] >= 0x30 && glb[at] <= 0x39;
	if (at >= DESCRIPTION_START + glb.readUInt32LE(12)) glb[at] = value;
	else if (isDigit) glb[at] = 0x30 + (value % 10);
}

/** A copy with half of the changes in the description, and half in the first bytes behind it. */
export function damaged(file: Buffer, changes: readonly Change[]): Buffer {
	const glb = Buffer.from(file);
	const jsonLength = glb.readUInt32LE(12);
	const rest = DESCRIPTION_START + jsonLength + CHUNK_HEADER_BYTES;
	for (const [place, value] of changes) {
		const isInside = place % 2 === 0 || glb.length < rest;
		changeByte(
			glb,
			isInside ? DESCRIPTION_START + (place % jsonLength) : rest + (place % FIRST_BYTES),
			value,
		);
	}
	return glb;
}

/** A place in the description, which is brought into it, and what is put there; undefined takes away what is. */
export type Malformation = readonly [place: number, value: unknown];

/** Any damage to bytes. */
export const DAMAGE = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 });

/** Any malformation, of values that stand somewhere in a description and of others. */
export const MALFORMATIONS = fc.array(
	fc.tuple(
		fc.nat(),
		fc.oneof(
			fc.constantFrom<unknown>(
				undefined,
				null,
				true,
				'',
				'VEC3',
				'CUBICSPLINE',
				-1,
				0.5,
				1e9,
				1e30,
				[],
				{},
				[0, 0],
			),
			fc.constantFrom<unknown>(5120, 5121, 5123, 5125, 5126, { extensions: { KHR_materials_unlit: {} } }),
			fc.nat(40),
		),
	),
	{ minLength: 1, maxLength: 3 },
);

/** A copy with a description that was changed. */
export function changed(file: Buffer, change: (gltf: Gltf) => void): Buffer {
	const jsonLength = file.readUInt32LE(12);
	const gltf = JSON.parse(file.toString('utf8', DESCRIPTION_START, DESCRIPTION_START + jsonLength)) as Gltf;
	change(gltf);
	return Buffer.from(joinGlb(gltf, file.subarray(DESCRIPTION_START + jsonLength)));
}

/** A copy whose description still parses, but holds what no program would write. */
export function malformed(file: Buffer, changes: readonly Malformation[]): Buffer {
	return changed(file, (gltf) => {
		for (const [place, value] of changes) {
			const slots = [...slotsOf(gltf)];
			const [owner, key] = slots[place % slots.length];
			if (value !== undefined) owner[key] = value;
			else if (Array.isArray(owner)) owner.splice(Number(key), 1);
			else delete owner[key];
		}
	});
}

type Owner = Record<string, unknown>;

/** Every place of a description but its version, without which nothing is read. */
function* slotsOf(value: unknown): Generator<[owner: Owner, key: string]> {
	if (typeof value !== 'object' || value === null) return;
	for (const key of Object.keys(value)) {
		if (key === 'asset') continue;
		yield [value as Owner, key];
		yield* slotsOf((value as Owner)[key]);
	}
}

/** A copy with another number in the data of an accessor, whose numbers lie one after another. */
export function withNumber(file: Buffer, accessor: number, at: number, value: number): Buffer {
	const glb = Buffer.from(file);
	const jsonLength = glb.readUInt32LE(12);
	const gltf = JSON.parse(glb.toString('utf8', DESCRIPTION_START, DESCRIPTION_START + jsonLength)) as Gltf;
	const { bufferView, byteOffset = 0, componentType } = gltf.accessors![accessor];
	const start = DESCRIPTION_START + jsonLength + CHUNK_HEADER_BYTES;
	const place = start + (gltf.bufferViews![bufferView!].byteOffset ?? 0) + byteOffset;
	if (componentType === 5126) glb.writeFloatLE(value, place + at * 4);
	else glb.writeUInt16LE(value, place + at * 2);
	return glb;
}
