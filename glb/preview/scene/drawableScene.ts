/** What the renderer draws: triangles in meters with their materials, free of everything that is glTF. */

/** The whole model where it is seen: meters, y up. */
export interface Model {
	surfaces: Surface[];
	/** Triangles of all surfaces. */
	faces: number;
	/** What could not be shown as it is, in words. */
	notes: string[];
}

/** Triangles that share a material, without it; vertices in the world, in meters. */
export interface Geometry {
	positions: Float32Array;
	/** Not necessarily of length 1; without them the surface is flat-shaded. */
	normals?: Float32Array;
	/** Texture coordinates by set. */
	coordinates: Array<Float32Array | undefined>;
	/** Red, green, blue and alpha per vertex, linear. */
	colors?: Float32Array;
	/** Three per triangle; counter-clockwise seen from the front. */
	indices: Uint32Array;
}

/** Triangles that have one material. */
export interface Surface extends Geometry {
	material: Material;
}

/** What light does on a surface: glTF's metal and roughness, with the extensions that are shown. */
export interface Material {
	/** Linear. */
	baseColor: readonly [red: number, green: number, blue: number, alpha: number];
	baseColorMap?: TextureMap;
	metallic: number;
	roughness: number;
	/** What is mirrored where nothing is metallic: straight from the front (linear), and along the edge. */
	specular: readonly [red: number, green: number, blue: number];
	specularEdge: number;
	/** Color is what is mirrored from the front, alpha how smooth it is; what is mirrored is taken off the base color. */
	specularGlossinessMap?: TextureMap;
	/** Green is roughness, blue is metallic. */
	metallicRoughnessMap?: TextureMap;
	normalMap?: TextureMap;
	normalScale: number;
	/** Linear. */
	emissive: readonly [red: number, green: number, blue: number];
	emissiveMap?: TextureMap;
	/** Red is how much ambient light arrives. */
	occlusionMap?: TextureMap;
	occlusionStrength: number;
	alphaMode: 'opaque' | 'mask' | 'blend';
	alphaCutoff: number;
	doubleSided: boolean;
	unlit: boolean;
}

/** A texture and how it lies on the surface. */
export interface TextureMap {
	texture: Texture;
	/** Which set of texture coordinates. */
	set: number;
	/** u' = a·u + b·v + c, v' = d·u + e·v + f; undefined for the identity. */
	transform?: readonly [a: number, b: number, c: number, d: number, e: number, f: number];
	/** Half the logarithm (base 2) of the texels in a square of coordinates of side 1. */
	detail: number;
	wrapU: Wrap;
	wrapV: Wrap;
}

/** How a texture goes on beyond its edges. */
export type Wrap = 'repeat' | 'mirror' | 'clamp';

/** An image with its smaller versions. */
export interface Texture {
	/** From full size down to one pixel, each half the one before. */
	levels: TextureLevel[];
	/** Whether a pixel is not wholly opaque. */
	hasAlpha: boolean;
}

/** Pixels row by row from the top, four bytes each. */
export interface TextureLevel {
	width: number;
	height: number;
	rgba: Uint8Array;
}
