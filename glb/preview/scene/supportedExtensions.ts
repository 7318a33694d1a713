/** Whether a model can be drawn at all: its description in, the reason why not out. */
import { shortText } from '../../facts/shortText';
import { at, countOf, extensionOf, listOf, type Gltf } from '../../facts/gltf';
import type { Purpose } from './purpose';

/** Extensions that a file may require and that are drawn, or that change nothing in a picture. */
const DRAWN: ReadonlySet<string> = new Set([
	'EXT_mesh_gpu_instancing',
	'EXT_texture_webp',
	'KHR_animation_pointer',
	'KHR_lights_punctual',
	'KHR_materials_anisotropy',
	'KHR_materials_clearcoat',
	'KHR_materials_dispersion',
	'KHR_materials_emissive_strength',
	'KHR_materials_ior',
	'KHR_materials_iridescence',
	'KHR_materials_pbrSpecularGlossiness',
	'KHR_materials_sheen',
	'KHR_materials_specular',
	'KHR_materials_transmission',
	'KHR_materials_unlit',
	'KHR_materials_variants',
	'KHR_materials_volume',
	'KHR_mesh_quantization',
	'KHR_node_visibility',
	'KHR_texture_transform',
	'KHR_xmp_json_ld',
]);

/** What people call the extensions that generators and optimizers really write. */
const KNOWN: Readonly<Record<string, string>> = {
	KHR_draco_mesh_compression: 'Draco compression',
	EXT_meshopt_compression: 'meshopt compression',
	KHR_meshopt_compression: 'meshopt compression',
	KHR_texture_basisu: 'KTX2 textures',
	EXT_texture_avif: 'AVIF textures',
	KHR_gaussian_splatting: 'Gaussian splats',
};

/** The reason why a model is not drawn, or undefined for one that is. */
export function unsupported(gltf: Gltf, { supports }: Purpose): string | undefined {
	const required = listOf(gltf.extensionsRequired).filter(
		(name) => typeof name === 'string' && !DRAWN.has(name),
	);
	const hidden = [...compressionWithoutFallback(gltf)];
	const names = new Set<string>();
	for (const name of [...required, ...hidden]) names.add(KNOWN[name] ?? `the extension ${shortText(name, MAX_NAME)}`); // prettier-ignore
	if (names.size > 0) return `The model uses ${inWords([...names])}, which ${supports}.`;
	const externals = listOf(gltf.buffers).some(
		(buffer) => typeof buffer?.uri === 'string' && !buffer.uri.startsWith('data:'),
	);
	return externals ? 'The model keeps its shape in another file, which is never fetched.' : undefined;
}

/** Names of what is not supported that are told, and characters of each: a file may require any number. */
const MAX_NAMES = 3;
const MAX_NAME = 60;

function inWords(names: readonly string[]): string {
	const told = names.slice(0, MAX_NAMES);
	if (names.length > MAX_NAMES) told.push(`${names.length - MAX_NAMES} more`);
	return told.join(' and ');
}

/** Files exist that compress without requiring the extension; what counts is whether the plain data is there. */
function* compressionWithoutFallback(gltf: Gltf): Generator<string> {
	const draco = 'KHR_draco_mesh_compression';
	for (const primitive of listOf(gltf.meshes).flatMap((mesh) => listOf(mesh?.primitives))) {
		const position = at(gltf.accessors, primitive?.attributes?.POSITION);
		if (extensionOf(primitive, draco) && position?.bufferView === undefined) yield draco;
	}
	for (const view of listOf(gltf.bufferViews)) {
		const name = ['EXT_meshopt_compression', 'KHR_meshopt_compression'].find((each) =>
			extensionOf(view, each),
		);
		const buffer = at(gltf.buffers, countOf(view?.buffer));
		const isPlaceholder = countOf(view?.buffer) > 0 && buffer?.uri === undefined;
		if (name && isPlaceholder) yield name;
	}
}
