/** Small files whose description asks for very much: how large in, a GLB out. */
import { rawGlb } from '../buildGlb';
import { GlbBuilder, primitiveOf, quadShape } from '../glbBuilder';

const asset = { version: '2.0' };

function square(builder: GlbBuilder, material?: number) {
	return primitiveOf(builder, quadShape(), material);
}

function list<T>(count: number, element: (index: number) => T): T[] {
	return Array.from({ length: count }, (_, index) => element(index));
}

/** So many nodes that share a mesh of so many primitives. */
export function nodesTimesPrimitives(count: number): Uint8Array {
	const builder = new GlbBuilder();
	const { attributes, indices } = square(builder);
	const primitive = { attributes: { POSITION: attributes!.POSITION }, indices };
	const mesh = builder.mesh(...list(count, () => primitive));
	builder.gltf.nodes = list(count, () => ({ mesh }));
	builder.gltf.scenes = [{ nodes: list(count, (index) => index) }];
	return builder.toGlb();
}

export function emptyNodes(count: number): Uint8Array {
	return rawGlb(`{"asset":{"version":"2.0"},"nodes":[{}${',{}'.repeat(count - 1)}]}`);
}

/** A scene that names the same node very often, and a circle of nodes. */
export function repeatedNodes(count: number): Uint8Array {
	const children = list(count, () => 1);
	return rawGlb({
		asset,
		scenes: [{ nodes: children }],
		nodes: [{}, { children: [0, 2] }, { children: [1] }],
	});
}

/** Lists in lists in lists. */
export function nestedLists(depth: number): Uint8Array {
	return rawGlb(`{"asset":{"version":"2.0"},"extras":${'['.repeat(depth)}${']'.repeat(depth)}}`);
}

/** An attribute that claims so many elements and has none. */
export function sparseAccessor(count: number): Uint8Array {
	const builder = new GlbBuilder();
	const primitive = square(builder);
	const values = { bufferView: 0, byteOffset: 0 };
	const sparse = { count: 1, indices: { ...values, componentType: 5123 }, values };
	builder.gltf.accessors[primitive.attributes!.TEXCOORD_0!] = {
		count,
		type: 'VEC2',
		componentType: 5126,
		sparse,
	};
	builder.node({ mesh: builder.mesh(primitive) });
	return builder.toGlb();
}

/** So many attributes that nothing uses, each of which claims 240 MB and has nothing. */
export function sparseAccessors(count: number): Uint8Array {
	const builder = new GlbBuilder();
	builder.node({ mesh: builder.mesh(square(builder)) });
	const values = { bufferView: 0, byteOffset: 0 };
	const sparse = { count: 1, indices: { ...values, componentType: 5123 }, values };
	const large = { count: 20_000_000, type: 'VEC3', componentType: 5126 };
	builder.gltf.accessors.push(...list(count, () => ({ ...large, sparse })));
	return builder.toGlb();
}

/** So many attributes over the same bytes of a file of 16 MB, which lie apart in it. */
export function overlappingAccessors(count: number): Uint8Array {
	const builder = new GlbBuilder();
	builder.node({ mesh: builder.mesh(square(builder)) });
	const bufferView = builder.view(new Uint8Array(16_000_000), 16);
	const accessor = { bufferView, count: 1_000_000, type: 'VEC3', componentType: 5126 };
	builder.gltf.accessors.push(...list(count, () => ({ ...accessor })));
	return builder.toGlb();
}

/** A shape of so many vertices of which none is in the file. */
export function shapeOfNothing(count: number): Uint8Array {
	const builder = new GlbBuilder();
	const accessor = (type: 'VEC3' | 'VEC4') =>
		builder.gltf.accessors.push({ count, type, componentType: 5126 }) - 1;
	const attributes = { POSITION: accessor('VEC3'), NORMAL: accessor('VEC3'), COLOR_0: accessor('VEC4') };
	builder.node({ mesh: builder.mesh({ attributes }) });
	return builder.toGlb();
}

/** So many panes of glass, each of which fills the picture. */
export function translucentCopies(count: number): Uint8Array {
	const builder = new GlbBuilder();
	const pbrMetallicRoughness = { baseColorFactor: [1, 1, 1, 0.01] };
	const material = builder.material({ alphaMode: 'BLEND', doubleSided: true, pbrMetallicRoughness });
	const mesh = builder.mesh(square(builder, material));
	builder.gltf.nodes = list(count, (index) => ({ mesh, translation: [0, 0, index / 1e6] }));
	builder.gltf.scenes = [{ nodes: list(count, (index) => index) }];
	return builder.toGlb();
}

/** The same, few enough to be drawn. */
export const translucentPanes = (count: number): Uint8Array => translucentCopies(count);

