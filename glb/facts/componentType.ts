/** The kinds of numbers that accessors store (glTF 2.0, "Accessor Data Types"): their codes, bytes and largest values. */

/** The code by which a file names each kind. */
export const COMPONENT = {
	byte: 5120,
	unsignedByte: 5121,
	short: 5122,
	unsignedShort: 5123,
	unsignedInt: 5125,
	float: 5126,
} as const;

/** Bytes of one number, by its kind. */
export const COMPONENT_BYTES: Readonly<Record<number, number>> = {
	[COMPONENT.byte]: 1,
	[COMPONENT.unsignedByte]: 1,
	[COMPONENT.short]: 2,
	[COMPONENT.unsignedShort]: 2,
	[COMPONENT.unsignedInt]: 4,
	[COMPONENT.float]: 4,
};

/** The largest whole number of a kind, which is what 1 is stored as where an accessor is normalized. */
export const LARGEST_OF_KIND: Readonly<Record<number, number>> = {
	[COMPONENT.byte]: 127,
	[COMPONENT.unsignedByte]: 255,
	[COMPONENT.short]: 32_767,
	[COMPONENT.unsignedShort]: 65_535,
	[COMPONENT.unsignedInt]: 2 ** 32 - 1,
};

/** Those in which the corners of faces are numbered. */
export const INDEX_KINDS: readonly number[] = [
	COMPONENT.unsignedByte,
	COMPONENT.unsignedShort,
	COMPONENT.unsignedInt,
];
