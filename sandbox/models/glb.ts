/** Writes meshes and materials as one GLB file. */
import { gltf } from './gltfTransform';
import { type Mesh, type Vec3 } from './meshArrays';
import { type PbrMaps, type Texture } from './makeTextures';

export interface Surfacing {
	name: string;
	/** Linear RGB; multiplies the texture. */
	color: Vec3;
	baseColor?: Texture;
	/** Only with these the material has metallic-roughness and normal textures, and the mesh tangents. */
	maps?: PbrMaps;
}

export interface Piece {
	mesh: Mesh;
	surfacing: Surfacing;
}

/** What every file says it was made by. */
const GENERATOR = 'Image3D Sandbox';

/** One node with one mesh; a primitive per piece. */
export async function writeGlb(name: string, pieces: Piece[]): Promise<Uint8Array> {
	const document = new gltf.Document();
	document.getRoot().getAsset().generator = GENERATOR;
	const buffer = document.createBuffer();
	const textures = new Map<Texture, ReturnType<typeof document.createTexture>>();
	const textureOf = (kind: string, texture: Texture) => {
		const made =
			textures.get(texture) ??
			document.createTexture(kind).setImage(texture.bytes).setMimeType(texture.mimeType);
		textures.set(texture, made);
		return made;
	};
	const mesh = document.createMesh(name);
	for (const { mesh: arrays, surfacing } of pieces) {
		const accessor = (
			type: 'VEC2' | 'VEC3' | 'VEC4' | 'SCALAR',
			array: Float32Array | Uint16Array | Uint32Array,
		) =>
			document
				.createAccessor()
				.setType(type)
				.setArray(array as never)
				.setBuffer(buffer);
		const material = document
			.createMaterial(surfacing.name)
			.setBaseColorFactor([...surfacing.color, 1])
			.setMetallicFactor(surfacing.maps ? 1 : 0)
			.setRoughnessFactor(surfacing.maps ? 1 : 0.9);
		if (surfacing.baseColor) material.setBaseColorTexture(textureOf('Base color', surfacing.baseColor));
		if (surfacing.maps) {
			material.setMetallicRoughnessTexture(textureOf('Metallic roughness', surfacing.maps.metallicRoughness));
			material.setNormalTexture(textureOf('Normal', surfacing.maps.normal));
		}
		const primitive = document
			.createPrimitive()
			.setMaterial(material)
			.setAttribute('POSITION', accessor('VEC3', arrays.positions))
			.setAttribute('NORMAL', accessor('VEC3', arrays.normals))
			.setIndices(accessor('SCALAR', shortest(arrays)));
		if (surfacing.maps || surfacing.baseColor) {
			primitive.setAttribute('TEXCOORD_0', accessor('VEC2', arrays.uvs));
		}
		if (surfacing.maps) primitive.setAttribute('TANGENT', accessor('VEC4', arrays.tangents));
		mesh.addPrimitive(primitive);
	}
	const scene = document.createScene(name).addChild(document.createNode(name).setMesh(mesh));
	document.getRoot().setDefaultScene(scene);
	return await new gltf.NodeIO().writeBinary(document);
}

function shortest({ indices, positions }: Mesh): Uint16Array | Uint32Array {
	return positions.length / 3 < 65_535 ? Uint16Array.from(indices) : indices;
}