/** So many parts of nearly clear glass, a thousandth of the picture each. */
export function translucentSlivers(count: number): Uint8Array {
	const builder = new GlbBuilder();
	const pbrMetallicRoughness = { baseColorFactor: [1, 1, 1, 0.1] };
	const material = builder.material({ alphaMode: 'BLEND', doubleSided: true, pbrMetallicRoughness });
	const mesh = builder.mesh(square(builder, material));
	const scale = [0.03, 0.03, 1];
	builder.gltf.nodes = list(count, (index) => ({
		mesh,
		scale,
		translation: [(index % 100) / 50, Math.floor(index / 100) / 100, index / 1e5],
	}));
	builder.gltf.scenes = [{ nodes: list(count, (index) => index) }];
	return builder.toGlb();
}

export function instances(count: number): Uint8Array {
	const builder = new GlbBuilder();
	const TRANSLATION = builder.gltf.accessors.length;
	const bufferView = builder.view(new Uint8Array(count * 12));
	builder.gltf.accessors.push({ bufferView, count, type: 'VEC3', componentType: 5126 });
	const extensions = { EXT_mesh_gpu_instancing: { attributes: { TRANSLATION } } };
	builder.node({ mesh: builder.mesh(square(builder)), extensions });
	return builder.toGlb();
}

/** A mesh whose vertices all hang on the first joint. */
function skinned(builder: GlbBuilder): number {
	const primitive = square(builder);
	const zeros = builder.gltf.accessors.push({ count: 4, type: 'VEC4', componentType: 5121 }) - 1;
	const ones = builder.accessor(new Float32Array(16).fill(1), 'VEC4');
	primitive.attributes = { ...primitive.attributes, JOINTS_0: zeros, WEIGHTS_0: ones };
	return builder.mesh(primitive);
}

/** So many meshes that hang on a skin of so many joints. */
export function joints(count: number): Uint8Array {
	const builder = new GlbBuilder();
	const mesh = skinned(builder);
	builder.gltf.nodes = list(count, () => ({ mesh, skin: 0 }));
	builder.gltf.scenes = [{ nodes: list(count, (index) => index) }];
	builder.gltf.skins = [{ joints: list(count, (index) => index) }];
	return builder.toGlb();
}

/** So many morph targets, all at work, of a shape of 100,000 vertices. */
export function morphTargets(count: number): Uint8Array {
	const builder = new GlbBuilder();
	const vertices = 99_999;
	const zeros = builder.gltf.accessors.push({ count: vertices, type: 'VEC3', componentType: 5126 }) - 1;
	const targets = list(count, () => ({ POSITION: zeros, NORMAL: zeros }));
	const mesh = builder.mesh({ attributes: { POSITION: zeros, NORMAL: zeros }, targets });
	builder.gltf.meshes[mesh].weights = list(count, () => 1);
	builder.node({ mesh });
	return builder.toGlb();
}

/** A part with so many morph targets, beside as many parts that have none. */
export function missingMorphTargets(count: number): Uint8Array {
	const builder = new GlbBuilder();
	const { attributes } = square(builder);
	const POSITION = attributes!.POSITION;
	const part = () => ({ attributes: { POSITION } });
	const full = { ...part(), targets: list(count, () => ({ POSITION })) };
	builder.node({ mesh: builder.mesh(full, ...list(count, part)) });
	return builder.toGlb();
}

/** A skin of so many joints that hang on one another in a line. */
export function jointsInLine(count: number): Uint8Array {
	const builder = new GlbBuilder();
	const mesh = skinned(builder);
	builder.gltf.nodes = list(count, (index) => (index + 1 < count ? { children: [index + 1] } : {}));
	builder.gltf.nodes.push({ mesh, skin: 0 });
	builder.gltf.scenes = [{ nodes: [0, count] }];
	builder.gltf.skins = [{ joints: list(count, (index) => index), skeleton: 0 }];
	return builder.toGlb();
}

/** So many primitives over a buffer that is written as text in the description. */
export function textBuffer(count: number): Uint8Array {
	const bytes = Buffer.alloc(300_000);
	new Float32Array(bytes.buffer, bytes.byteOffset, 9).set([0, 0, 0, 1, 0, 0, 0, 1, 0]);
	const buffers = [
		{ uri: `data:application/octet-stream;base64,${bytes.toString('base64')}`, byteLength: 300_000 },
	];
	const bufferViews = [{ buffer: 0, byteOffset: 0, byteLength: 300_000 }];
	const accessors = list(count, () => ({ bufferView: 0, count: 3, type: 'VEC3', componentType: 5126 }));
	const primitives = list(count, (POSITION) => ({ attributes: { POSITION } }));
	return rawGlb({ asset, buffers, bufferViews, accessors, meshes: [{ primitives }], nodes: [{ mesh: 0 }] });
}

/** So many textures that name one image, whose address is a text of a megabyte. */
export function texturesOfOneAddress(count: number): Uint8Array {
	const images = [{ uri: `${'.a'.repeat(500_000)}!` }];
	const textures = list(count, () => ({ source: 0 }));
	return rawGlb({ asset, images, textures, materials: [{ normalTexture: { index: 0 } }] });
}
