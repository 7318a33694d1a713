/** What a shop's checker would say of a model's description: a glTF and the sizes of its textures in, sentences out. */
import type { ImageSize } from '../../images/imageHeader';
import { type Gltf, type GltfPrimitive, at, extensionOf, listOf } from '../../facts/gltf';
import { shortText } from '../../facts/shortText';
import { readMaterial } from '../convert/sourceMaterial';
import { MAP_NAMES } from '../convert/writtenMaterials';

/** Extensions that many shops, phones and viewers do not read, by what people call them. */
const RARELY_READ: Readonly<Record<string, string>> = {
	KHR_draco_mesh_compression: 'Draco compression',
	EXT_meshopt_compression: 'meshopt compression',
	KHR_meshopt_compression: 'meshopt compression',
	KHR_mesh_quantization: 'quantized geometry',
	KHR_texture_basisu: 'KTX2 textures',
	EXT_texture_webp: 'WebP textures',
	EXT_texture_avif: 'AVIF textures',
	EXT_mesh_gpu_instancing: 'instanced meshes',
};

/** Of `primitive.mode`: points, and three kinds of lines (glTF 2.0). */
const IS_LINE_OR_POINT = (mode: unknown) => mode === 0 || mode === 1 || mode === 2 || mode === 3;

/** A sentence per finding, in the order in which a shop would check; `sizes` by the index of the image, pixels. */
export function* findInDescription(gltf: Gltf, sizes: ReadonlyMap<number, ImageSize>): Generator<string> {
	const scenes = listOf(gltf.scenes).length;
	if (scenes > 1) yield `The file has ${scenes} scenes, but shops show only one.`;
	const primitives = listOf(gltf.meshes).flatMap((mesh) => [...listOf(mesh?.primitives)]);
	yield* findInPrimitives(gltf, primitives);
	yield* findInTextures(gltf, sizes);
	const names = new Set(listOf(gltf.extensionsUsed).map((name) => RARELY_READ[shortText(name, 60) ?? '']));
	names.delete(undefined as never);
	if (names.size > 0) yield `Not every shop and phone can read ${[...names].join(', ')}.`;
}

function* findInPrimitives(gltf: Gltf, primitives: readonly GltfPrimitive[]): Generator<string> {
	const needed = new Map<number, ReadonlySet<string>>();
	const setsOf = (index: number) => {
		let sets = needed.get(index);
		if (!sets) {
			const material = readMaterial(gltf, index);
			sets = new Set(MAP_NAMES.flatMap((name) => (material[name] ? [`TEXCOORD_${material[name].set}`] : [])));
			needed.set(index, sets);
		}
		return sets;
	};
	let [lines, withoutCoordinates, withoutNormals] = [0, 0, 0];
	for (const primitive of primitives) {
		const attributes = primitive?.attributes ?? {};
		if (IS_LINE_OR_POINT(primitive?.mode)) {
			lines++;
			continue;
		}
		if (attributes.NORMAL === undefined) withoutNormals++;
		const sets = primitive?.material === undefined ? [] : [...setsOf(primitive.material)];
		if (sets.some((name) => attributes[name] === undefined)) withoutCoordinates++;
	}
	if (withoutCoordinates > 0)
		yield `${parts(withoutCoordinates)} no texture coordinates (UV), though the material has a texture.`;
	if (withoutNormals > 0) yield `${parts(withoutNormals)} no normals, so its faces look flat.`;
	if (lines > 0)
		yield `${lines === 1 ? '1 part is' : `${lines} parts are`} points or lines, which shops do not show.`;
}

function parts(count: number): string {
	return count === 1 ? '1 part has' : `${count.toLocaleString('en-US')} parts have`;
}

function* findInTextures(gltf: Gltf, sizes: ReadonlyMap<number, ImageSize>): Generator<string> {
	const uneven = [...sizes.values()].filter(
		({ width, height }) => !isPowerOfTwo(width) || !isPowerOfTwo(height),
	);
	if (uneven.length > 0) {
		const [{ width, height }] = uneven;
		const count = uneven.length === 1 ? '1 texture is' : `${uneven.length} textures are`;
		yield `${count} not a power of two in size (${width} × ${height}), which older viewers scale.`;
	}
	const outside = listOf(gltf.images).filter(
		(image) => typeof image?.uri === 'string' && !image.uri.startsWith('data:'),
	).length;
	if (outside > 0) yield `${outside === 1 ? '1 image is' : `${outside} images are`} not in the file.`;
	const broken = listOf(gltf.textures).filter(
		(texture) =>
			at(gltf.images, texture?.source) === undefined &&
			Object.keys(RARELY_READ).every((name) => !extensionOf(texture, name)),
	).length;
	if (broken > 0) yield `${broken === 1 ? '1 texture has' : `${broken} textures have`} no image.`;
}

function isPowerOfTwo(side: number): boolean {
	return Number.isInteger(Math.log2(side));
}
