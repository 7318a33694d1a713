/**
 * The part of a glTF 2.0 description that this pack looks at. The file comes from outside, so every field may be
 * missing or of another type: read lists through `listOf` and counts through `countOf`.
 */
export interface Gltf {
	asset?: { version?: string; generator?: string };
	scene?: number;
	scenes?: Array<{ nodes?: number[] }>;
	nodes?: GltfNode[];
	meshes?: GltfMesh[];
	materials?: GltfMaterial[];
	textures?: GltfTexture[];
	images?: GltfImage[];
	samplers?: Array<{ magFilter?: number; minFilter?: number; wrapS?: number; wrapT?: number }>;
	accessors?: GltfAccessor[];
	bufferViews?: GltfBufferView[];
	buffers?: Array<{ byteLength?: number; uri?: string }>;
	skins?: Array<{ joints?: number[]; inverseBindMatrices?: number }>;
	animations?: unknown[];
	extensionsUsed?: string[];
	extensionsRequired?: string[];
}

export interface GltfNode {
	name?: string;
	mesh?: number;
	skin?: number;
	children?: number[];
	matrix?: number[];
	translation?: number[];
	rotation?: number[];
	scale?: number[];
	weights?: number[];
	extensions?: Extensions;
}

export interface GltfMesh {
	name?: string;
	primitives?: GltfPrimitive[];
	weights?: number[];
}

export interface GltfPrimitive {
	attributes?: Record<string, number>;
	indices?: number;
	material?: number;
	mode?: number;
	targets?: Array<Record<string, number>>;
	extensions?: Extensions;
}

export interface GltfMaterial {
	name?: string;
	pbrMetallicRoughness?: {
		baseColorFactor?: number[];
		baseColorTexture?: TextureInfo;
		metallicFactor?: number;
		roughnessFactor?: number;
		metallicRoughnessTexture?: TextureInfo;
	};
	normalTexture?: TextureInfo & { scale?: number };
	occlusionTexture?: TextureInfo & { strength?: number };
	emissiveTexture?: TextureInfo;
	emissiveFactor?: number[];
	alphaMode?: string;
	alphaCutoff?: number;
	doubleSided?: boolean;
	extensions?: Extensions;
}

export interface TextureInfo {
	index?: number;
	texCoord?: number;
	extensions?: Extensions;
}

export interface GltfTexture {
	source?: number;
	sampler?: number;
	extensions?: Extensions;
}

export interface GltfImage {
	uri?: string;
	mimeType?: string;
	bufferView?: number;
}

export interface GltfAccessor {
	bufferView?: number;
	byteOffset?: number;
	componentType?: number;
	normalized?: boolean;
	count?: number;
	type?: string;
	min?: number[];
	max?: number[];
	sparse?: {
		count?: number;
		indices?: { bufferView?: number; byteOffset?: number; componentType?: number };
		values?: { bufferView?: number; byteOffset?: number };
	};
}

export interface GltfBufferView {
	buffer?: number;
	byteOffset?: number;
	byteLength?: number;
	byteStride?: number;
	extensions?: Extensions;
}

/** What extensions add to an object, by their registered name. */
export type Extensions = Record<string, Record<string, unknown> | undefined>;

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
	object: { extensions?: Extensions } | undefined,
	name: string,
): Record<string, unknown> | undefined {
	const parameters = object?.extensions?.[name];
	return typeof parameters === 'object' && parameters !== null ? parameters : undefined;
}
