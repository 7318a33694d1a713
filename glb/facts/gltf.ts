/**
 * A glTF 2.0 description as it comes out of a file: the format's own types, of which nothing can be relied on. A file from
 * outside may leave out any field or write another type: read lists through `listOf`, counts through `countOf`.
 */
import type { GLTF } from '@gltf-transform/core';

/** The format's type with every field optional and every choice of values as wide as its kind. */
type Unchecked<T> = T extends readonly (infer Element)[]
	? Array<Unchecked<Element>>
	: T extends string
		? string
		: T extends number
			? number
			: T extends object
				? { [Key in keyof T]?: Unchecked<T[Key]> }
				: T;

/** A whole description: what the JSON chunk of a GLB holds. */
export type Gltf = Unchecked<GLTF.IGLTF>;
/** A place in the scene: a transform, with a mesh and other nodes in it. */
export type GltfNode = Unchecked<GLTF.INode>;
/** A shape of several primitives. */
export type GltfMesh = Unchecked<GLTF.IMesh>;
/** A part of a mesh that has one material; numbers are indexes of accessors. */
export type GltfPrimitive = Unchecked<GLTF.IMeshPrimitive>;
/** How a surface looks; what is left out has the format's default. */
export type GltfMaterial = Unchecked<GLTF.IMaterial>;
/** What a material says of a texture: its index, and the set of coordinates. */
export type TextureInfo = Unchecked<GLTF.ITextureInfo>;
/** An image with the way in which it is sampled. */
export type GltfTexture = Unchecked<GLTF.ITexture>;
/** An image file: in a buffer view, in a data URI, or elsewhere. */
export type GltfImage = Unchecked<GLTF.IImage>;
/** Numbers in a buffer view, of a kind and a count that the file states. */
export type GltfAccessor = Unchecked<GLTF.IAccessor>;
/** A part of a buffer: where it begins, how long it is. */
export type GltfBufferView = Unchecked<GLTF.IBufferView>;

/** How a primitive's vertices make triangles (glTF 2.0, `mesh.primitive.mode`). */
export const PRIMITIVE_MODE = { triangles: 4, triangleStrip: 5, triangleFan: 6 } as const;

/** The list at a place where the format wants one, or an empty one. */
export function listOf<T>(value: readonly T[] | undefined): readonly T[] {
	return Array.isArray(value) ? value : [];
}

/** The element that an index of the file names, or undefined where it names none. */
export function at<T>(list: readonly T[] | undefined, index: unknown): T | undefined {
	if (!Array.isArray(list) || !Number.isInteger(index)) return undefined;
	const element: unknown = list[index as number];
	return typeof element === 'object' && element !== null ? (element as T) : undefined;
}

/** A whole number that is not negative, or 0. */
export function countOf(value: unknown): number {
	return Number.isSafeInteger(value) && (value as number) > 0 ? (value as number) : 0;
}

/** The parameters of an extension on an object, or undefined where the object does not use it. */
export function extensionOf(
	object: { extensions?: Record<string, unknown> } | undefined,
	name: string,
): Record<string, unknown> | undefined {
	const parameters = object?.extensions?.[name];
	return typeof parameters === 'object' && parameters !== null
		? (parameters as Record<string, unknown>)
		: undefined;
}
